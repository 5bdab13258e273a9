"""The two charts of docs/accuracy.md: what is found by change and radius, and how far apart unrelated pictures are."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from benchmarks.accuracy.document import runs
from benchmarks.accuracy.population import BANDS
from benchmarks.accuracy.svg import Drawing, LogScale, Scale
from benchmarks.accuracy.wilson import upper_for_none

if TYPE_CHECKING:
    import numpy.typing as npt

    from benchmarks.accuracy.copies import Copies
    from benchmarks.accuracy.pairs import Counts

__all__ = ["false_matches_chart", "recall_chart"]

DEFAULT_RADIUS = 31
COLOURS = ("a", "b", "c")
DASHES = ("2 4", "7 4", "")
FARTHEST_COPY = 64
FARTHEST_PAIR = 128


def recall_chart(copies: dict[str, Copies]) -> str:
    """Return a map: a row a change, a column a radius, darker where more copies are found (any orientation)."""
    row, left, top, column = 15, 190, 58, 7
    width = left + column * (FARTHEST_COPY + 1) + 80
    height = top + row * len(copies) + 46
    drawing = Drawing(
        width=width,
        height=height,
        title="Changed copies found, by change and radius",
        description="One row for each change. The colour says which share of the copies lies within the radius; the "
        f"figure at the right is the share at radius {DEFAULT_RADIUS}.",
    )
    drawing.text(12, 22, drawing.title, css="strong")
    drawing.text(12, 40, "share of copies within the radius: none (empty) to all (full colour)", css="muted small")
    for number, (name, one) in enumerate(copies.items()):
        _recall_row(drawing, name, one, left=left, y=top + number * row, column=column, row=row)
    bottom = top + row * len(copies)
    edge = left + column * (DEFAULT_RADIUS + 1)
    drawing.rule(edge, top - 4, edge, bottom + 4, css="edge")
    for radius in (0, 10, 20, 31, 40, 50, 64):
        drawing.text(left + column * (radius + 0.5), bottom + 16, str(radius), css="small", anchor="middle")
    drawing.text(left + column * FARTHEST_COPY / 2, bottom + 34, "radius (bits of 256)", css="muted", anchor="middle")
    drawing.text(width - 12, top - 8, f"at {DEFAULT_RADIUS}", css="muted small", anchor="end")
    return drawing.to_svg()


def _recall_row(drawing: Drawing, name: str, one: Copies, *, left: int, y: float, column: int, row: int) -> None:
    total = len(one.turned)
    drawing.text(left - 8, y + row - 4, name, css="small", anchor="end")
    shades = [round(one.found(radius, turned=True) / total * 20) / 20 for radius in range(FARTHEST_COPY + 1)]
    for first, last in runs(shades):
        if shades[first]:
            width = (last - first + 1) * column
            drawing.box(left + first * column, y + 1, width, row - 2, css="cell", opacity=shades[first])
    at_default = one.found(DEFAULT_RADIUS, turned=True) / total
    at = left + column * (FARTHEST_COPY + 1) + 68
    drawing.text(at, y + row - 4, f"{at_default:.1%}", css="small", anchor="end")


def false_matches_chart(counts: Counts) -> str:
    """Return two panels: the share of unrelated pairs within each radius, by band of the lower quality."""
    drawing = Drawing(
        width=900,
        height=440,
        title="Unrelated pictures that would match, by radius",
        description="Share of pairs of unrelated pictures whose fingerprints lie within the radius, on a logarithmic "
        "scale, one line for each band of the lower quality; left: as they are, right: best of eight orientations. "
        "Where a band shows no pair at all, a level line gives the upper bound (95 %, Wilson).",
    )
    drawing.text(12, 22, drawing.title, css="strong")
    for turned, left in ((False, 70), (True, 500)):
        _panel(drawing, counts, turned=turned, left=left)
    _legend(drawing)
    return drawing.to_svg()


def _panel(drawing: Drawing, counts: Counts, *, turned: bool, left: int) -> None:
    x = Scale(low=0, high=FARTHEST_PAIR, start=left, end=left + 370)
    y = LogScale(low=1e-11, high=1, start=370, end=62)
    drawing.text(left, 48, "best of eight orientations" if turned else "as they are", css="muted")
    drawing.box(x(0), y(1), x(DEFAULT_RADIUS) - x(0), y(1e-11) - y(1), css="zone")
    for power in range(-10, 1, 2):
        drawing.rule(left, y(10.0**power), left + 370, y(10.0**power), css="grid")
        drawing.text(left - 6, y(10.0**power) + 4, f"1e{power}" if power else "1", css="small", anchor="end")
    for radius in (0, DEFAULT_RADIUS, 64, 96, 128):
        drawing.rule(x(radius), 370, x(radius), 375, css="axis")
        drawing.text(x(radius), 388, str(radius), css="small", anchor="middle")
    drawing.rule(left, 370, left + 370, 370, css="axis")
    drawing.text(left + 185, 406, "radius (bits of 256)", css="muted", anchor="middle")
    for band in range(len(BANDS)):
        _curve(drawing, counts.by_distance(turned=turned, bands=(band,)), x, y, band)


def _curve(drawing: Drawing, pairs: npt.NDArray[np.int64], x: Scale, y: LogScale, band: int) -> None:
    total = int(pairs.sum())
    if not total:
        return
    within = np.cumsum(pairs) / total
    seen = [radius for radius in range(FARTHEST_PAIR + 1) if within[radius] > 0]
    colour, dash = COLOURS[band], DASHES[band]
    if seen:
        drawing.line([(x(radius), y(within[radius])) for radius in seen], css=colour, dash=dash)
    first = seen[0] if seen else FARTHEST_PAIR
    if first > 0:
        bound = upper_for_none(total)
        drawing.line([(x(0), y(bound)), (x(first), y(bound))], css=colour, dash="1 3")
        drawing.dot(x(first), y(bound), css=f"f{colour}")


def _legend(drawing: Drawing) -> None:
    for band, name in enumerate(BANDS):
        left = 70 + band * 170
        drawing.line([(left, 426), (left + 34, 426)], css=COLOURS[band], dash=DASHES[band])
        drawing.text(left + 40, 430, f"quality {name}", css="small")
    drawing.line([(580, 426), (614, 426)], css="axis", dash="1 3")
    drawing.text(620, 430, "none seen: upper bound (95 %)", css="small")
