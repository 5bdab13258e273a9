"""Put a delivery into a list: sort it, merge it with the list as it was, and write the next version, or nothing.

The whole import runs in a folder that no reader looks at; one rename at the end makes it the current version. Memory
does not grow with the delivery or the list (but for 40 bytes a fingerprint while an index is built).
"""

from __future__ import annotations

import json
import os
from collections import Counter
from dataclasses import dataclass, field
from itertools import groupby
from typing import TYPE_CHECKING, Any

from shelterwood.errors import ShelterwoodError
from shelterwood.lists.accounting import Reason, Skipped, Tally
from shelterwood.lists.building import VersionWriter
from shelterwood.lists.canonical import key_of_line
from shelterwood.lists.layout import (
    ENTRIES,
    MANIFEST,
    current_version,
    locked,
    next_version,
    prune,
    put_in_place,
    version_folder,
)
from shelterwood.lists.manifest import Manifest, read_manifest
from shelterwood.lists.reading import Row
from shelterwood.lists.settling import Delivery, Outcome, Settler
from shelterwood.lists.spooling import Spool, SpooledRecord

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from datetime import datetime
    from pathlib import Path

    from shelterwood.lists.entries import Record

__all__ = ["ImportReport", "NothingToImport", "run_import"]

MOST_FINGERPRINTS_PER_ITEM = 100_000
KEEP_VERSIONS = 3

# After one of these, what a whole list leaves out proves nothing: the row that could not be read may have been it.
_UNREADABLE = frozenset({
    Reason.NOT_TEXT, Reason.TOO_LONG, Reason.NOT_A_ROW, Reason.FIELD_MISSING, Reason.FIELD_UNKNOWN,
    Reason.FIELD_NOT_VALID, Reason.VALUE_NOT_VALID, Reason.TIME_NOT_VALID, Reason.WITHDRAWAL_LOST,
})  # fmt: skip


class NothingToImport(ShelterwoodError):
    """A delivery holds not one usable row, where that would empty the list or hide that all were unusable."""


@dataclass(slots=True, kw_only=True)
class ImportReport:
    """What an import did. Every row read is in `outcomes` or in `tally`; `went` counts entries that were withdrawn."""

    manifest: Manifest | None = None
    records: int = 0
    outcomes: Counter[Outcome] = field(default_factory=Counter)
    went: int = 0
    tally: Tally = field(default_factory=Tally)
    left_standing: bool = False
    reduced: list[int] = field(default_factory=list)

    def sentences(self) -> list[str]:
        """Return what a person should read after an import."""
        lines = []
        if self.manifest is not None:
            lines.append(f"{self.manifest.name}: version {self.manifest.version}, digest {self.manifest.digest}.")
        named = ", ".join(f"{self.outcomes[outcome]:,} {outcome}" for outcome in Outcome if self.outcomes[outcome])
        lines.append(f"{self.records:,} records read: {named or 'none'}; {self.went:,} entries were withdrawn.")
        if self.left_standing:
            lines.append("Some rows could not be read, so nothing was withdrawn for being left out of this delivery.")
        lines += self.tally.sentences()
        return lines + (self.manifest.counts.sentences() if self.manifest else [])


def run_import(  # noqa: PLR0913 - what a delivery means, each named
    path: Path,
    rows: Iterable[Row | Record | Skipped],
    *,
    name: str | None,
    owner: str | None,
    now: datetime,
    settler: Settler,
    keep: int = KEEP_VERSIONS,
    keeping: frozenset[int] = frozenset(),
) -> ImportReport:
    """Write the next version of the list at `path` and return what was done; on any error the list stays as it was."""
    report = ImportReport()
    with locked(path), next_version(path) as folder:
        before = _manifest_before(path)
        spooled = folder / "spool"
        spooled.mkdir(mode=0o700)
        spool, files = _take_in(rows, Spool(spooled), report)
        _refuse_nothing(report, before, settler)
        if settler.delivery is Delivery.WHOLE and _UNREADABLE & report.tally.counts.keys():
            report.left_standing = True
            settler = Settler(delivery=Delivery.ENTRIES, returning=settler.returning, now=settler.now)
        standing = [] if before is None else _lines_of(version_folder(path, before.version) / ENTRIES)
        with VersionWriter(folder, now=now) as writer:
            for lines in _merge(standing, spool.sorted(), settler, report, files):
                writer.write_item(lines)
            digest, counts = writer.finish()
        spooled.rmdir()
        report.manifest = Manifest(
            name=name or (before.name if before else path.stem),
            owner=owner if owner is not None or before is None else before.owner,
            version=before.version + 1 if before else 1,
            created_at=now,
            digest=digest,
            previous=before.digest if before else None,
            delivery=str(settler.delivery),
            counts=counts,
            report=_for_manifest(report),
        )
        _write_manifest(folder, report.manifest)
        put_in_place(path, folder, report.manifest.version)
        report.reduced = prune(path, keep=keep, keeping=keeping)
    return report


