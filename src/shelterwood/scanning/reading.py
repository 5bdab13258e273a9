"""The bytes of a file, read once and digested on the way, also when they are too many to be kept or opened.

What was promised by the folder may no longer be true when the file is opened: the open neither follows a link nor
waits for the other end of a pipe, and what changed while it was read is said.
"""

from __future__ import annotations

import os
import stat
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, BinaryIO

from shelterwood.fingerprints import digests
from shelterwood.scanning.outcomes import WhyNot
from shelterwood.scanning.walk import why

if TYPE_CHECKING:
    from shelterwood.fingerprints.digests import Digests

__all__ = ["HEAD", "NotRead", "Reading", "open_again", "read_file", "read_stream"]

Stamp = tuple[int, int, int, int]

HEAD = 512
"""As many bytes of the beginning as tell an archive (a TAR header)."""

_CHUNK = 1 << 20
_FLAGS = os.O_RDONLY | os.O_CLOEXEC | os.O_NONBLOCK | os.O_NOFOLLOW


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """What was read: `data` is None where there was more of it than may be kept; the digests are of all of it.

    `head` is the first bytes, which tell an archive; `stamp` (device, inode, size, time of change) tells whether a
    file that is opened again is still the same.
    """

    data: bytes | None
    digests: Digests
    head: bytes = b""
    changed: bool = False
    stamp: Stamp | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class NotRead:
    """The bytes could not be had."""

    reason: WhyNot
    detail: str = ""


def read_file(path: str, *, keep: int, named: bool = False) -> Reading | NotRead:
    """Read and digest a regular file; keep its bytes if they are `keep` or fewer.

    `named` says that the person named this path, so that it may be a link. A file that changes while it is read is
    read once more; if that happens again, the answer is about the bytes that were read and says so.
    """
    reading = _read_once(path, keep, named=named)
    if isinstance(reading, Reading) and reading.changed:
        reading = _read_once(path, keep, named=named)
    return reading


def read_stream(stream: BinaryIO, *, keep: int) -> Reading | NotRead:
    """Read and digest a stream to its end; keep its bytes if they are `keep` or fewer."""
    try:
        return _read(stream, keep)
    except OSError as error:
        return _not_read(error)


def _read_once(path: str, keep: int, *, named: bool) -> Reading | NotRead:
    try:
        handle = os.open(path, _FLAGS & ~os.O_NOFOLLOW if named else _FLAGS)
    except OSError as error:
        return _not_read(error)
    with os.fdopen(handle, "rb", buffering=0) as stream:
        try:
            before = os.fstat(handle)
            if not stat.S_ISREG(before.st_mode):
                return NotRead(reason=WhyNot.NOT_A_FILE)
            reading = _read(stream, keep, expected=before.st_size)
            after = os.fstat(handle)
        except OSError as error:
            return _not_read(error)
    changed = _stamp(before) != _stamp(after) or reading.digests.size != after.st_size
    return replace(reading, changed=changed, stamp=_stamp(after))


def _stamp(status: os.stat_result) -> Stamp:
    return status.st_dev, status.st_ino, status.st_size, status.st_mtime_ns


def open_again(path: str, reading: Reading, *, named: bool = False) -> int | None:
    """Return a descriptor of the file that was read, None if another or a changed one is there now."""
    try:
        handle = os.open(path, _FLAGS & ~os.O_NOFOLLOW if named else _FLAGS)
    except OSError:
        return None
    if _stamp(os.fstat(handle)) == reading.stamp:
        return handle
    os.close(handle)
    return None


def _not_read(error: OSError) -> NotRead:
    reason, detail = why(error)
    return NotRead(reason=reason, detail=detail)


def _read(stream: BinaryIO, keep: int, *, expected: int = 0) -> Reading:
    """Read small things in one piece, so that a picture costs one read and one pass of each digest."""
    first = stream.read(min(expected, keep) + 1) or b""
    if len(first) <= keep and expected and len(first) == expected:
        return Reading(data=first, digests=digests.digest(first), head=first[:HEAD])
    return _read_on(stream, first, keep)


def _read_on(stream: BinaryIO, first: bytes, keep: int) -> Reading:
    digester = digests.Digester()
    kept: bytearray | None = bytearray()
    head, piece = b"", first
    while piece:
        digester.update(piece)
        head += piece[: HEAD - len(head)]
        if kept is not None:
            kept += piece
            kept = kept if len(kept) <= keep else None
        piece = stream.read(_CHUNK) or b""
    return Reading(data=None if kept is None else bytes(kept), digests=digester.digests(), head=head)
