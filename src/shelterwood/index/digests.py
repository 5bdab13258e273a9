"""Exact look-up of cryptographic digests: millions of MD5, SHA-1 or SHA-256 values in one memory-mapped file.

The digests are sorted and stored column by column: the first eight bytes of every digest as one array of 64-bit
numbers, then the next eight, and so on. A batch of queries is one binary search over the first column; the further
columns are looked at only for digests whose first eight bytes are equal, so that a search takes a logarithmic number
of steps whatever is in the table. No pickle; nothing stored is used as an address; files are 0600.

The file: a header of 64 bytes (little-endian: magic, digest width, zero, row count, SHA-256 of the rest, CRC-32 of
the header so far, zero), the columns, and one 64-bit id a row.
"""

from __future__ import annotations

import hashlib
import os
import struct
import zlib
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

import numpy as np

from shelterwood.errors import ShelterwoodError

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["WIDTHS", "DigestTable", "DigestTableDamaged"]

WIDTHS = (16, 20, 32)  # bytes of MD5, SHA-1, SHA-256

_HEADER = struct.Struct("<8sIIQ32sI4x")
_CRC_COVERS = 56
_MAGIC = b"SWDIGT01"
_BLOCK = 1 << 24

Columns = tuple["NDArray[np.unsignedinteger]", ...]


class DigestTableDamaged(ShelterwoodError):
    """A stored digest table is not one, was cut off, or has changed since it was written."""

    def __init__(self, path: Path, why: str) -> None:
        super().__init__(f"The digest table {path} cannot be used: {why}.", remedy="Import the list again.")


