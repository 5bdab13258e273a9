"""A few lines of SVG: our charts need axes, lines and cells, not a plotting library, and are read in light and dark.

Colours come from a style sheet inside the file with a rule for `prefers-color-scheme: dark`, so the same file serves
both. The three line colours differ in lightness as well as hue; lines differ in dashes too.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from xml.sax.saxutils import escape

__all__ = ["Drawing", "LogScale", "Scale"]

STYLE = """
  text { font: 12px system-ui, sans-serif; fill: #1f2328; }
  .small { font-size: 11px; } .strong { font-weight: 600; } .muted { fill: #59636e; }
  .ground { fill: #ffffff; } .axis { stroke: #59636e; } .grid { stroke: #d1d9e0; }
  .zone { fill: #0969da; opacity: .08; }
  .line { fill: none; stroke-width: 2; }
  .a { stroke: #b35900; } .b { stroke: #0969da; } .c { stroke: #1a7f37; }
  .fa { fill: #b35900; } .fb { fill: #0969da; } .fc { fill: #1a7f37; }
  .cell { fill: #0969da; } .edge { stroke: #1f2328; stroke-dasharray: 3 3; }
  @media (prefers-color-scheme: dark) {
    text { fill: #e6edf3; } .muted { fill: #9198a1; } .ground { fill: #0d1117; }
    .axis { stroke: #9198a1; } .grid { stroke: #3d444d; } .zone { fill: #58a6ff; opacity: .12; }
    .a { stroke: #f0883e; } .b { stroke: #58a6ff; } .c { stroke: #56d364; }
    .fa { fill: #f0883e; } .fb { fill: #58a6ff; } .fc { fill: #56d364; }
    .cell { fill: #58a6ff; } .edge { stroke: #e6edf3; }
  }
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Scale:
    """A straight map from values to pixels."""

    low: float
    high: float
    start: float
    end: float

    def __call__(self, value: float) -> float:
        """Return the pixel of a value."""
        return self.start + (value - self.low) / (self.high - self.low) * (self.end - self.start)


@dataclass(frozen=True, slots=True, kw_only=True)
class LogScale:
    """A map from powers of ten to pixels."""

    low: float
    high: float
    start: float
    end: float

    def __call__(self, value: float) -> float:
        """Return the pixel of a positive value."""
        low, high = math.log10(self.low), math.log10(self.high)
        return self.start + (math.log10(value) - low) / (high - low) * (self.end - self.start)


def _number(value: float) -> str:
    return f"{value:.1f}".rstrip("0").rstrip(".")


@dataclass(slots=True, kw_only=True)
class Drawing:
    """One SVG picture under construction; positions in pixels from the top left."""

    width: int
    height: int
    title: str
    description: str
    parts: list[str] = field(default_factory=list)

    def text(self, x: float, y: float, words: str, *, css: str = "", anchor: str = "start") -> None:
        """Write words whose baseline starts, is centred or ends at the position."""
        at = f'x="{_number(x)}" y="{_number(y)}" text-anchor="{anchor}"'
        self.parts.append(f'<text {at} class="{css}">{escape(words)}</text>')

    def turned(self, x: float, y: float, words: str) -> None:
        """Write words upwards, for a vertical axis."""
        at = f'x="{_number(x)}" y="{_number(y)}" transform="rotate(-90 {_number(x)} {_number(y)})"'
        self.parts.append(f'<text {at} text-anchor="middle" class="muted">{escape(words)}</text>')

    def line(self, points: list[tuple[float, float]], *, css: str, dash: str = "") -> None:
        """Draw a line through the points."""
        path = " ".join(f"{_number(x)},{_number(y)}" for x, y in points)
        dashes = f' stroke-dasharray="{dash}"' if dash else ""
        self.parts.append(f'<polyline points="{path}" class="line {css}"{dashes}/>')

    def rule(self, x1: float, y1: float, x2: float, y2: float, *, css: str) -> None:
        """Draw a thin straight line."""
        ends = f'x1="{_number(x1)}" y1="{_number(y1)}" x2="{_number(x2)}" y2="{_number(y2)}"'
        self.parts.append(f'<line {ends} class="{css}"/>')

    def box(self, x: float, y: float, width: float, height: float, *, css: str, opacity: float | None = None) -> None:
        """Fill a rectangle."""
        size = f'x="{_number(x)}" y="{_number(y)}" width="{_number(width)}" height="{_number(height)}"'
        see_through = "" if opacity is None else f' style="opacity:{opacity:.2f}"'
        self.parts.append(f'<rect {size} class="{css}"{see_through}/>')

    def dot(self, x: float, y: float, *, css: str) -> None:
        """Draw a small disc."""
        self.parts.append(f'<circle cx="{_number(x)}" cy="{_number(y)}" r="3.5" class="{css}"/>')

    def to_svg(self) -> str:
        """Return the file's text."""
        head = (
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {self.width} {self.height}" '
            f'width="{self.width}" height="{self.height}" role="img" aria-labelledby="title description">'
        )
        said = f'<title id="title">{escape(self.title)}</title><desc id="description">{escape(self.description)}</desc>'
        ground = f'<rect width="{self.width}" height="{self.height}" class="ground"/>'
        return "\n".join([head, said, f"<style>{STYLE}</style>", ground, *self.parts, "</svg>", ""])
