"""Read list files of any known format as one stream of records: the format is known by content, never by name."""

from __future__ import annotations

import enum
import re
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

from shelterwood.lists.accounting import Reason, Skipped
from shelterwood.lists.csv_rows import looks_like_csv, read_csv
from shelterwood.lists.entries import Entry, Record
from shelterwood.lists.jsonl_rows import looks_like_jsonl, read_jsonl
from shelterwood.lists.ncmec_rows import looks_like_ncmec, read_ncmec
from shelterwood.lists.refusals import FormatUnknown, ListFileNotReadable
from shelterwood.lists.rows import Defaults
from shelterwood.lists.settling import Delivery
from shelterwood.lists.vics_rows import looks_like_vics, read_vics

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator
    from os import PathLike

__all__ = ["DEFAULT_DELIVERY", "Format", "Row", "format_of", "read_entries", "read_rows", "sniff"]

_HEAD = 64 * 1024


class Format(enum.StrEnum):
    """The formats of list files; docs/reference/list-formats.md describes each."""

    CSV = "csv"
    JSONL = "jsonl"
    VICS = "vics"
    NCMEC = "ncmec"


DEFAULT_DELIVERY = {
    Format.CSV: Delivery.WHOLE,
    Format.JSONL: Delivery.WHOLE,
    Format.VICS: Delivery.WHOLE,
    Format.NCMEC: Delivery.ITEMS,  # a page holds what changed between two times, each item complete
}
"""What it usually means that a file of a format leaves something out; the one who imports may know better."""

_READERS = {Format.CSV: read_csv, Format.JSONL: read_jsonl, Format.VICS: read_vics, Format.NCMEC: read_ncmec}


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A record and where it stood, so that a contradiction can be named by its place."""

    file: str
    row: int
    record: Record


def sniff(head: bytes, *, file: str) -> Format:
    """Return the format of a list file from its first bytes. Raises FormatUnknown."""
    if head.startswith((b"\x1f\x8b", b"PK", b"BZh", b"\xfd7zXZ", b"\x28\xb5\x2f\xfd")):
        raise FormatUnknown(file, "it is compressed; unpack it first")
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise FormatUnknown(file, "it is UTF-16; convert it to UTF-8")
    text = head.removeprefix(b"\xef\xbb\xbf").decode(errors="replace")
    if not text.strip():
        raise FormatUnknown(file, "it is empty")
    first_line = text.lstrip("\r\n").splitlines()[0]
    if looks_like_ncmec(text):
        return Format.NCMEC
    if looks_like_vics(text):
        return Format.VICS
    if looks_like_jsonl(first_line):
        return Format.JSONL
    if looks_like_csv(first_line):
        return Format.CSV
    raise FormatUnknown(file, "it begins like none of them")


def format_of(path: str | PathLike[str]) -> Format:
    """Return the format of a list file by its content. Raises FormatUnknown, or OSError."""
    path = Path(path)
    with path.open("rb") as stream:
        return _sniff_stream(stream, _printable(path.name))


def read_rows(
    paths: str | PathLike[str] | Iterable[str | PathLike[str]],
    *,
    format: Format | str | None = None,  # noqa: A002  (the word of the command line)
    source: str | None = None,
    owner: str | None = None,
    classes: Collection[str] | None = None,
) -> Iterator[Row | Skipped]:
    """Yield every record of one or several list files with its place, and everything that was skipped.

    `source` and `owner` are used where the file does not say. With `classes`, only entries with one of these labels
    are yielded (a case file also lists what is not pertinent); withdrawals always are. Memory does not grow with the
    file. Raises ListFileNotReadable where a file is broken as a whole, OSError where it cannot be opened.
    """
    several = [paths] if isinstance(paths, str) or hasattr(paths, "__fspath__") else list(paths)
    defaults = Defaults(source=source, owner=owner)
    for path in several:
        for row in _read_file(Path(path), None if format is None else Format(format), defaults):  # type: ignore[arg-type]
            yield _not_chosen(row) if classes is not None and not _is_chosen(row, classes) else row  # type: ignore[arg-type]


def read_entries(
    paths: str | PathLike[str] | Iterable[str | PathLike[str]],
    *,
    format: Format | str | None = None,  # noqa: A002
    source: str | None = None,
    owner: str | None = None,
    classes: Collection[str] | None = None,
) -> Iterator[Record | Skipped]:
    """Yield what `read_rows` yields, without the places: Entry, Withdrawal, or Skipped."""
    for row in read_rows(paths, format=format, source=source, owner=owner, classes=classes):
        yield row.record if isinstance(row, Row) else row


def _read_file(path: Path, named: Format | None, defaults: Defaults) -> Iterator[Row | Skipped]:
    file, count = _printable(path.name), 0
    with path.open("rb") as stream:
        try:
            for item in _READERS[named or _sniff_stream(stream, file)](stream, file=file, defaults=defaults):
                count += 1
                yield item if isinstance(item, Skipped) else Row(file=file, row=item[0], record=item[1])
        except ListFileNotReadable as error:
            error.read_before = count
            raise


def _sniff_stream(stream: BinaryIO, file: str) -> Format:
    head = stream.read(_HEAD)
    stream.seek(0)
    return sniff(head, file=file)


def _printable(name: str) -> str:
    """Return a file name fit for a message: it may hold anything, a message may not."""
    return re.sub(r"[^\x20-\x7e]", "?", name)[:100]


def _is_chosen(row: Row | Skipped, classes: Collection[str]) -> bool:
    if not isinstance(row, Row) or not isinstance(row.record, Entry) or row.record.withdrawn_at is not None:
        return True
    return row.record.label is not None and row.record.label.label in classes


def _not_chosen(row: Row) -> Skipped:
    return Skipped(file=row.file, row=row.row, reason=Reason.NO_CLASS_CHOSEN)
