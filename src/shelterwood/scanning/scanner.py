"""One file after the other: read, digest, decode, fingerprint, look up, judge; a row for each and for each member."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING

from shelterwood.media import Mode, Reason
from shelterwood.scanning.examining import Examined, examine, traits_of
from shelterwood.scanning.judging import judge, not_read
from shelterwood.scanning.reading import NotRead, read_file, read_stream
from shelterwood.scanning.rows import Row
from shelterwood.scanning.walk import STANDARD_INPUT, Unread

if TYPE_CHECKING:
    from collections.abc import Iterator

    from shelterwood.media import Decoder
    from shelterwood.scanning.matching import EnabledLists
    from shelterwood.scanning.reading import Reading
    from shelterwood.scanning.walk import Found

__all__ = ["Scanner"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Scanner:
    """Scans for one thread: the lists are shared, the decoder is this thread's own.

    Without a decoder only digests are checked: enough where no list holds a PDQ. `keep` is how many bytes of one file
    may be held in memory; a larger one is digested as it streams by.
    """

    lists: EnabledLists
    decoder: Decoder | None
    keep: int
    mode: Mode = Mode.FAST

    def rows(self, item: Found | Unread) -> list[Row]:
        """Return the rows of one thing that the walk met: the members of an archive first, the file itself last."""
        if isinstance(item, Unread):
            return [self._unread(item.path, item.reason, item.detail)]
        reading = self._read(item)
        if isinstance(reading, NotRead):
            return [self._unread(item.path, reading.reason, reading.detail)]
        return list(self._file(item.path, reading))

    def _read(self, item: Found) -> Reading | NotRead:
        if item.path == STANDARD_INPUT:
            return read_stream(sys.stdin.buffer, keep=self.keep)
        return read_file(item.path, keep=self.keep, named=not item.position.names)

    def _unread(self, path: str, reason: str, detail: str) -> Row:
        verdict = not_read(self.lists.wanted, reason)
        return Row(path=path, outcome=verdict.outcome, reason=reason, detail=detail or None, checked=verdict.checked)

    def _file(self, path: str, reading: Reading) -> Iterator[Row]:
        yield self._row(path, reading)

    def _row(self, path: str, reading: Reading, *, container: str | None = None) -> Row:
        examined = self._examine(reading.data)
        missed, detail = self._missed(examined)
        matches, more = self.lists.matches(reading.digests, examined.frames if examined else ())
        verdict = judge(self.lists.wanted, matches=matches, pdq_missed=missed, changed=reading.changed)
        return Row(
            path=path,
            container=container,
            outcome=verdict.outcome,
            reason=verdict.reason,
            detail=detail if verdict.reason else None,
            traits=traits_of(reading.digests, examined),
            checked=verdict.checked,
            matches=matches,
            more_matches=more,
        )

    def _examine(self, data: bytes | None) -> Examined | None:
        if self.decoder is None or data is None:
            return None
        return examine(self.decoder, data, mode=self.mode)

    def _missed(self, examined: Examined | None) -> tuple[str | None, str | None]:
        """Return (reason, detail) of what PDQ does not cover; (None, None) where it covers the file."""
        if examined is not None:
            return examined.missed or (None, None)
        return Reason.TOO_MANY_BYTES, f"larger than {self.keep:,} bytes"
