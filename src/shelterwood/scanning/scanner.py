"""One file after the other: read, digest, decode, fingerprint, look up, judge; a row for each and for each member."""

from __future__ import annotations

import os
import sys
from contextlib import ExitStack
from typing import TYPE_CHECKING, Self

from shelterwood.media import ArchiveReader, Decoder, Mode, NotReadable, Reason, archive_format
from shelterwood.scanning.archives import member_rows
from shelterwood.scanning.examining import Examined, examine, traits_of
from shelterwood.scanning.judging import judge, not_read
from shelterwood.scanning.reading import NotRead, open_again, read_file, read_stream
from shelterwood.scanning.rows import Row
from shelterwood.scanning.walk import STANDARD_INPUT, Found, Unread

if TYPE_CHECKING:
    from collections.abc import Iterator

    from shelterwood.media import ArchiveLimits, Limits, Sandbox
    from shelterwood.scanning.matching import EnabledLists
    from shelterwood.scanning.reading import Reading

__all__ = ["Scanner"]


class Scanner:
    """Scans for one thread: the lists are shared, the children are this thread's own. A context manager.

    A decoding child is started only where a list holds a PDQ, one for archives at the first archive. A file larger
    than `limits.bytes` is digested as it streams by and never held.
    """

    def __init__(
        self, *, lists: EnabledLists, limits: Limits, archive_limits: ArchiveLimits, sandbox: Sandbox, mode: Mode
    ) -> None:
        self._lists = lists
        self._limits = limits
        self._archive_limits = archive_limits
        self._sandbox = sandbox
        self._mode = mode
        self._stack = ExitStack()
        self._decoder: Decoder | None = None
        self._archives: ArchiveReader | None = None

    def __enter__(self) -> Self:
        """Start the decoding child where one is needed. Raises SandboxRefused, ChildDidNotStart."""
        if self._lists.wanted.pdq:
            self._decoder = self._stack.enter_context(Decoder(self._limits, self._sandbox))
        return self

    def __exit__(self, *_: object) -> None:
        self._stack.close()

    def rows(self, item: Found | Unread) -> list[Row]:
        """Return the rows of one thing that the walk met: the members of an archive first, the file itself last."""
        if isinstance(item, Unread):
            return [self._unread(item.path, item.reason, item.detail)]
        reading = self._read(item)
        if isinstance(reading, NotRead):
            return [self._unread(item.path, reading.reason, reading.detail)]
        if archive_format(reading.head) is None:
            return [self.picture_row(item.path, reading)]
        return list(self._archive(item, reading))

    def _read(self, item: Found) -> Reading | NotRead:
        if item.path == STANDARD_INPUT:
            return read_stream(sys.stdin.buffer, keep=self._limits.bytes)
        return read_file(item.path, keep=self._limits.bytes, named=item.is_named)

    def _archive(self, item: Found, reading: Reading) -> Iterator[Row]:
        refusal: NotReadable | None
        if reading.data is not None:
            refusal = yield from member_rows(self, self._reader().walk(reading.data), path=item.path)
        elif (descriptor := open_again(item.path, reading, named=item.is_named)) is None:
            refusal = NotReadable(reason=Reason.TOO_MANY_BYTES, detail="too large to be held, and not there any more")
        else:
            try:
                refusal = yield from member_rows(self, self._reader().walk(descriptor), path=item.path)
            finally:
                os.close(descriptor)
        yield self.archive_row(item.path, reading, refusal=refusal)

    def _reader(self) -> ArchiveReader:
        if self._archives is None:
            self._archives = self._stack.enter_context(ArchiveReader(self._archive_limits, self._sandbox))
        return self._archives

    def picture_row(self, path: str, reading: Reading, *, container: str | None = None) -> Row:
        """Return the row of a file that is no archive: a picture, or anything else."""
        examined = None
        if self._decoder is not None and reading.data is not None:
            examined = examine(self._decoder, reading.data, mode=self._mode)
        return self._row(path, reading, container, examined, self._missed(examined))

    def archive_row(
        self, path: str, reading: Reading, *, container: str | None = None, refusal: NotReadable | None = None
    ) -> Row:
        """Return the row of an archive; its members had their own, all of them unless `refusal`."""
        missed = (refusal.reason, refusal.detail) if refusal else None
        return self._row(path, reading, container, None, missed, archive=archive_format(reading.head))

    def refused_row(self, path: str, refusal: NotReadable, *, container: str | None = None) -> Row:
        """Return the row of a member whose bytes could not be had."""
        return self._unread(path, refusal.reason, refusal.detail, container=container)

    def _row(
        self,
        path: str,
        reading: Reading,
        container: str | None,
        examined: Examined | None,
        missed: tuple[str, str] | None,
        *,
        archive: str | None = None,
    ) -> Row:
        matches, more = self._lists.matches(reading.digests, examined.frames if examined else ())
        verdict = judge(
            self._lists.wanted,
            matches=matches,
            pdq_missed=missed[0] if missed else None,
            in_members=archive is not None,
            changed=reading.changed,
        )
        return Row(
            path=path,
            container=container,
            outcome=verdict.outcome,
            reason=verdict.reason,
            detail=missed[1] or None if missed and verdict.reason == missed[0] else None,
            traits=traits_of(reading.digests, examined, archive=archive),
            checked=verdict.checked,
            matches=matches,
            more_matches=more,
        )

    def _missed(self, examined: Examined | None) -> tuple[str, str] | None:
        """Return (reason, detail) of what PDQ does not cover; None where it covers the file."""
        if examined is not None:
            return examined.missed
        return Reason.TOO_MANY_BYTES, f"larger than {self._limits.bytes:,} bytes"

    def _unread(self, path: str, reason: str, detail: str, *, container: str | None = None) -> Row:
        verdict = not_read(self._lists.wanted, reason)
        return Row(
            path=path,
            container=container,
            outcome=verdict.outcome,
            reason=reason,
            detail=detail or None,
            checked=verdict.checked,
        )
