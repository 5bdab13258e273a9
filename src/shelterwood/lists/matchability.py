"""How much of a list can be matched here at all: a list made of PhotoDNA values looks full and finds nothing.

Entries (fingerprints) and items are counted apart. An item is counted once, at the best that any of its live
fingerprints allows: perceptually (also changed copies are found), exactly (only identical files), or not at all.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from shelterwood.lists.values import EXACT_KINDS, PERCEPTUAL_KINDS

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["Counting", "Counts"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Counts:
    """What a version of a list holds. `kinds` counts live fingerprints by kind."""

    rows: int
    entries_live: int
    entries_withdrawn: int
    items: int
    items_live: int
    items_perceptual: int
    items_exact_only: int
    items_unmatchable: int
    kinds: Mapping[str, int]

    @property
    def perceptual(self) -> int:
        """Live fingerprints that find changed copies too."""
        return sum(count for kind, count in self.kinds.items() if kind in PERCEPTUAL_KINDS)

    @property
    def exact(self) -> int:
        """Live fingerprints that find identical files only."""
        return sum(count for kind, count in self.kinds.items() if kind in EXACT_KINDS)

    @property
    def unmatchable_kinds(self) -> dict[str, int]:
        """Live fingerprints that are carried and cannot be matched here, by kind."""
        matchable = {*PERCEPTUAL_KINDS, *EXACT_KINDS}
        return {kind: count for kind, count in self.kinds.items() if kind not in matchable}

    @property
    def unmatchable(self) -> int:
        """Live fingerprints that cannot be matched here."""
        return sum(self.unmatchable_kinds.values())

    def sentences(self) -> list[str]:
        """Return what a person must know before relying on the list."""
        if not self.items_live:
            return ["This list holds no live entry: nothing can be matched with it."]
        lines = [
            (
                f"Of {_items(self.items_live)}, {self.items_perceptual:,} can be matched perceptually, "
                f"{self.items_exact_only:,} exactly only, {self.items_unmatchable:,} not at all."
            )
        ]
        if self.unmatchable:
            named = ", ".join(f"{kind} {count:,}" for kind, count in sorted(self.unmatchable_kinds.items()))
            lines.append(f"Fingerprints that cannot be matched here: {named}.")
        return lines + self._warnings()

    def _warnings(self) -> list[str]:
        if self.items_unmatchable * 2 > self.items_live:
            share = f"{self.items_unmatchable / self.items_live:.0%}"
            return [f"This list is nearly blind here: {share} of its items cannot be matched at all."]
        if self.items_perceptual * 2 < self.items_live:
            share = f"{1 - self.items_perceptual / self.items_live:.0%}"
            return [
                f"This list mostly misses changed copies: {share} of its items have no fingerprint that finds them."
            ]
        return []

    def to_json(self) -> dict[str, Any]:
        """Return the counts for list.json."""
        names = [name for name in self.__dataclass_fields__ if name != "kinds"]
        return {name: getattr(self, name) for name in names} | {"kinds": dict(sorted(self.kinds.items()))}

    @classmethod
    def from_json(cls, stored: Mapping[str, Any]) -> Counts:
        """Return the counts of a list.json. Raises TypeError where members are missing or unknown."""
        return cls(**stored)


def _items(count: int) -> str:
    return "1 listed item" if count == 1 else f"{count:,} listed items"


@dataclass(slots=True)
class Counting:
    """Counts entries as they stream by in canonical order, item by item."""

    kinds: Counter[str] = field(default_factory=Counter)
    rows: int = 0
    withdrawn: int = 0
    items: int = 0
    best: Counter[str] = field(default_factory=Counter)

    def item(self, entries: list[tuple[str, bool]]) -> None:
        """Count one item: (kind, live) of each of its records; the kind of a withdrawal is empty."""
        self.items += 1
        self.rows += len(entries)
        live = [kind for kind, is_live in entries if is_live]
        self.withdrawn += sum(1 for kind, is_live in entries if kind and not is_live)
        self.kinds.update(live)
        if live:
            self.best[_best(live)] += 1

    def counts(self) -> Counts:
        """Return what was counted."""
        return Counts(
            rows=self.rows,
            entries_live=self.kinds.total(),
            entries_withdrawn=self.withdrawn,
            items=self.items,
            items_live=self.best.total(),
            items_perceptual=self.best["perceptual"],
            items_exact_only=self.best["exact"],
            items_unmatchable=self.best["unmatchable"],
            kinds=dict(self.kinds),
        )


def _best(kinds: list[str]) -> str:
    if any(kind in PERCEPTUAL_KINDS for kind in kinds):
        return "perceptual"
    return "exact" if any(kind in EXACT_KINDS for kind in kinds) else "unmatchable"
