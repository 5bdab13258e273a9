"""Check a list on disk part by part: that the entries are those of the digest, and that every index says what they say.

Opening a list checks sizes and headers only. This reads everything once, in constant memory, and is what `list verify`
and a careful keeper run.
"""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

import numpy as np

from shelterwood.errors import ShelterwoodError
from shelterwood.lists.building import ALWAYS, NEVER, microseconds
from shelterwood.lists.canonical import from_line, key_bytes, to_line
from shelterwood.lists.entries import Entry
from shelterwood.lists.layout import ListNotReadable

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from pathlib import Path

    from numpy.typing import NDArray

    from shelterwood.lists.entries import Record
    from shelterwood.lists.manifest import Manifest

    Finder = Callable[[NDArray[np.uint8]], tuple[NDArray[np.int64], NDArray[np.int64]]]

__all__ = ["LookUp", "check_version"]

BATCH = 1 << 16


class LookUp:
    """One stored look-up under test: every entry of its kind must be found in it, and it must hold nothing else."""

    def __init__(self, kind: str, *, find: Finder, size: int) -> None:
        self.kind = kind
        self._find = find
        self._size = size
        self._rows: list[int] = []
        self._values: list[bytes] = []
        self._seen = 0

    def expect(self, row: int, value: str) -> bool:
        """Take note of an entry; return whether all entries looked up so far were found."""
        self._rows.append(row)
        self._values.append(bytes.fromhex(value))
        self._seen += 1
        return len(self._rows) < BATCH or self._all_found()

    def finish(self) -> bool:
        """Look up what is left; return whether all were found and nothing else is stored."""
        return (not self._rows or self._all_found()) and self._seen == self._size

    def _all_found(self) -> bool:
        """Look up each distinct value once (many rows may share it): it must lead to each of its rows."""
        rows = np.array(self._rows, np.int64)
        values = np.frombuffer(b"".join(self._values), np.uint8).reshape(len(rows), -1)
        self._rows, self._values = [], []
        distinct, asked = np.unique(values, axis=0, return_inverse=True)
        query, found = self._find(np.ascontiguousarray(distinct))
        order = np.argsort(found, kind="stable")
        places = np.searchsorted(found[order], rows)
        if not len(found) or places.max() >= len(found):
            return False
        hits = order[places]
        return bool((found[hits] == rows).all() and (query[hits] == asked.reshape(-1)).all())


def check_version(
    path: Path, lines: Iterable[bytes], manifest: Manifest, validity: NDArray[np.int64], look_ups: Mapping[str, LookUp]
) -> None:
    """Check every line of a version, its times, and the look-ups by kind. Raises ListNotReadable at the first fault."""
    digest, before, rows = hashlib.sha256(), b"", 0
    for row, line in enumerate(lines):
        record = _canonical(path, line, row)
        key = key_bytes(record)
        if key <= before:
            raise ListNotReadable(path, f"its row {row} is not in its place")
        if _times(record) != (int(validity[row, 0]), int(validity[row, 1])):
            raise ListNotReadable(path, f"the times of its row {row} are not those of its entry")
        if _is_indexed(record, manifest) and not _expected(look_ups, record, row):
            raise ListNotReadable(path, f"a look-up lacks its row {row} or one before")
        before, rows = key, row + 1
        digest.update(line)
    if digest.hexdigest() != manifest.digest or rows != manifest.counts.rows:
        raise ListNotReadable(path, "its entries are not those of its digest")
    for kind, look_up in look_ups.items():
        if not look_up.finish():
            raise ListNotReadable(path, f"its {kind} look-up does not hold exactly what its entries say")


def _canonical(path: Path, line: bytes, row: int) -> Record:
    try:
        record = from_line(line)
    except (ValueError, KeyError, TypeError, ShelterwoodError) as error:
        raise ListNotReadable(path, f"its row {row} is damaged") from error
    if to_line(record) != line:
        raise ListNotReadable(path, f"its row {row} is not in canonical form")
    return record


def _times(record: Record) -> tuple[int, int]:
    begins = record.valid_from if isinstance(record, Entry) else None
    return (
        ALWAYS if begins is None else microseconds(begins),
        NEVER if record.withdrawn_at is None else microseconds(record.withdrawn_at),
    )


def _is_indexed(record: Record, manifest: Manifest) -> bool:
    """Whether a record was not withdrawn when its version was made: then the look-ups hold it."""
    return record.withdrawn_at is None or record.withdrawn_at > manifest.created_at


def _expected(look_ups: Mapping[str, LookUp], record: Record, row: int) -> bool:
    if not isinstance(record, Entry) or (look_up := look_ups.get(record.kind)) is None:
        return True
    return look_up.expect(row, record.value)
