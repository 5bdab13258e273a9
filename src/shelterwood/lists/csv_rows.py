"""The documented CSV (RFC 4180, with one restriction): for people with a spreadsheet and twenty lines of script.

A header row names the columns; a record is one line (no line break inside quotes), so that a stray quote loses one row
and not the rest of the file. docs/reference/list-formats.md describes it field by field.
"""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING, BinaryIO

from shelterwood.lists.accounting import Reason, Skipped
from shelterwood.lists.lines import LONGEST_LINE, numbered_lines
from shelterwood.lists.refusals import ListFileNotReadable
from shelterwood.lists.rows import COLUMNS, Defaults, RowRefused, fields_of, record_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from shelterwood.lists.entries import Record

__all__ = ["looks_like_csv", "read_csv", "write_csv"]

_REQUIRED = {"entry_id", "kind", "value"}

csv.field_size_limit(max(csv.field_size_limit(), LONGEST_LINE))


def looks_like_csv(first_line: str) -> bool:
    """Whether a first line is a header row of this format."""
    return {"kind", "value"} <= set(first_line.strip().split(","))


def read_csv(stream: BinaryIO, *, file: str, defaults: Defaults) -> Iterator[tuple[int, Record] | Skipped]:
    """Yield (line number, record) or what was skipped. Raises ListFileNotReadable for a header not understood."""
    lines = numbered_lines(stream, file=file)
    columns = _header(next(lines, None), file)
    for line in lines:
        if isinstance(line, Skipped):
            yield line
            continue
        number, text = line
        try:
            yield number, record_of(_fields(columns, text), defaults)
        except RowRefused as refused:
            yield refused.skipped(file=file, row=number)


def _header(line: tuple[int, str] | Skipped | None, file: str) -> list[str]:
    if line is None or isinstance(line, Skipped):
        raise ListFileNotReadable(f"{file} has no header row.", remedy="Name the columns in the first line.")
    columns = [name.strip() for name in next(csv.reader([line[1]]))]
    unknown = [name for name in columns if name not in COLUMNS]
    # A column that is not understood might be a mistyped withdrawn_at: ignoring it would revive what was withdrawn.
    if unknown:
        raise ListFileNotReadable(
            f"The header of {file} names a column that this format does not have: {unknown[0][:50]!r}.",
            remedy=f"Use these: {', '.join(COLUMNS)}.",
        )
    if len(set(columns)) < len(columns):
        raise ListFileNotReadable(f"The header of {file} names a column twice.")
    if missing := _REQUIRED - set(columns):
        raise ListFileNotReadable(f"The header of {file} lacks {', '.join(sorted(missing))}.")
    return columns


def _fields(columns: list[str], text: str) -> dict[str, str]:
    values = _split(text)
    if len(values) != len(columns):
        raise RowRefused(Reason.NOT_A_ROW, f"{len(values)} fields where the header names {len(columns)}")
    return dict(zip(columns, values, strict=True))


def _split(text: str) -> list[str]:
    if '"' not in text:
        return text.split(",")
    try:
        return next(csv.reader([text], strict=True))
    except csv.Error as error:
        raise RowRefused(Reason.NOT_A_ROW, str(error)) from error


def write_csv(records: Iterable[Record], stream: BinaryIO) -> int:
    """Write the header and a row for each record; return how many rows."""
    text = io.TextIOWrapper(stream, encoding="utf-8", newline="", write_through=False)
    writer = csv.DictWriter(text, COLUMNS, lineterminator="\r\n")
    writer.writeheader()
    count = 0
    for count, record in enumerate(records, start=1):  # noqa: B007  (the count is the result)
        writer.writerow(fields_of(record))
    text.flush()
    text.detach()
    return count
