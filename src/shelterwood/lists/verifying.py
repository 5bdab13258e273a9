"""Check a list on disk part by part: that the entries are those of the digest, and that every index says what they say.

Opening a list checks sizes and headers only. This reads everything, in constant memory, and is what `list verify` and
a careful keeper run.
"""

from __future__ import annotations

import hashlib
from functools import partial
from typing import TYPE_CHECKING

import numpy as np

from shelterwood.errors import ShelterwoodError
from shelterwood.lists.building import ALWAYS, NEVER, microseconds
from shelterwood.lists.canonical import from_line, key_bytes, to_line
from shelterwood.lists.entries import Entry
from shelterwood.lists.layout import ListNotReadable

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from numpy.typing import NDArray

    from shelterwood.index import HammingIndex
    from shelterwood.index.digests import DigestTable
    from shelterwood.lists.entries import Record
    from shelterwood.lists.manifest import Manifest

__all__ = ["check_index", "check_lines", "check_table", "check_validity"]

BATCH = 1 << 16


def check_lines(path: Path, lines: Callable[[], Iterator[bytes]], manifest: Manifest) -> None:
    """Check that the lines are canonical, sorted, and those of the digest. Raises ListNotReadable."""
    digest, before, rows = hashlib.sha256(), b"", 0
    for rows, line in enumerate(lines(), start=1):
        key = _canonical_key(path, line, rows)
        if key <= before:
            raise ListNotReadable(path, f"its row {rows - 1} is not in its place")
        before = key
        digest.update(line)
    if digest.hexdigest() != manifest.digest or rows != manifest.counts.rows:
        raise ListNotReadable(path, "its entries are not those of its digest")


def _canonical_key(path: Path, line: bytes, number: int) -> bytes:
    try:
        record = from_line(line)
    except (ValueError, KeyError, TypeError, ShelterwoodError) as error:
        raise ListNotReadable(path, f"its row {number - 1} is damaged") from error
    if to_line(record) != line:
        raise ListNotReadable(path, f"its row {number - 1} is not in canonical form")
    return key_bytes(record)


def check_validity(path: Path, records: Iterator[Record], validity: NDArray[np.int64]) -> None:
    """Check that each row's times say what its record says. Raises ListNotReadable."""
    for row, record in enumerate(records):
        begins = record.valid_from if isinstance(record, Entry) else None
        stated = (
            ALWAYS if begins is None else microseconds(begins),
            NEVER if record.withdrawn_at is None else microseconds(record.withdrawn_at),
        )
        if stated != (int(validity[row, 0]), int(validity[row, 1])):
            raise ListNotReadable(path, f"the times of its row {row} are not those of its entry")


def check_table(
    path: Path, kind: str, table: DigestTable | None, records: Iterator[Record], manifest: Manifest
) -> None:
    """Check that a digest table holds every entry of its kind that was not withdrawn, and nothing else."""
    if table is not None:
        table.verify()
    count = _check_found(path, kind, records, manifest, None if table is None else table.look_up)
    if count != (0 if table is None else len(table)):
        raise ListNotReadable(path, f"its {kind} look-up holds something that its entries do not")


def check_index(path: Path, index: HammingIndex | None, records: Iterator[Record], manifest: Manifest) -> None:
    """Check that the index holds every PDQ entry that was not withdrawn, and nothing else."""
    if index is not None and not index.verify().sound:
        raise ListNotReadable(path, "its PDQ index is damaged")
    count = _check_found(path, "pdq", records, manifest, None if index is None else partial(_same_code, index))
    if count != (0 if index is None else len(index)):
        raise ListNotReadable(path, "its PDQ index holds something that its entries do not")


def _same_code(index: HammingIndex, codes: NDArray[np.uint8]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    found = index.search(codes, 0)
    return found.query, found.id


def _check_found(
    path: Path,
    kind: str,
    records: Iterator[Record],
    manifest: Manifest,
    find: Callable[[NDArray[np.uint8]], tuple[NDArray[np.int64], NDArray[np.int64]]] | None,
) -> int:
    """Check that every entry of a kind that was not withdrawn at the import is found; return how many there are."""
    count = 0
    for rows, values in _batches(kind, records, manifest):
        if find is None or not _all_found(rows, values, find):
            raise ListNotReadable(path, f"its {kind} look-up lacks an entry")
        count += len(rows)
    return count


def _batches(
    kind: str, records: Iterator[Record], manifest: Manifest
) -> Iterator[tuple[NDArray[np.int64], NDArray[np.uint8]]]:
    rows: list[int] = []
    values: list[bytes] = []
    for row, record in enumerate(records):
        if not isinstance(record, Entry) or record.kind != kind:
            continue
        if record.withdrawn_at is None or record.withdrawn_at > manifest.created_at:
            rows.append(row)
            values.append(bytes.fromhex(record.value))
        if len(rows) == BATCH:
            yield _as_arrays(rows, values)
            rows, values = [], []
    if rows:
        yield _as_arrays(rows, values)


def _as_arrays(rows: list[int], values: list[bytes]) -> tuple[NDArray[np.int64], NDArray[np.uint8]]:
    joined = np.frombuffer(b"".join(values), np.uint8)
    return np.array(rows, np.int64), joined.reshape(len(values), len(values[0]))


def _all_found(
    rows: NDArray[np.int64],
    values: NDArray[np.uint8],
    find: Callable[[NDArray[np.uint8]], tuple[NDArray[np.int64], NDArray[np.int64]]],
) -> bool:
    """Return whether each value leads to its row. Each distinct value is asked once: many rows may share it."""
    distinct, asked = np.unique(values, axis=0, return_inverse=True)
    query, found = find(np.ascontiguousarray(distinct))
    order = np.argsort(found, kind="stable")
    places = np.searchsorted(found[order], rows)
    if not len(found) or places.max() >= len(found):
        return False
    hits = order[places]
    return bool((found[hits] == rows).all() and (query[hits] == asked.reshape(-1)).all())
