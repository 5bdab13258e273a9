"""Indicator lists: entries with provenance, versions and tombstones; readers and writers of list files."""

from __future__ import annotations

from shelterwood.lists.accounting import Reason, Skipped, Tally
from shelterwood.lists.benign import BENIGN_SET, BenignHit, BenignPicture, benign_hits, shipped_benign_set
from shelterwood.lists.changed_list import ChangedList
from shelterwood.lists.diffing import Change, ChangeKind, count_changes, diff
from shelterwood.lists.entries import (
    ClassLabel,
    Entry,
    EntryNotValid,
    ItemKey,
    MediaType,
    Provenance,
    Record,
    Withdrawal,
)
from shelterwood.lists.importing import ImportReport, NothingToImport
from shelterwood.lists.indicator_list import IndicatorList, ListExists, ListMatch
from shelterwood.lists.layout import ListBusy, ListNotReadable
from shelterwood.lists.manifest import Manifest
from shelterwood.lists.matchability import Counts
from shelterwood.lists.reading import DEFAULT_DELIVERY, Format, Row, format_of, read_entries, read_rows
from shelterwood.lists.refusals import FormatUnknown, ListFileNotReadable, SourceNotNamed
from shelterwood.lists.settling import Delivery, Outcome, Returning
from shelterwood.lists.vics_writing import LeftOut
from shelterwood.lists.writing import FormatNotWritten, WriteReport, write_records

__all__ = [
    "BENIGN_SET",
    "DEFAULT_DELIVERY",
    "BenignHit",
    "BenignPicture",
    "Change",
    "ChangeKind",
    "ChangedList",
    "ClassLabel",
    "Counts",
    "Delivery",
    "Entry",
    "EntryNotValid",
    "Format",
    "FormatNotWritten",
    "FormatUnknown",
    "ImportReport",
    "IndicatorList",
    "ItemKey",
    "LeftOut",
    "ListBusy",
    "ListExists",
    "ListFileNotReadable",
    "ListMatch",
    "ListNotReadable",
    "Manifest",
    "MediaType",
    "NothingToImport",
    "Outcome",
    "Provenance",
    "Reason",
    "Record",
    "Returning",
    "Row",
    "Skipped",
    "SourceNotNamed",
    "Tally",
    "Withdrawal",
    "WriteReport",
    "benign_hits",
    "count_changes",
    "diff",
    "format_of",
    "read_entries",
    "read_rows",
    "shipped_benign_set",
    "write_records",
]
