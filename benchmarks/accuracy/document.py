"""The tables of docs/accuracy.md, from counts."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from benchmarks.accuracy.population import BANDS
from benchmarks.accuracy.wilson import interval, upper_for_none

if TYPE_CHECKING:
    from benchmarks.accuracy.copies import Copies
    from benchmarks.accuracy.pairs import Counts

__all__ = ["false_matches_table", "families_table", "recall_table", "share_with_interval"]

RADII = range(32)
LOOKED_UP = (1, 2)
"""The bands that are looked up: quality 50 and more."""


def _markdown(columns: list[str], rows: list[list[str]]) -> str:
    lines = [columns, ["---"] * len(columns), *rows]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)


def share_with_interval(hits: int, total: int) -> str:
    """Write a rare share: the count and its interval; for none, the one-sided bound."""
    if hits == 0:
        return f"0 (≤ {upper_for_none(total):.1e})"
    low, high = interval(hits, total)
    return f"{hits:,} ({low:.1e} to {high:.1e})"


def recall_table(copies: dict[str, Copies]) -> str:
    """Return a row a change: found at some radii, at 31 with its interval, without orientations, and not looked up."""
    rows = []
    for name, one in copies.items():
        total = len(one.own)
        shares = [f"{one.found(radius, turned=True) / total:.1%}" for radius in (10, 20)]
        hits = one.found(31, turned=True)
        low, high = interval(hits, total)
        at_default = f"**{hits / total:.1%}** ({low:.1%} to {high:.1%})"
        more = [f"{one.found(radius, turned=True) / total:.1%}" for radius in (40, 64)]
        own = f"{one.found(31, turned=False) / total:.1%}"
        rows.append([one.group, name, *shares, at_default, *more, own, f"{one.not_looked_up / total:.1%}"])
    columns = [
        "kind",
        "change",
        "r 10",
        "r 20",
        "r 31 (95 % interval)",
        "r 40",
        "r 64",
        "r 31, as it is only",
        "too flat",
    ]
    return _markdown(columns, rows)


def false_matches_table(counts: Counts, *, turned: bool) -> str:
    """Return a row a radius 0..31: pairs within it, by band of the lower quality, with intervals."""
    groups = {**{name: (band,) for band, name in enumerate(BANDS)}, "50 and more": LOOKED_UP}
    within = {name: np.cumsum(counts.by_distance(turned=turned, bands=bands)) for name, bands in groups.items()}
    rows = [
        [str(radius), *(share_with_interval(int(some[radius]), int(some[-1])) for some in within.values() if some[-1])]
        for radius in RADII
    ]
    columns = ["radius", *(f"{name}: {int(some[-1]):,} pairs" for name, some in within.items() if some[-1])]
    return _markdown(columns, rows)


def families_table(counts: Counts) -> str:
    """Return a row a family, pairs of quality 50 and more: how many, the nearest, and those within 31 (any turn)."""
    rows = []
    for number, name in enumerate(counts.families):
        own, turned = (counts.pairs[side][list(LOOKED_UP), number].sum(axis=0) for side in (0, 1))
        total = int(own.sum())
        if not total:
            continue
        nearest = [str(int(np.nonzero(some)[0][0])) for some in (own, turned)]
        rows.append([name, f"{total:,}", *nearest, share_with_interval(int(turned[:32].sum()), total)])
    columns = ["both pictures from", "pairs", "nearest, as they are", "nearest, any turn", "within 31, any turn"]
    return _markdown(columns, rows)