def _manifest_before(path: Path) -> Manifest | None:
    if not (path / "current").exists():
        return None
    return read_manifest(version_folder(path, current_version(path)))


def _take_in(rows: Iterable[Row | Record | Skipped], spool: Spool, report: ImportReport) -> tuple[Spool, list[str]]:
    """Spool every record; return the spool and the names of the files by number."""
    numbers: dict[str, int] = {}
    for count, row in enumerate(rows, start=1):
        if isinstance(row, Skipped):
            report.tally.add(row)
        elif isinstance(row, Row):
            spool.add(row.record, file_number=numbers.setdefault(row.file, len(numbers)), row=row.row)
            report.records += 1
        else:
            spool.add(row, file_number=numbers.setdefault("", len(numbers)), row=count)
            report.records += 1
    return spool, list(numbers)


def _refuse_nothing(report: ImportReport, before: Manifest | None, settler: Settler) -> None:
    if report.records:
        return
    if report.tally.total:
        raise NothingToImport(
            f"Not one row could be used; {report.tally.total:,} were skipped. The first: "
            f"{next(iter(report.tally.examples.values()))[0]}.",
            remedy="The list stays as it was.",
        )
    if before is not None and before.counts.rows and settler.delivery is Delivery.WHOLE:
        raise NothingToImport(
            "The delivery is empty, and as a whole list it would withdraw every entry.",
            remedy="The list stays as it was. To withdraw entries, deliver them with withdrawn_at.",
        )


def _lines_of(path: Path) -> Iterator[SpooledRecord]:
    """Yield the records of an earlier version, in canonical order."""
    with path.open("rb") as lines:
        for line in lines:
            yield SpooledRecord(key_of_line(line), line)


def _item_of(one: SpooledRecord) -> bytes:
    return one.key[: one.key.index(b"\0", one.key.index(b"\0") + 1)]


def _merge(
    standing: Iterable[SpooledRecord],
    delivered: Iterable[SpooledRecord],
    settler: Settler,
    report: ImportReport,
    files: list[str],
) -> Iterator[list[SpooledRecord]]:
    """Yield the records of each item as they stand after the delivery."""
    for before, came in _pairs(groupby(standing, _item_of), groupby(delivered, _item_of)):
        kept = came[:MOST_FINGERPRINTS_PER_ITEM]
        for one in came[MOST_FINGERPRINTS_PER_ITEM:]:
            report.tally.add(_skipped(one, Reason.TOO_MANY, files))
        settled = settler.settle(before, kept)
        for outcome, one in settled.outcomes:
            report.outcomes[outcome] += 1
            if outcome is Outcome.CONFLICT:
                report.tally.add(_skipped(one, Reason.CONFLICT, files))
            elif outcome is Outcome.HELD_BACK:
                report.tally.add(_skipped(one, Reason.HELD_BACK, files))
        report.went += settled.went
        yield settled.lines


def _pairs(
    left: Iterator[tuple[bytes, Iterator[SpooledRecord]]], right: Iterator[tuple[bytes, Iterator[SpooledRecord]]]
) -> Iterator[tuple[list[SpooledRecord], list[SpooledRecord]]]:
    """Yield what both sides hold of each item, in canonical order of items."""
    one, other = _next_group(left), _next_group(right)
    while one or other:
        if one is not None and (other is None or one[0] < other[0]):
            yield one[1], []
            one = _next_group(left)
        elif other is not None and (one is None or other[0] < one[0]):
            yield [], other[1]
            other = _next_group(right)
        elif one is not None and other is not None:
            yield one[1], other[1]
            one, other = _next_group(left), _next_group(right)


def _next_group(groups: Iterator[tuple[bytes, Iterator[SpooledRecord]]]) -> tuple[bytes, list[SpooledRecord]] | None:
    group = next(groups, None)
    return None if group is None else (group[0], list(group[1]))


def _skipped(one: SpooledRecord, reason: Reason, files: list[str]) -> Skipped:
    number, row = one.place
    return Skipped(file=files[number], row=row, reason=reason)


def _for_manifest(report: ImportReport) -> dict[str, Any]:
    return {
        "records": report.records,
        "outcomes": {str(outcome): count for outcome, count in sorted(report.outcomes.items())},
        "went": report.went,
        "skipped": {str(reason): count for reason, count in sorted(report.tally.counts.items())},
    }


def _write_manifest(folder: Path, manifest: Manifest) -> None:
    descriptor = os.open(folder / MANIFEST, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        json.dump(manifest.to_json(), file, ensure_ascii=False, indent=2)
        file.write("\n")
