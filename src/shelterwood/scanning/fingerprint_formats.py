"""Rows of `shelterwood hash`: the fingerprints of a file as JSON Lines, CSV, text, or as a list file to import.

The columns of the list form are those of docs/reference/list-formats.md; an item is named by its file's name.
"""

from __future__ import annotations

import json
from enum import StrEnum
from pathlib import PurePath
from typing import TYPE_CHECKING

from shelterwood.fingerprints import pdq
from shelterwood.scanning.formats import cell, csv_line
from shelterwood.scanning.names import on_one_line, spell
from shelterwood.scanning.outcomes import reason_in_words
from shelterwood.scanning.rows import traits_as_json

if TYPE_CHECKING:
    from collections.abc import Callable

    from shelterwood.scanning.rows import Row

__all__ = ["FingerprintFormat", "fingerprint_heading", "fingerprint_lines_of"]


class FingerprintFormat(StrEnum):
    """How fingerprints are written."""

    TEXT = "text"
    JSONL = "jsonl"
    CSV = "csv"
    LIST = "list"


_COLUMNS = (
    "path", "path_escaped", "container", "pdq", "quality", "md5", "sha1", "sha256", "size",
    "format", "width", "height", "reason", "detail",
)  # fmt: skip
_LIST_COLUMNS = ("entry_id", "kind", "value")


def fingerprint_heading(form: FingerprintFormat) -> str:
    """Return the line before the first row: the column names where there are columns."""
    columns = {FingerprintFormat.CSV: _COLUMNS, FingerprintFormat.LIST: _LIST_COLUMNS}
    return csv_line(list(columns[form])) if form in columns else ""


def fingerprint_lines_of(form: FingerprintFormat) -> Callable[[Row], str]:
    """Return the function that writes the fingerprints of a row, line ends included."""
    writers: dict[FingerprintFormat, Callable[[Row], str]] = {
        FingerprintFormat.JSONL: _as_json_line,
        FingerprintFormat.CSV: _as_csv,
        FingerprintFormat.TEXT: _as_text,
        FingerprintFormat.LIST: _as_list,
    }
    return writers[form]


def _as_json_line(row: Row) -> str:
    path = spell(row.path)
    shown: dict[str, object] = {"path": path.text}
    if path.escaped:
        shown["path_escaped"] = True
    if row.container is not None:
        shown["container"] = spell(row.container).text
    shown |= traits_as_json(row.traits) | {"reason": row.reason, "detail": row.detail}
    return json.dumps(shown, ensure_ascii=False) + "\n"


def _as_csv(row: Row) -> str:
    path, traits = spell(row.path), row.traits
    first = traits.frames[0] if traits.frames else None
    cells = [
        on_one_line(path.text), "yes" if path.escaped else "", on_one_line(row.container or ""),
        first.pdq if first else "", cell(first.quality) if first else "",
        traits.md5 or "", traits.sha1 or "", traits.sha256 or "", cell(traits.size),
        traits.format or "", cell(traits.width), cell(traits.height), row.reason or "", on_one_line(row.detail or ""),
    ]  # fmt: skip
    return csv_line(cells)


def _as_text(row: Row) -> str:
    traits = row.traits
    lines = [on_one_line(row.path)]
    for frame in traits.frames:
        number = f", frame {frame.index}" if len(traits.frames) > 1 else ""
        lines.append(f"  pdq     {frame.pdq}  quality {frame.quality}{number}")
    if row.reason:
        detail = f" ({on_one_line(row.detail)})" if row.detail else ""
        lines.append(f"  note    {reason_in_words(row.reason)}{detail}")
    digests = {"md5": traits.md5, "sha1": traits.sha1, "sha256": traits.sha256}
    lines += [f"  {kind:<7} {digest}" for kind, digest in digests.items() if digest]
    return "\n".join(lines) + "\n"


def _as_list(row: Row) -> str:
    """Write an entry for each fingerprint: each frame with detail enough, and the digests of the file."""
    traits, item = row.traits, on_one_line(PurePath(row.path).name)
    values = [("pdq", frame.pdq) for frame in traits.frames if frame.quality >= pdq.MIN_QUALITY]
    digests = {"md5": traits.md5, "sha1": traits.sha1, "sha256": traits.sha256}
    values += [(kind, digest) for kind, digest in digests.items() if digest]
    return "".join(csv_line([item, kind, value]) for kind, value in dict.fromkeys(values))
