"""Walk a ZIP or a TAR (plain, gzip, bzip2, xz) member by member, as bytes, under limits. Runs in the locked child.

Nothing is ever written to a disk, so a name that climbs out of its folder ("../../x") is harmless here and only a
label. What cannot be read (encrypted, damaged, a link, a bomb) is a member with a reason, never a silent gap; members
that are archives themselves are handed over like any file and then walked.
"""

from __future__ import annotations

import io
import lzma
import zlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, BinaryIO

from shelterwood.media.containers import entries_of
from shelterwood.media.opening import Refused
from shelterwood.media.outcomes import NotReadable, Reason
from shelterwood.media.sniffing import archive_format, foreign_format

if TYPE_CHECKING:
    from collections.abc import Iterator

    from shelterwood.media.containers import Entry
    from shelterwood.media.limits import ArchiveLimits

__all__ = ["ArchiveWalk", "Found", "Member", "walk_in_process"]

_PIECE = 1 << 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """One file inside an archive.

    `label` joins the names on the way in with "/", as the archives spell them: for reading by people, never a path.
    An empty label means the archive as a whole: what comes with it is why the rest of it was not read.
    `depth` is 1 for a member of the outermost archive.
    """

    label: str
    depth: int
    content: bytes | NotReadable


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """A member whose first `size` bytes of the target are its content, or that is refused."""

    label: str
    depth: int
    size: int = 0
    refusal: NotReadable | None = None


class _Stop(Exception):  # an outcome for the whole archive
    """The walk as a whole has reached a limit."""

    def __init__(self, reason: Reason, detail: str) -> None:
        super().__init__(detail)
        self.refusal = NotReadable(reason=reason, detail=detail)


class ArchiveWalk:
    """One walk over one archive and all archives in it; each member is unpacked to the front of `target`."""

    def __init__(self, limits: ArchiveLimits, target: memoryview) -> None:
        """Prepare a walk. `target` holds at least `limits.member_bytes`."""
        self._limits = limits
        self._target = target
        self._members = 0
        self._unpacked = 0

    @property
    def members(self) -> int:
        """Members met so far, at all depths."""
        return self._members

    def run(self, source: BinaryIO) -> Iterator[Found]:
        """Yield the members in the order of the archive. `source` can seek."""
        try:
            yield from self._archive(source, label="", depth=1)
        except _Stop as stop:
            yield Found(label="", depth=0, refusal=stop.refusal)

    def _archive(self, source: BinaryIO, *, label: str, depth: int) -> Iterator[Found]:
        if depth > self._limits.depth:
            refusal = NotReadable(reason=Reason.TOO_DEEP, detail=f"{depth} deep; the limit is {self._limits.depth}")
            yield Found(label=label, depth=depth - 1, refusal=refusal)
            return
        try:
            for entry in entries_of(source, _known(source), self._limits):
                yield from self._member(entry, within=label, depth=depth)
        except _Stop:
            raise
        except Exception as error:  # noqa: BLE001 - the readers of archives raise anything on hostile bytes
            yield Found(label=label, depth=depth - 1, refusal=_explain(error))

    def _member(self, entry: Entry, *, within: str, depth: int) -> Iterator[Found]:
        self._count()
        label = f"{within}/{entry.name}" if within else entry.name
        try:
            size = self._unpack(entry)
        except _Stop:
            raise
        except Exception as error:  # noqa: BLE001 - likewise
            yield Found(label=label, depth=depth, refusal=_explain(error))
            return
        inner = bytes(self._target[:size]) if archive_format(self._target[:size]) else None
        yield Found(label=label, depth=depth, size=size)
        if inner is not None:
            yield from self._archive(io.BytesIO(inner), label=label, depth=depth + 1)

    def _count(self) -> None:
        self._members += 1
        if self._members > self._limits.members:
            raise _Stop(Reason.TOO_MANY_MEMBERS, f"more than {self._limits.members} members")

    def _unpack(self, entry: Entry) -> int:
        """Unpack one member; the declared size is believed only where it is too large."""
        if entry.refusal is not None:
            raise entry.refusal
        self._check_size(entry.size)
        with entry.open() as stream:
            at = 0
            while piece := stream.read(min(_PIECE, self._limits.member_bytes + 1 - at)):
                self._check_size(at + len(piece))
                self._spend(len(piece))
                self._target[at : at + len(piece)] = piece
                at += len(piece)
        if at < entry.size:
            raise Refused(Reason.TRUNCATED, f"{at} bytes of {entry.size}")
        return at

    def _check_size(self, size: int) -> None:
        if size > self._limits.member_bytes:
            raise Refused(Reason.TOO_MANY_BYTES, f"{size} bytes unpacked; the limit is {self._limits.member_bytes}")

    def _spend(self, size: int) -> None:
        self._unpacked += size
        if self._unpacked > self._limits.total_bytes:
            raise _Stop(Reason.TOO_MANY_BYTES, f"more than {self._limits.total_bytes} bytes unpacked in all")


def walk_in_process(data: bytes, *, limits: ArchiveLimits) -> Iterator[Member]:
    """Walk an archive without a child: for tests, and never for untrusted bytes."""
    target = memoryview(bytearray(limits.member_bytes))
    for found in ArchiveWalk(limits, target).run(io.BytesIO(data)):
        content = found.refusal or bytes(target[: found.size])
        yield Member(label=found.label, depth=found.depth, content=content)


def _known(source: BinaryIO) -> str:
    head = source.read(512)
    source.seek(0)
    known = archive_format(head)
    if known is not None:
        return known
    if not head:
        raise Refused(Reason.EMPTY, "no bytes")
    foreign = foreign_format(head)
    if foreign is not None:
        raise Refused(Reason.UNSUPPORTED_FORMAT, foreign)
    raise Refused(Reason.UNKNOWN_FORMAT, "not the beginning of any archive format that is walked here")


def _explain(error: Exception) -> NotReadable:
    if isinstance(error, Refused):
        return NotReadable(reason=error.reason, detail=error.detail)
    if isinstance(error, MemoryError):
        return NotReadable(reason=Reason.TOO_MUCH_MEMORY, detail="unpacking needs more memory than the limit")
    detail = f"{type(error).__name__}: {error}"[:200]
    if isinstance(error, NotImplementedError):
        return NotReadable(reason=Reason.UNSUPPORTED_FORMAT, detail=detail)
    cut = isinstance(error, EOFError) or "unexpected end" in str(error)
    damaged = not cut or isinstance(error, zlib.error | lzma.LZMAError)
    return NotReadable(reason=Reason.DAMAGED if damaged else Reason.TRUNCATED, detail=detail)
