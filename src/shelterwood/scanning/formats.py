"""Rows as lines: JSON Lines for programs, CSV for a spreadsheet, text for eyes. Every line ends a row or a match.

Names are untrusted: in CSV and text a control character in one can neither break a line nor steer a terminal.
"""

from __future__ import annotations

import csv
import io
from enum import StrEnum
from typing import TYPE_CHECKING

from shelterwood.scanning.names import on_one_line, spell
from shelterwood.scanning.outcomes import Outcome, reason_in_words
from shelterwood.scanning.rows import Match, Row, as_json

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["Format", "heading", "lines_of"]


class Format(StrEnum):
    """How rows are written."""

    TEXT = "text"
    JSONL = "jsonl"
    CSV = "csv"


_FILE_COLUMNS = (
    "path", "path_escaped", "container", "outcome", "reason", "detail", "size", "md5", "sha1", "sha256",
    "format", "width", "height", "pdq", "quality", "checked",
)  # fmt: skip
_MATCH_COLUMNS = (
    "list", "list_version", "source", "entry", "algorithm", "distance", "radius", "orientation", "frame",
    "scheme", "label",
)  # fmt: skip


def heading(form: Format) -> str:
    """Return the line(s) before the first row: the column names in CSV, else nothing."""
    return csv_line([*_FILE_COLUMNS, *_MATCH_COLUMNS]) if form is Format.CSV else ""


def lines_of(form: Format) -> Callable[[Row], str]:
    """Return the function that writes a row, line ends included.

    JSON Lines: one line a row. CSV: one line a match, or one line for a row without any. Text: matches and what was
    not scanned; a file without a match gets no line, the summary counts it.
    """
    writers: dict[Format, Callable[[Row], str]] = {
        Format.JSONL: _as_json_line,
        Format.CSV: _as_csv,
        Format.TEXT: _as_text,
    }
    return writers[form]


def _as_json_line(row: Row) -> str:
    return as_json(row) + "\n"


def _as_csv(row: Row) -> str:
    path, first = spell(row.path), (row.traits.frames or (None,))[0]
    traits = row.traits
    shown = on_one_line(path.text)
    about = [
        shown, "yes" if path.escaped else "", on_one_line(row.container or ""), row.outcome, row.reason or "",
        on_one_line(row.detail or ""), cell(traits.size), traits.md5 or "", traits.sha1 or "", traits.sha256 or "",
        traits.format or "", cell(traits.width), cell(traits.height),
        first.pdq if first else "", cell(first.quality) if first else "", checked_in_words(row),
    ]  # fmt: skip
    matches = [_match_cells(match) for match in row.matches] or [[""] * len(_MATCH_COLUMNS)]
    return "".join(csv_line(about + cells) for cells in matches)


def checked_in_words(row: Row) -> str:
    """Return what was checked as `md5: yes; pdq: low_quality`."""
    return "; ".join(f"{kind}: {'yes' if state is True else state}" for kind, state in row.checked.items())


def _match_cells(match: Match) -> list[str]:
    return [
        match.list, str(match.list_version), match.source, match.entry, match.algorithm, str(match.distance),
        str(match.radius), match.orientation or "", cell(match.frame), match.scheme or "", match.label or "",
    ]  # fmt: skip


def cell(value: int | None) -> str:
    return "" if value is None else str(value)


def csv_line(cells: list[str]) -> str:
    buffer = io.StringIO()
    csv.writer(buffer, lineterminator="\n").writerow(cells)
    return buffer.getvalue()


def _as_text(row: Row) -> str:
    if row.outcome is Outcome.NO_MATCH:
        return ""
    path = on_one_line(row.path)
    if row.outcome is Outcome.NOT_SCANNED:
        detail = f" ({on_one_line(row.detail)})" if row.detail else ""
        return f"{path}: not scanned: {reason_in_words(row.reason or 'unknown')}{detail}\n"
    more = len(row.matches) - 1
    rest = f", and {more} more" if more else ""
    return f"{path}: match: {match_in_words(row.matches[0])}{rest}\n"


def match_in_words(match: Match) -> str:
    """Return a match as a person would say it."""
    how = f"{match.algorithm}, exact"
    if match.orientation is not None:
        frame = f", frame {match.frame}" if match.frame else ""
        how = f"{match.algorithm}, distance {match.distance}, {match.orientation}{frame}"
    label = "" if match.label is None else f", class {match.scheme} {match.label}"
    name, entry = on_one_line(match.list), on_one_line(match.entry)
    return f"entry {entry} of list {name} version {match.list_version} ({how}{on_one_line(label)})"
