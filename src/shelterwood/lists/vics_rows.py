"""Project VIC hash sets and case files (VICS 1.2, 1.3 and 2.0): OData-like JSON of the forensic world, read streaming.

Only fingerprints, the category and the date are read. Comments, series, tags, paths, miniatures and everything about
persons stay where they are. The XML models of the format are not public; what is known of it, with its traps, is in
docs/reference/list-formats.md. A category is a number whose meaning depends on the national profile in the head of
the file: it is stored as (profile, number) and never translated.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, BinaryIO

from shelterwood.lists.accounting import Reason, Skipped
from shelterwood.lists.entries import NOTHING_STATED, ClassLabel, Entry, EntryNotValid, MediaType, Provenance
from shelterwood.lists.instants import TimeNotUnderstood, parse_instant
from shelterwood.lists.json_events import Event, json_events, pass_over, small_value
from shelterwood.lists.refusals import ListFileNotReadable, SourceNotNamed
from shelterwood.lists.rows import Defaults, RowRefused, fingerprint

if TYPE_CHECKING:
    from collections.abc import Iterator

    from shelterwood.lists.entries import Record

__all__ = ["CONTEXT", "looks_like_vics", "read_vics"]

CONTEXT = "http://github.com/VICSDATAMODEL/ProjectVic/DataModels/2.0.xml/{profile}/$metadata#Media"
_HEADS = ("@odata.context", "odata.metadata")
_MODEL = re.compile(r".*/DataModels/(\d\.\d)\.xml(?:/([A-Za-z0-9_-]{1,32})/\$metadata)?#(?:Media|Cases)")
_DOTNET_DATE = re.compile(r"/Date\((-?\d{1,15})(?:[+-]\d{4})?\)/")
_FIELDS = frozenset({"MD5", "SHA1", "SHA256", "PhotoDNA", "Category", "DateUpdated", "MimeType", "AlternativeHashes"})
_HASH_FIELDS = {"MD5": "md5", "SHA1": "sha1", "SHA256": "sha256", "PhotoDNA": "photodna"}
_KNOWN_NAMES = {"md5": "md5", "sha1": "sha1", "sha256": "sha256", "pdq": "pdq", "photodna": "photodna"}
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def looks_like_vics(head: str) -> bool:
    """Whether the first part of a file holds the head of a VICS file."""
    return any(f'"{name}"' in head for name in _HEADS) and "/DataModels/" in head


def read_vics(stream: BinaryIO, *, file: str, defaults: Defaults) -> Iterator[tuple[int, Record] | Skipped]:
    """Yield (number of the Media row, entry) or what was skipped.

    The entry id is the MD5 (`md5:<hex>`), because MediaID is only a running number. Raises ListFileNotReadable.
    """
    if defaults.source is None:
        raise SourceNotNamed(file)
    reader = _Reader(file=file, source=defaults.source, owner=defaults.owner)
    if stream.read(3) != b"\xef\xbb\xbf":
        stream.seek(0)
    yield from reader.rows(json_events(stream, file=file))


class _Reader:
    """Walks the events of one file; knows the profile once the head has been read."""

    def __init__(self, *, file: str, source: str, owner: str | None) -> None:
        self._file = file
        self._source = source
        self._owner = owner
        self._scheme: str | None = None
        self._row = 0

    def rows(self, events: Iterator[Event]) -> Iterator[tuple[int, Record] | Skipped]:
        if next(events) != ("start_map", None):
            raise ListFileNotReadable(f"{self._file} is not a VICS file: it does not begin with an object.")
        for kind, name in events:
            if kind != "map_key":
                continue  # the end of the object; json_events has checked that nothing follows
            event = next(events)
            if name in _HEADS:
                self._scheme = self._profile(event)
            elif name == "value" and event[0] == "start_array":
                yield from self._items(events)
            else:
                pass_over(events, event)

    def _profile(self, event: Event) -> str:
        found = _MODEL.fullmatch(event[1]) if event[0] == "string" else None
        if not found:
            raise ListFileNotReadable(f"The head of {self._file} names no known VICS data model.")
        version, profile = found.groups()
        return f"vics-{version}/{profile}" if profile else f"vics-{version}"

    def _items(self, events: Iterator[Event]) -> Iterator[tuple[int, Record] | Skipped]:
        if self._scheme is None:
            raise ListFileNotReadable(f"The data model of {self._file} is not named before its rows.")
        while (event := next(events)) != ("end_array", None):
            if event[0] == "start_map":
                yield from self._item(events)
            else:
                pass_over(events, event)
                self._row += 1
                yield self._skip(Reason.NOT_A_ROW, "not an object")

    def _item(self, events: Iterator[Event]) -> Iterator[tuple[int, Record] | Skipped]:
        """Read one element of value: a Media, or a Case, which is known by its array of Media."""
        members: dict[str, Any] = {}
        is_case = twice = False
        while (event := next(events))[0] != "end_map":
            name, event = event[1], next(events)
            if name == "Media" and event[0] == "start_array":
                is_case = True
                yield from self._items(events)
            elif name in _FIELDS:
                twice = twice or name in members
                members[name] = small_value(events, event)
            else:
                is_case = is_case or name == "CaseID"
                pass_over(events, event)
        if not is_case:
            self._row += 1
            yield from [self._skip(Reason.NOT_A_ROW, "one member twice")] if twice else self._media(members)

    def _skip(self, reason: Reason, detail: str) -> Skipped:
        return Skipped(file=self._file, row=self._row, reason=reason, detail=detail)

    def _media(self, members: dict[str, Any]) -> Iterator[tuple[int, Record] | Skipped]:
        try:
            values, skipped = self._fingerprints(members)
            label = self._label(members.get("Category"))
            recorded_at, zone_missing = _date(members.get("DateUpdated"))
        except RowRefused as refused:
            yield refused.skipped(file=self._file, row=self._row)
            return
        yield from skipped
        if zone_missing:
            yield self._skip(Reason.ZONE_MISSING, "DateUpdated")
        entry_id = next((f"{kind}:{values_of}" for kind, values_of in values if kind in {"md5", "sha1"}), None)
        if entry_id is None:
            yield self._skip(Reason.FIELD_MISSING, "MD5")
            return
        provenance = _provenance(members.get("MimeType"), recorded_at)
        for kind, value in values:
            yield self._entry(entry_id, kind, value, label, provenance)

    def _entry(
        self, entry_id: str, kind: str, value: str, label: ClassLabel | None, provenance: Provenance
    ) -> tuple[int, Record] | Skipped:
        try:
            return self._row, Entry(
                source=self._source,
                entry_id=entry_id,
                owner=self._owner,
                kind=kind,
                value=value,
                label=label,
                provenance=provenance,
            )
        except EntryNotValid as error:
            return self._skip(Reason.FIELD_NOT_VALID, error.fact)

    def _fingerprints(self, members: dict[str, Any]) -> tuple[list[tuple[str, str]], list[Skipped]]:
        """Return (kind, value) once each, and what was no fingerprint; a row about the empty file is refused."""
        values: dict[tuple[str, str], None] = {}
        skipped = []
        for kind, text in _stated(members):
            try:
                values[fingerprint(kind, text)] = None
            except RowRefused as refused:
                if refused.reason is Reason.EMPTY_FILE:
                    raise
                skipped.append(refused.skipped(file=self._file, row=self._row))
        return list(values), skipped

    def _label(self, stated: object) -> ClassLabel | None:
        """Return (profile, number); 0, null and absent all mean that no category was given: it stays unset."""
        category = _category(stated)
        return ClassLabel(scheme=self._scheme or "", label=str(category)) if category else None


def _category(stated: object) -> int:
    """Return the category, 0 for none. Numbers come as numbers or as text."""
    if stated is None or stated == "":
        return 0
    if isinstance(stated, str) and len(stated) <= 3 and stated.isascii() and stated.isdecimal():
        return int(stated)
    if isinstance(stated, int | float) and not isinstance(stated, bool) and 0 <= stated < 1000 and stated % 1 == 0:
        return int(stated)
    raise RowRefused(Reason.FIELD_NOT_VALID, "Category is not a small whole number")


def _stated(members: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """Yield the fingerprints a Media row names: its own fields first (MD5 before all), then AlternativeHashes."""
    for field, kind in _HASH_FIELDS.items():
        if members.get(field):
            yield kind, _as_text(members[field])
    others = members.get("AlternativeHashes")
    for other in others if isinstance(others, list) else ():
        if isinstance(other, dict) and other.get("HashName") and other.get("HashValue"):
            name = re.sub(r"[^a-z0-9]+", "", _as_text(other["HashName"]).lower())
            yield _KNOWN_NAMES.get(name, name or "unnamed"), _as_text(other["HashValue"])


def _as_text(value: object) -> str:
    return value.strip() if isinstance(value, str) else ""


def _date(stated: object) -> tuple[datetime | None, bool]:
    """Return DateUpdated as an instant, and whether it was given without a zone (then no instant is known)."""
    if not isinstance(stated, str) or not stated:
        return None, False
    if found := _DOTNET_DATE.fullmatch(stated):
        try:
            return _EPOCH + timedelta(milliseconds=int(found[1])), False
        except OverflowError:
            return None, True
    try:
        return parse_instant(stated), False
    except TimeNotUnderstood:
        return None, True


def _provenance(mime_type: object, recorded_at: datetime | None) -> Provenance:
    first = mime_type.split("/")[0].lower() if isinstance(mime_type, str) else ""
    media = MediaType(first) if first in {"image", "video"} else None
    return Provenance(media=media, recorded_at=recorded_at) if media or recorded_at else NOTHING_STATED
