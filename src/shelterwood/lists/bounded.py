"""A file handed to a parser in pieces, with a limit on how much may go by before the parser reports anything.

Streaming parsers hold the current token or element in memory; a file that claims one of a gigabyte must not get it.
"""

from __future__ import annotations

from typing import BinaryIO

from shelterwood.lists.refusals import ListFileNotReadable

__all__ = ["LARGEST_ITEM", "BoundedStream"]

LARGEST_ITEM = 4 * 1024 * 1024


class BoundedStream:
    """Counts what a parser reads; whoever listens to the parser sets `quiet` to 0 at each sign of progress."""

    def __init__(self, stream: BinaryIO, *, file: str, forbidden: tuple[bytes, ...] = ()) -> None:
        self._stream = stream
        self._file = file
        self._forbidden = forbidden
        self._tail = b""
        self.quiet = 0

    def read(self, size: int = -1) -> bytes:
        """Return the next bytes. Raises ListFileNotReadable over the limit, or where forbidden bytes appear."""
        data = self._stream.read(size)
        self.quiet += len(data)
        if self.quiet > LARGEST_ITEM:
            raise ListFileNotReadable(f"{self._file} holds a single item of more than {LARGEST_ITEM >> 20} MiB.")
        if self._forbidden:
            self._refuse_forbidden(data)
        return data

    def _refuse_forbidden(self, data: bytes) -> None:
        window = self._tail + data
        for pattern in self._forbidden:
            if pattern in window:
                raise ListFileNotReadable(f"{self._file} holds {pattern.decode()}, which no list file needs.")
        self._tail = window[-16:]
