"""Named text fields to a record: the one place where the fields of the documented CSV and JSON Lines are understood."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from shelterwood.errors import ShelterwoodError
from shelterwood.lists.accounting import Reason, Skipped
from shelterwood.lists.entries import (
    NOTHING_STATED,
    ClassLabel,
    Entry,
    EntryNotValid,
    MediaType,
    Provenance,
    Record,
    Withdrawal,
)
from shelterwood.lists.instants import TimeNotUnderstood, format_instant, parse_instant
from shelterwood.lists.values import EMPTY_FILE_DIGESTS, ValueNotValid, canonical

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

__all__ = ["COLUMNS", "Defaults", "RowRefused", "fields_of", "fingerprint", "record_of"]

COLUMNS = (
    "source", "entry_id", "owner", "kind", "value", "label_scheme", "label", "valid_from", "withdrawn_at",
    "recorded_at", "media", "generator", "submission", "assessors",
)  # fmt: skip
ASSESSOR_SEPARATOR = ";"


@dataclass(frozen=True, slots=True, kw_only=True)
class Defaults:
    """What the one who imports says where the file does not: the source, and the owner of the list's entries."""

    source: str | None = None
    owner: str | None = None


class RowRefused(ShelterwoodError):
    """A row cannot become an entry; `reason` and the sentence go into the account."""

    def __init__(self, reason: Reason, detail: str) -> None:
        super().__init__(detail)
        self.reason = reason

    def skipped(self, *, file: str, row: int) -> Skipped:
        """Return the line for the account."""
        return Skipped(file=file, row=row, reason=self.reason, detail=self.fact)


def record_of(fields: Mapping[str, str], defaults: Defaults) -> Record:
    """Return the record that the named fields state; an absent or empty field is unset. Raises RowRefused."""
    get = fields.get
    source, entry_id = get("source") or defaults.source, get("entry_id")
    if not source or not entry_id:
        raise RowRefused(Reason.FIELD_MISSING, "entry_id" if source else "source")
    owner = get("owner") or defaults.owner
    withdrawn_at = _instant(get("withdrawn_at"), "withdrawn_at", Reason.WITHDRAWAL_LOST)
    kind, value = get("kind"), get("value")
    try:
        if not kind and not value and withdrawn_at:
            return Withdrawal(source=source, entry_id=entry_id, owner=owner, withdrawn_at=withdrawn_at)
        if not kind or not value:
            raise RowRefused(Reason.FIELD_MISSING, "value" if kind else "kind")
        kind, value = fingerprint(kind, value)
        return Entry(
            source=source,
            entry_id=entry_id,
            owner=owner,
            kind=kind,
            value=value,
            label=_label(get("label_scheme"), get("label")),
            provenance=_provenance(*map(get, _PROVENANCE_FIELDS)),
            valid_from=_instant(get("valid_from"), "valid_from"),
            withdrawn_at=withdrawn_at,
        )
    except EntryNotValid as error:
        raise RowRefused(Reason.FIELD_NOT_VALID, error.fact) from error


def fingerprint(kind_name: str, text: str) -> tuple[str, str]:
    """Return the canonical (kind, value). Raises RowRefused where it is none, or is the digest of the empty file."""
    try:
        kind, value = canonical(kind_name, text)
    except ValueNotValid as error:
        raise RowRefused(Reason.VALUE_NOT_VALID, error.fact) from error
    if value in EMPTY_FILE_DIGESTS:
        raise RowRefused(Reason.EMPTY_FILE, kind)
    return kind, value


@lru_cache(maxsize=1024)  # a list repeats a few classes over millions of rows; what is refused is not kept
def _label(scheme: str | None, label: str | None) -> ClassLabel | None:
    if not scheme and not label:
        return None
    if not scheme or not label:
        raise RowRefused(Reason.FIELD_MISSING, "label" if scheme else "label_scheme")
    return ClassLabel(scheme=scheme, label=label)


_PROVENANCE_FIELDS = ("recorded_at", "media", "generator", "submission", "assessors")


@lru_cache(maxsize=4096)
def _provenance(
    recorded_at: str | None, media: str | None, generator: str | None, submission: str | None, assessors: str | None
) -> Provenance:
    if not (recorded_at or media or generator or submission or assessors):
        return NOTHING_STATED
    return Provenance(
        recorded_at=_instant(recorded_at, "recorded_at"),
        media=_media(media),
        generator=generator or None,
        submission=submission or None,
        assessors=tuple(assessors.split(ASSESSOR_SEPARATOR)) if assessors else (),
    )


def _media(text: str | None) -> MediaType | None:
    try:
        return MediaType(text) if text else None
    except ValueError as error:
        raise RowRefused(Reason.FIELD_NOT_VALID, "media is 'image' or 'video'") from error


def _instant(text: str | None, name: str, reason: Reason = Reason.TIME_NOT_VALID) -> datetime | None:
    if not text:
        return None
    try:
        return parse_instant(text)
    except TimeNotUnderstood as error:
        raise RowRefused(reason, f"{name}: {error.fact}") from error


def fields_of(record: Record) -> dict[str, str]:
    """Return the fields that `record_of` understands; what is not set is left out."""
    stated: dict[str, str | None] = {"source": record.source, "entry_id": record.entry_id, "owner": record.owner}
    if isinstance(record, Entry):
        stated |= {"kind": record.kind, "value": record.value}
        if record.label is not None:
            stated |= {"label_scheme": record.label.scheme, "label": record.label.label}
        stated |= {"valid_from": _text(record.valid_from)} | _provenance_fields(record.provenance)
    stated["withdrawn_at"] = _text(record.withdrawn_at)
    return {name: stated[name] for name in COLUMNS if stated.get(name)}  # type: ignore[misc]


def _provenance_fields(provenance: Provenance) -> dict[str, str | None]:
    return {
        "recorded_at": _text(provenance.recorded_at),
        "media": provenance.media,
        "generator": provenance.generator,
        "submission": provenance.submission,
        "assessors": ASSESSOR_SEPARATOR.join(provenance.assessors),
    }


def _text(moment: datetime | None) -> str | None:
    return None if moment is None else format_instant(moment)
