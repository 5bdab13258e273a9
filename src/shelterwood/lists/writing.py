"""Write a list file for others: complete or not at all, for its owner only, and honest about what is left out."""

from __future__ import annotations

import os
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from shelterwood.errors import ShelterwoodError
from shelterwood.lists.csv_rows import write_csv
from shelterwood.lists.jsonl_rows import write_jsonl
from shelterwood.lists.reading import Format
from shelterwood.lists.vics_writing import LeftOut, write_vics

if TYPE_CHECKING:
    from collections.abc import Iterable
    from os import PathLike

    from shelterwood.lists.entries import Record

__all__ = ["FormatNotWritten", "WriteReport", "write_records"]


class FormatNotWritten(ShelterwoodError):
    """A format is read here and not written."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WriteReport:
    """How many rows a list file got, and what is not in it and why."""

    rows: int
    left_out: Counter[LeftOut] = field(default_factory=Counter)

    def sentences(self) -> list[str]:
        """Return what a person should read after an export."""
        return [f"{self.rows:,} rows written."] + [
            f"{count:,} left out: {reason}." for reason, count in self.left_out.most_common()
        ]


def write_records(
    path: str | PathLike[str],
    records: Iterable[Record],
    *,
    format: Format | str,  # noqa: A002  (the word of the command line)
    profile: str = "Default",
) -> WriteReport:
    """Write records (those of a list: `IndicatorList.records()`) to a file of 0600, in place only when complete.

    CSV and JSON Lines hold everything; VICS (2.0, under a national `profile`) cannot, and the report says what it
    lacks. Raises FormatNotWritten for the NCMEC pages, which only NCMEC issues.
    """
    path, wanted = Path(path), Format(format)
    if wanted is Format.NCMEC:
        raise FormatNotWritten("Pages of NCMEC hash sharing are read, not written.", remedy="Choose csv or jsonl.")
    aside = path.with_name(f".{path.name}.{os.getpid()}")
    left_out: Counter[LeftOut] = Counter()
    try:
        with os.fdopen(os.open(aside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_NOFOLLOW, 0o600), "wb") as file:
            if wanted is Format.VICS:
                rows = write_vics(records, file, profile=profile, left_out=left_out)
            else:
                rows = (write_csv if wanted is Format.CSV else write_jsonl)(records, file)
            file.flush()
            os.fsync(file.fileno())
        aside.replace(path)
    finally:
        aside.unlink(missing_ok=True)
    return WriteReport(rows=rows, left_out=left_out)
