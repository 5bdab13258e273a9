"""The documented JSON Lines: one object a line, all members text, the same fields as the CSV.

docs/reference/list-formats.md describes it field by field.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, BinaryIO

from shelterwood.lists.accounting import Reason, Skipped
from shelterwood.lists.lines import numbered_lines
from shelterwood.lists.rows import COLUMNS, Defaults, RowRefused, fields_of, record_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from shelterwood.lists.entries import Record

__all__ = ["looks_like_jsonl", "read_jsonl", "write_jsonl"]

_KNOWN = frozenset(COLUMNS)


def looks_like_jsonl(first_line: str) -> bool:
    """Whether a first line is an object of this format."""
    try:
        members = json.loads(first_line)
    except (ValueError, RecursionError):
        return False
    return isinstance(members, dict) and "entry_id" in members


def read_jsonl(stream: BinaryIO, *, file: str, defaults: Defaults) -> Iterator[tuple[int, Record] | Skipped]:
    """Yield (line number, record) or what was skipped; a bad line loses only itself."""
    for line in numbered_lines(stream, file=file):
        if isinstance(line, Skipped):
            yield line
            continue
        number, text = line
        try:
            yield number, record_of(_fields(text), defaults)
        except RowRefused as refused:
            yield refused.skipped(file=file, row=number)


def _fields(text: str) -> dict[str, str]:
    try:
        members = json.loads(text, object_pairs_hook=_once_each)
    except (ValueError, RecursionError) as error:
        raise RowRefused(Reason.NOT_A_ROW, "not JSON") from error
    if not isinstance(members, dict):
        raise RowRefused(Reason.NOT_A_ROW, "not a JSON object")
    for name, value in members.items():
        # A member that is not understood might be a mistyped withdrawn_at.
        if name not in _KNOWN:
            raise RowRefused(Reason.FIELD_UNKNOWN, repr(name[:50]))
        if value is not None and not isinstance(value, str):
            raise RowRefused(Reason.FIELD_NOT_VALID, f"{name} is not text")
    return members


def _once_each(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    members = dict(pairs)
    if len(members) < len(pairs):
        raise RowRefused(Reason.NOT_A_ROW, "one member twice")
    return members


def write_jsonl(records: Iterable[Record], stream: BinaryIO) -> int:
    """Write a line for each record; return how many."""
    encode = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode
    count = 0
    for count, record in enumerate(records, start=1):  # noqa: B007  (the count is the result)
        stream.write(encode(fields_of(record)).encode() + b"\n")
    return count
