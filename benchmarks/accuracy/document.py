"""The tables of docs/accuracy.md, from counts."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from benchmarks.accuracy.population import BANDS
from benchmarks.accuracy.wilson import interval, upper_for_none

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy.typing as npt

    from benchmarks.accuracy.copies import Copies
    from benchmarks.accuracy.pairs import Counts

__all__ = ["false_matches_table", "families_table", "recall_table", "runs", "share_with_interval", "tiles_table"]

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
    """Return, for the radii 0..31, pairs within, by band of the lower quality, with intervals.

    Radii in a row at which no count changes share a line: "0 to 16".
    """
    groups = {**{name: (band,) for band, name in enumerate(BANDS)}, "50 and more": LOOKED_UP}
    within = {name: np.cumsum(counts.by_distance(turned=turned, bands=bands)) for name, bands in groups.items()}
    seen = {name: some for name, some in within.items() if some[-1]}
    rows = [
        [f"{first} to {last}" if first < last else str(first), *(_pairs_within(some, first) for some in seen.values())]
        for first, last in runs([tuple(int(some[radius]) for some in seen.values()) for radius in RADII])
    ]
    return _markdown(["radius", *(f"{name}: {int(some[-1]):,} pairs" for name, some in seen.items())], rows)


def _pairs_within(within: npt.NDArray[np.int64], radius: int) -> str:
    return share_with_interval(int(within[radius]), int(within[-1]))


def runs(values: Sequence[object]) -> list[tuple[int, int]]:
    """Return (first, last) of every run of equal values."""
    starts = [n for n in range(len(values)) if n == 0 or values[n] != values[n - 1]]
    return list(zip(starts, [start - 1 for start in starts[1:]] + [len(values) - 1], strict=True))


def families_table(counts: Counts) -> str:
    """Return a row a family, pairs of quality 50 and more: how many, the nearest, and those within 31 (any turn)."""
    rows = {name: _looked_up(counts, [number]) for number, name in enumerate(counts.families)}
    return _nearness_table("both pictures from", rows)


def tiles_table(counts: Counts) -> str:
    """Return two rows: pairs of tiles of one photograph, and of two."""
    last = len(counts.families) - 1
    rows = {"one photograph": _looked_up(counts, list(range(last))), "two photographs": _looked_up(counts, [last])}
    return _nearness_table("both tiles from", rows)


def _looked_up(counts: Counts, groups: list[int]) -> npt.NDArray[np.int64]:
    """Return [own | least of eight][distance] over the bands that are looked up."""
    kept: npt.NDArray[np.int64] = counts.pairs[:, list(LOOKED_UP)][:, :, groups].sum(axis=(1, 2))
    return kept


def _nearness_table(heading: str, named: dict[str, npt.NDArray[np.int64]]) -> str:
    rows = []
    for name, (own, turned) in named.items():
        total = int(own.sum())
        if total:
            nearest = [str(int(np.nonzero(some)[0][0])) for some in (own, turned)]
            rows.append([name, f"{total:,}", *nearest, share_with_interval(int(turned[:32].sum()), total)])
    return _markdown([heading, "pairs", "nearest, as they are", "nearest, any turn", "within 31, any turn"], rows)
