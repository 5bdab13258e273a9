"""Write one version of a list to a folder as its records stream by: lines, offsets, validity, digests, index.

Nothing is held in memory but numbers; the digest of the list is taken from the very bytes that are written.
"""

from __future__ import annotations

import hashlib
import os
import re
from array import array
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, BinaryIO, Self

import numpy as np

from shelterwood.index.digests import DigestTable
from shelterwood.lists.instants import parse_instant
from shelterwood.lists.layout import DIGESTS, ENTRIES, OFFSETS, PDQ_INDEX, VALIDITY
from shelterwood.lists.matchability import Counting, Counts
from shelterwood.lists.perceptual import build_index
from shelterwood.lists.values import EXACT_KINDS, PERCEPTUAL_KINDS, width

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

    from shelterwood.lists.spooling import SpooledRecord

__all__ = ["ALWAYS", "NEVER", "VersionWriter", "microseconds"]

ALWAYS, NEVER = -(2**63), 2**63 - 1  # valid since always; withdrawn never
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_FLUSH_ROWS = 1 << 16
# The line is ours and canonical: quotation marks inside values are escaped, so these match members only.
_VALID_FROM = re.compile(rb'"valid_from":"([^"]*)"')
_WITHDRAWN_AT = re.compile(rb'"withdrawn_at":"([^"]*)"')


def microseconds(moment: datetime) -> int:
    """Return an instant as microseconds since 1970."""
    return (moment - _EPOCH) // timedelta(microseconds=1)


class VersionWriter:
    """Takes the records of a version item by item, in canonical order; a context manager over its open files."""

    def __init__(self, folder: Path, *, now: datetime) -> None:
        self._folder = folder
        self._now = microseconds(now)
        self._stack = ExitStack()
        self._entries = self._create(ENTRIES)
        self._offsets = _Numbers(self._create(OFFSETS), "Q")
        self._validity = _Numbers(self._create(VALIDITY), "q")
        self._values = {kind: self._create(f"{kind}.values") for kind in (*EXACT_KINDS, *PERCEPTUAL_KINDS)}
        self._digest = hashlib.sha256()
        self._counting = Counting()
        self._offset = 0
        self._row = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._stack.close()

    def _create(self, name: str) -> BinaryIO:
        descriptor = os.open(self._folder / name, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600)
        return self._stack.enter_context(os.fdopen(descriptor, "w+b", buffering=1 << 20))

    def write_item(self, records: list[SpooledRecord]) -> None:
        """Write all records of one item."""
        self._counting.item([self._write(record) for record in records])

    def _write(self, record: SpooledRecord) -> tuple[str, bool]:
        line = record.line
        self._entries.write(line)
        self._digest.update(line)
        self._offsets.append(self._offset)
        self._offset += len(line)
        begins, ends = _moment(_VALID_FROM, line, ALWAYS), _moment(_WITHDRAWN_AT, line, NEVER)
        self._validity.append(begins)
        self._validity.append(ends)
        _, _, kind, value = record.key.decode().split("\0")
        is_live = ends > self._now
        if is_live and kind in self._values:
            self._values[kind].write(self._row.to_bytes(8, "little") + bytes.fromhex(value))
        self._row += 1
        return kind, is_live

    def finish(self) -> tuple[str, Counts]:
        """Write the index and the digest tables; return the digest of the list (hex SHA-256) and its counts."""
        self._offsets.append(self._offset)
        for numbers in (self._offsets, self._validity):
            numbers.flush()
        (self._folder / DIGESTS).mkdir(mode=0o700)
        for kind, file in self._values.items():
            ids, values = self._take(kind, file)
            if kind in PERCEPTUAL_KINDS:
                build_index(values, ids, self._folder / PDQ_INDEX)
            elif len(ids):
                DigestTable.build(values, ids).save(self._folder / DIGESTS / kind)
        for file in (self._entries, self._offsets.file, self._validity.file):
            file.flush()
            os.fsync(file.fileno())
        return self._digest.hexdigest(), self._counting.counts()

    def _take(self, kind: str, file: BinaryIO) -> tuple[NDArray[np.int64], NDArray[np.uint8]]:
        """Return (row numbers int64[n], values uint8[n, width]) collected for a kind, and remove their file."""
        file.flush()
        path = self._folder / f"{kind}.values"
        rows = np.fromfile(path, np.dtype([("id", "<i8"), ("value", "u1", (width(kind),))]))
        path.unlink()
        return np.ascontiguousarray(rows["id"]), np.ascontiguousarray(rows["value"])


def _moment(pattern: re.Pattern[bytes], line: bytes, unset: int) -> int:
    found = pattern.search(line)
    return unset if found is None else microseconds(parse_instant(found[1].decode()))


class _Numbers:
    """A file of 64-bit numbers, written in blocks."""

    def __init__(self, file: BinaryIO, typecode: str) -> None:
        self.file = file
        self._pending = array(typecode)

    def append(self, number: int) -> None:
        self._pending.append(number)
        if len(self._pending) >= _FLUSH_ROWS:
            self.flush()

    def flush(self) -> None:
        self._pending.tofile(self.file)
        del self._pending[:]
