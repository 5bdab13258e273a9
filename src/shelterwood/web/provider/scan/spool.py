"""Take the bytes of a request into a file of this process's user alone, digested on the way, within limits.

No upload is ever held whole in memory. A body that stops in the middle, is too long, or finds no room leaves
no file behind. Names that a sender gives are not used for anything.
"""

from __future__ import annotations

import contextlib
import errno
import mmap
import os
import uuid
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol, Self

from shelterwood.errors import ShelterwoodError
from shelterwood.fingerprints.digests import Digester
from shelterwood.web.hall.settings.facts import facts

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from shelterwood.fingerprints.digests import Digests

__all__ = ["BodyEnded", "BodyTooLong", "NoRoom", "Spooled", "Spooling", "directory", "held_whole", "receive"]

_CHUNK = 256 * 1024
_NO_ROOM = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}


class BodyEnded(ShelterwoodError):
    """The body of a request stopped before its end."""


class BodyTooLong(ShelterwoodError):
    """There is more in a request than the limit allows."""


class NoRoom(ShelterwoodError):
    """The disk is full: nothing was taken in."""


class Stream(Protocol):
    """Where bytes come from."""

    def read(self, size: int, /) -> bytes:
        """Return at most `size` bytes; none at the end."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Spooled:
    """A body in the spool, and its digests. A context manager that removes the file, unless it was kept."""

    path: Path
    digests: Digests

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.path.unlink(missing_ok=True)

    @contextlib.contextmanager
    def view(self) -> Iterator[memoryview]:
        """Lend the bytes, mapped and not copied."""
        with self.path.open("rb") as file:
            if not self.digests.size:
                yield memoryview(b"")
                return
            with mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as mapped, memoryview(mapped) as view:
                yield view


class Spooling:
    """A file that is being filled: write pieces, then `done`; leaving the `with` block without it removes the file."""

    def __init__(self, *, most: int) -> None:
        self._most = most
        self._path = directory() / uuid.uuid4().hex
        self._digester = Digester()
        self._size = 0
        self._handle = -1

    def __enter__(self) -> Self:
        self._handle = _open(self._path)
        return self

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        os.close(self._handle)
        if kind is not None:
            self._path.unlink(missing_ok=True)

    def write(self, piece: bytes) -> None:
        """Take the next bytes; raise BodyTooLong or NoRoom."""
        self._size += len(piece)
        if self._size > self._most:
            raise BodyTooLong(f"The upload has more than {self._most:,} bytes.", remedy="Send less at a time.")
        self._digester.update(piece)
        view = memoryview(piece)
        try:
            while view:
                view = view[os.write(self._handle, view) :]
        except OSError as error:
            raise _refused(error) from error

    def done(self) -> Spooled:
        """Return what was taken in."""
        return Spooled(path=self._path, digests=self._digester.digests())


def receive(stream: Stream, *, length: int, most: int) -> Spooled:
    """Take `length` bytes in; raise BodyEnded where fewer come, BodyTooLong, NoRoom."""
    with Spooling(most=most) as spooling:
        for piece in _pieces(stream, length):
            spooling.write(piece)
        return spooling.done()


def held_whole(stream: Stream, *, length: int) -> bytes:
    """Return `length` bytes, for what is short enough to be held whole; raise BodyEnded where fewer come."""
    return b"".join(_pieces(stream, length))


def _pieces(stream: Stream, length: int) -> Iterator[bytes]:
    left = length
    while left:
        try:
            piece = stream.read(min(left, _CHUNK))
        except OSError as error:  # the connection broke
            raise _ended(length, left) from error
        if not piece:
            raise _ended(length, left)
        yield piece
        left -= len(piece)


def directory() -> Path:
    """Return the spool, made if it is absent (0700)."""
    path = facts().places.root / "spool"
    if not path.is_dir():
        path.mkdir(mode=0o700, exist_ok=True)
    return path


def _open(path: Path) -> int:
    try:
        return os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC | os.O_NOFOLLOW, 0o600)
    except OSError as error:
        raise _refused(error) from error


def _ended(length: int, left: int) -> BodyEnded:
    return BodyEnded(f"The body ended after {length - left:,} of {length:,} bytes.", remedy="Send it again, whole.")


def _refused(error: OSError) -> ShelterwoodError:
    why = "no room is left" if error.errno in _NO_ROOM else "it cannot be written"
    return NoRoom(
        f"The upload could not be taken in: {why}.", remedy="Make room on the data volume; then send it again."
    )