class DigestTable:
    """Sorted digests of one width, each with an id; equal digests may have several ids. Safe to read from threads."""

    def __init__(self, *, width: int, columns: Columns, ids: NDArray[np.int64], path: Path | None = None) -> None:
        self.width = width
        self._columns = columns
        self._ids = ids
        self._path = path

    def __len__(self) -> int:
        return len(self._ids)

    @classmethod
    def build(cls, digests: NDArray[np.uint8], ids: NDArray[np.int64]) -> Self:
        """Return a table of `digests` (uint8[n, width], width 16, 20 or 32) with `ids` (int64[n]).

        Raises ValueError where shapes or types are others.
        """
        _check_digests(digests)
        if ids.shape != digests.shape[:1] or ids.dtype != np.int64:
            raise ValueError("ids are int64, one for each digest")
        columns = _split(digests)
        order = _sorting_order(columns, ids)
        return cls(width=digests.shape[1], columns=tuple(column[order] for column in columns), ids=ids[order])

    def look_up(self, queries: NDArray[np.uint8]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Return (query, id) for every stored digest that equals a query (uint8[m, width]).

        `query` is the number of the query, ascending; an id is returned for each of several equal digests.
        """
        _check_digests(queries)
        if queries.shape[1] != self.width:
            raise ValueError(f"this table holds digests of {self.width} bytes, not {queries.shape[1]}")
        wanted = _split(queries)
        starts = np.searchsorted(self._columns[0], wanted[0], side="left")
        inside = np.flatnonzero(starts < len(self))
        candidates = inside[self._columns[0][starts[inside]] == wanted[0][inside]]
        found = [(q, self._range([column[q] for column in wanted], int(starts[q]))) for q in candidates.tolist()]
        query = np.repeat(
            np.array([q for q, _ in found], np.int64), np.array([stop - start for _, (start, stop) in found], np.int64)
        )
        ids = [self._ids[start:stop] for _, (start, stop) in found]
        return query, np.concatenate(ids).astype(np.int64, copy=False) if ids else np.empty(0, np.int64)

    def _range(self, digest: list[np.unsignedinteger], start: int) -> tuple[int, int]:
        """Return the rows [start, stop) that equal `digest`, narrowing column by column."""
        stop = len(self)
        for column, part in zip(self._columns, digest, strict=True):
            start += int(np.searchsorted(column[start:stop], part, side="left"))
            stop = start + int(np.searchsorted(column[start:stop], part, side="right"))
        return start, stop

    def save(self, path: str | os.PathLike[str]) -> None:
        """Write the table to a new file (0600), complete or not at all: written aside, flushed, then renamed."""
        path = Path(path)
        aside = path.with_name(f".{path.name}.{os.getpid()}")
        checksum = hashlib.sha256()
        descriptor = os.open(aside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_NOFOLLOW, 0o600)
        try:
            with os.fdopen(descriptor, "wb") as file:
                file.seek(_HEADER.size)
                for block in self._blocks():
                    checksum.update(block)
                    file.write(block)
                file.seek(0)
                file.write(_header(self.width, len(self), checksum.digest()))
                file.flush()
                os.fsync(file.fileno())
            aside.replace(path)
        finally:
            aside.unlink(missing_ok=True)

    def _blocks(self) -> list[memoryview]:
        arrays = [np.ascontiguousarray(array) for array in (*self._columns, self._ids)]
        return [
            array.view(np.uint8)[start : start + _BLOCK].data
            for array in arrays
            for start in range(0, array.nbytes, _BLOCK)
        ]

    @classmethod
    def open(cls, path: str | os.PathLike[str]) -> Self:
        """Map a saved table. Checks the header and the size, not every byte (that is `verify`).

        Raises DigestTableDamaged, or OSError where the file cannot be opened.
        """
        path = Path(path)
        with path.open("rb") as file:
            width, rows, _ = _read_header(path, file.read(_HEADER.size))
            size = file.seek(0, os.SEEK_END)
        if size != _HEADER.size + rows * (width + 8):
            raise DigestTableDamaged(path, "it has another size than its header says")
        if rows == 0:
            empty = tuple(np.empty(0, t) for t in _column_types(width))
            return cls(width=width, columns=empty, ids=np.empty(0, np.int64), path=path)
        columns, offset = [], _HEADER.size
        for column_type in _column_types(width):
            columns.append(_mapped(path, column_type, offset, rows))
            offset += rows * column_type.itemsize
        ids = _mapped(path, np.dtype("<i8"), offset, rows)
        return cls(width=width, columns=tuple(columns), ids=ids, path=path)

    def verify(self) -> None:
        """Check every byte of the saved file against its checksum. Raises DigestTableDamaged."""
        if self._path is None:
            raise ValueError("this table was not opened from a file")
        with self._path.open("rb") as file:
            _, _, expected = _read_header(self._path, file.read(_HEADER.size))
            checksum = hashlib.sha256()
            while block := file.read(_BLOCK):
                checksum.update(block)
        if checksum.digest() != expected:
            raise DigestTableDamaged(self._path, "its content has changed since it was written")

    def ids(self) -> NDArray[np.int64]:
        """Return all ids, in the order of the digests (read-only)."""
        view = self._ids.view()
        view.flags.writeable = False
        return view


def _mapped(path: Path, dtype: np.dtype[Any], offset: int, rows: int) -> NDArray[Any]:
    # A plain view: indexing numpy's memmap class itself costs several times as much.
    return np.memmap(path, dtype, "r", offset, (rows,)).view(np.ndarray)


def _check_digests(digests: NDArray[np.uint8]) -> None:
    if digests.ndim != 2 or digests.shape[1] not in WIDTHS or digests.dtype != np.uint8:
        raise ValueError(f"digests are uint8[n, width] with a width of {WIDTHS}")


def _column_types(width: int) -> list[np.dtype[np.unsignedinteger]]:
    types: list[np.dtype[np.unsignedinteger]] = [np.dtype("<u8")] * (width // 8)
    return [*types, np.dtype("<u4")] if width % 8 else types


def _split(digests: NDArray[np.uint8]) -> Columns:
    """Return the digests as columns of numbers that compare as the bytes do."""
    columns, start = [], 0
    for column_type in _column_types(digests.shape[1]):
        part = np.ascontiguousarray(digests[:, start : start + column_type.itemsize])
        columns.append(part.view(column_type.newbyteorder(">"))[:, 0].astype(column_type))
        start += column_type.itemsize
    return tuple(columns)


def _sorting_order(columns: Columns, ids: NDArray[np.int64]) -> NDArray[np.intp]:
    """Return the order by digest, then id: the first column decides almost always, and sorting it alone is quick."""
    order = np.argsort(columns[0])
    first = columns[0][order]
    tied = np.zeros(len(order) + 1, bool)
    tied[1:-1] = first[1:] == first[:-1]
    places = np.flatnonzero(tied[:-1] | tied[1:])
    if places.size:
        among = order[places]
        keys = (ids[among], *(column[among] for column in reversed(columns)))
        order[places] = among[np.lexsort(keys)]
    return order


def _header(width: int, rows: int, checksum: bytes) -> bytes:
    start = _HEADER.pack(_MAGIC, width, 0, rows, checksum, 0)[:_CRC_COVERS]
    return _HEADER.pack(_MAGIC, width, 0, rows, checksum, zlib.crc32(start))


def _read_header(path: Path, header: bytes) -> tuple[int, int, bytes]:
    if len(header) < _HEADER.size or not header.startswith(_MAGIC):
        raise DigestTableDamaged(path, "it is not a digest table")
    _, width, _, rows, checksum, crc = _HEADER.unpack(header)
    if crc != zlib.crc32(header[:_CRC_COVERS]) or width not in WIDTHS:
        raise DigestTableDamaged(path, "its header is damaged")
    return width, rows, checksum
