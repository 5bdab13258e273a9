"""A list with what was changed since its version was made: entries added one by one, items withdrawn at once.

Writing the next version of a list of a million entries takes minutes; a wrong entry must stop matching within a second.
So changes stand beside the version they belong to: added entries in a small index in memory, withdrawn items as rows of
the version that no look-up returns. A withdrawal stands against every later version too, whatever its source delivers:
only a person who adds the entry again brings it back.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from shelterwood.index import HammingIndex
from shelterwood.lists.entries import Entry, Withdrawal
from shelterwood.lists.indicator_list import ListMatch
from shelterwood.lists.perceptual import DEFAULT_RADIUS
from shelterwood.lists.values import EXACT_KINDS, PERCEPTUAL_KINDS

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from numpy.typing import NDArray

    from shelterwood.lists.entries import ItemKey, Record
    from shelterwood.lists.indicator_list import IndicatorList
    from shelterwood.lists.matchability import Counts

__all__ = ["ChangedList"]

_NOTHING = np.empty(0, np.int64)


class ChangedList:
    """An opened version and its changes; asked like an `IndicatorList`. Rows from len(base) on are added entries.

    Look-ups may come from any thread while `apply` runs in one other: a row is there before an index points at it.
    `name` and `version` are what a match says; they are the service's own, not those inside the files.
    """

    def __init__(self, base: IndicatorList, *, name: str, version: int) -> None:
        self.base = base
        self.name = name
        self.version = version
        self._added: list[Entry] = []
        self._gone: set[int] = set()  # rows of added entries that were withdrawn again
        self._rows_of_item: dict[ItemKey, list[int]] = {}
        self._by_digest: dict[tuple[str, str], list[int]] = {}
        self._index: HammingIndex | None = None
        self._withdrawn: NDArray[np.int64] = _NOTHING
        self.counts: Counts = base.counts

    @property
    def digest(self) -> str:
        """The digest of the version, without the changes."""
        return self.base.digest

    def versions(self) -> list[int]:
        """Return the numbers of the versions on disk."""
        return self.base.versions()

    def apply(self, changes: Iterable[Record]) -> None:
        """Take further changes in their order: an Entry is added, a Withdrawal takes the item out."""
        withdrawn = set(self._withdrawn.tolist())
        for change in changes:
            if isinstance(change, Withdrawal):
                withdrawn.update(self.base.rows_of(change.item))
                self._withdraw_added(change.item)
            elif not self._holds(change, withdrawn):
                self._add(change)
        self._withdrawn = np.array(sorted(withdrawn), np.int64)
        self.counts = self._counted()

    def _holds(self, entry: Entry, withdrawn: set[int]) -> bool:
        """Whether the same fingerprint of the same item can be found already."""
        of_base = (self.base.entry_or_none(row) for row in self.base.rows_of(entry.item) if row not in withdrawn)
        of_added = (self._added[row] for row in self._rows_of_item.get(entry.item, ()) if row not in self._gone)
        return any(one.key == entry.key and one.withdrawn_at is None for one in (*of_base, *of_added) if one)

    def _add(self, entry: Entry) -> None:
        row = len(self._added)
        self._added.append(entry)
        self._rows_of_item.setdefault(entry.item, []).append(row)
        if entry.kind in PERCEPTUAL_KINDS:
            code = np.frombuffer(bytes.fromhex(entry.value), np.uint8)[np.newaxis]
            if self._index is None:
                self._index = HammingIndex.build(code, np.array([row], np.int64))
            else:
                self._index.add(code, np.array([row], np.int64))
        elif entry.kind in EXACT_KINDS:
            self._by_digest.setdefault((entry.kind, entry.value), []).append(row)

    def _withdraw_added(self, item: ItemKey) -> None:
        rows = self._rows_of_item.get(item, [])
        self._gone.update(rows)
        if rows and self._index is not None:
            self._index.discard(np.array(rows, np.int64))

    def _counted(self) -> Counts:
        """Return the counts of the version with the changes; items are counted by what was added of them."""
        live = [entry for row, entry in enumerate(self._added) if row not in self._gone]
        lost = [entry for row in self._withdrawn.tolist() if (entry := self._live_in_base(row))]
        kinds = Counter(self.base.counts.kinds)
        kinds.update(entry.kind for entry in live)
        kinds.subtract(entry.kind for entry in lost)
        counts = self.base.counts
        return replace(
            counts,
            rows=counts.rows + len(self._added),
            entries_live=counts.entries_live + len(live) - len(lost),
            entries_withdrawn=counts.entries_withdrawn + len(lost) + len(self._gone),
            kinds={kind: count for kind, count in kinds.items() if count > 0},
            **self._items(live, lost),
        )

    def _items(self, live: list[Entry], lost: list[Entry]) -> dict[str, int]:
        """Return how many items there are with the changes, and how many can be matched in which way."""
        before, after = _best_of(lost), _best_of(live)
        counts = self.base.counts
        return {
            "items": counts.items + len(after.keys() - before.keys()),
            "items_live": counts.items_live + len(after) - len(before),
            "items_perceptual": counts.items_perceptual + _how_many(after, 2) - _how_many(before, 2),
            "items_exact_only": counts.items_exact_only + _how_many(after, 1) - _how_many(before, 1),
            "items_unmatchable": counts.items_unmatchable + _how_many(after, 0) - _how_many(before, 0),
        }

    def _live_in_base(self, row: int) -> Entry | None:
        entry = self.base.entry_or_none(row)
        return entry if entry is not None and entry.withdrawn_at is None else None

    def entry(self, row: int) -> Entry:
        """Return the entry of a row that a look-up found."""
        return self.base.entry(row) if row < len(self.base) else self._added[row - len(self.base)]

    def look_up_digests(
        self, *, at: datetime, md5: str | None = None, sha1: str | None = None, sha256: str | None = None
    ) -> list[ListMatch]:
        """Return every entry live at `at` that has one of these digests, each kind apart (as IndicatorList does)."""
        of_base = self.base.look_up_digests(at=at, md5=md5, sha1=sha1, sha256=sha256)
        found = [match for match in of_base if not self._is_withdrawn(match.row)]
        for kind, digest in (("md5", md5), ("sha1", sha1), ("sha256", sha256)):
            rows = self._by_digest.get((kind, digest), ()) if digest else ()
            found += [ListMatch(row=len(self.base) + row, kind=kind) for row in rows if self._matches(row, at)]
        return found

    def look_up_pdq(
        self, codes: NDArray[np.uint8], *, at: datetime, radius: int = DEFAULT_RADIUS
    ) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]:
        """Return (query, row, distance) of every entry live at `at` within `radius` bits of a code (uint8[n, 32])."""
        query, rows, distance = self.base.look_up_pdq(codes, at=at, radius=radius)
        if len(rows) and len(self._withdrawn):
            kept = ~np.isin(rows, self._withdrawn)
            query, rows, distance = query[kept], rows[kept], distance[kept]
        if self._index is None or not len(codes):
            return query, rows, distance
        found = self._index.search(codes, radius)
        live = np.array([self._matches(row, at) for row in found.id.tolist()], np.bool_)
        return (
            np.concatenate([query, found.query[live]]),
            np.concatenate([rows, found.id[live] + len(self.base)]),
            np.concatenate([distance, found.distance[live].astype(np.int64)]),
        )

    def _is_withdrawn(self, row: int) -> bool:
        place = int(np.searchsorted(self._withdrawn, row))
        return place < len(self._withdrawn) and int(self._withdrawn[place]) == row

    def _matches(self, row: int, at: datetime) -> bool:
        return row not in self._gone and self._added[row].is_live(at=at)


def _best_of(entries: list[Entry]) -> dict[ItemKey, int]:
    """Return for each item the best way in which it can be matched: 2 perceptually, 1 exactly, 0 not at all."""
    best: dict[ItemKey, int] = {}
    for entry in entries:
        way = 2 if entry.kind in PERCEPTUAL_KINDS else 1 if entry.kind in EXACT_KINDS else 0
        best[entry.item] = max(way, best.get(entry.item, 0))
    return best


def _how_many(best: dict[ItemKey, int], way: int) -> int:
    return sum(1 for found in best.values() if found == way)
