"""What a benchmark returns, and how it looks on a terminal, in JSON and in the docs."""

from __future__ import annotations

import re
from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["Goal", "Table", "place", "to_markdown"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Goal:
    """A figure of the issue's table: what, which way, how much, and what was measured (None: not measured here)."""

    what: str
    target: float
    at_least: bool
    unit: str
    got: float | None

    @property
    def verdict(self) -> str:
        """Return yes, no, or that this run did not measure it."""
        if self.got is None:
            return "not measured in this run"
        reached = self.got >= self.target if self.at_least else self.got <= self.target
        return "yes" if reached else "**no**"

    def cells(self) -> list[str]:
        """Return the row of the goals' table."""
        sense = "≥" if self.at_least else "≤"
        got = "-" if self.got is None else f"{short(self.got)} {self.unit}".strip()
        return [self.what, f"{sense} {short(self.target)} {self.unit}".strip(), got, self.verdict]


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """One benchmark's result."""

    name: str
    title: str
    compares: str
    columns: list[str]
    rows: list[list[str]]
    goals: list[Goal] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    def as_json(self) -> dict[str, Any]:
        """Return the table as plain JSON types."""
        return asdict(self)

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> Table:
        """Read back what `as_json` wrote."""
        goals = [Goal(**goal) for goal in data["goals"]]
        return cls(**(data | {"goals": goals}))


def short(value: float) -> str:
    """Write a number with three significant digits and no exponent."""
    if value == 0:
        return "0"
    if abs(value) >= 100:
        return f"{value:,.0f}"
    return f"{value:.3g}"


def _markdown_table(columns: list[str], rows: list[list[str]]) -> str:
    lines = [columns, ["---"] * len(columns), *rows]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)


def to_markdown(table: Table, measured_on: str) -> str:
    """Return the section of one benchmark: what it compares, figures, goals, notes, and where it was measured."""
    parts = [table.compares, _markdown_table(table.columns, table.rows)]
    if table.goals:
        parts.append(_markdown_table(["goal", "to reach", "measured", "reached"], [g.cells() for g in table.goals]))
    parts += ["\n".join(f"- {note}" for note in table.notes)] if table.notes else []
    return "\n\n".join([*parts, f"*{measured_on}*"])


def place(document: Path, name: str, text: str) -> None:
    """Put `text` between the markers `<!-- name -->` and `<!-- end name -->` of a Markdown file.

    Raises ValueError when the document has no such markers.
    """
    old = document.read_text()
    pattern = re.compile(rf"(<!-- {re.escape(name)} -->\n).*?(<!-- end {re.escape(name)} -->)", re.DOTALL)
    new, count = pattern.subn(lambda found: f"{found[1]}\n{text}\n\n{found[2]}", old)
    if count != 1:
        raise ValueError(f"{document} has no place marked '{name}'")
    document.write_text(new)
