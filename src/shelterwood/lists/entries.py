"""The nouns of an indicator list, so that every reader, writer and index speaks of the same thing.

An *entry* is one fingerprint of one listed item; an item is what a source names by one entry id and may have several
fingerprints. A *withdrawal* takes a whole item back. Both are tombstones once they carry `withdrawn_at`: they stay in
the list and never match. The field names follow the `Indicator` of the European proposal (COM(2022) 209, Art. 44) and
the fields that the published exchange formats share; docs/reference/indicator-lists.md explains each.
"""

from __future__ import annotations

import enum
import re
from dataclasses import dataclass
from datetime import datetime, timedelta

from shelterwood.errors import ShelterwoodError

__all__ = [
    "ClassLabel",
    "Entry",
    "EntryNotValid",
    "ItemKey",
    "MediaType",
    "Provenance",
    "Record",
    "Withdrawal",
]

LONGEST_NAME = 200
LONGEST_VALUE = 512 * 1024  # a base64 TMK fingerprint is 351 kB; nothing known is longer
MOST_ASSESSORS = 16

# Controls, surrogates and line separators: none belongs in a name or a fingerprint, and the canonical order
# (indicator-lists.md) relies on U+0000 and U+0001 sorting before every allowed character.
_FORBIDDEN = r"\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff"
_SOUND = re.compile(rf"(?!\s)[^{_FORBIDDEN}]+(?<!\s)")
_KIND = re.compile(r"[a-z0-9][a-z0-9_.-]{0,63}")
_ZERO = timedelta(0)

ItemKey = tuple[str, str]


class EntryNotValid(ShelterwoodError):
    """A field of an entry holds something that no list may hold."""


def _check_names(**fields: str | None) -> None:
    for name, text in fields.items():
        if text is not None:
            _check_text(name, text, LONGEST_NAME)


def _check_text(name: str, text: str, longest: int) -> None:
    if _SOUND.fullmatch(text) and len(text) <= longest:
        return
    if not text:
        raise EntryNotValid(f"The field {name} is empty.")
    if len(text) > longest:
        raise EntryNotValid(f"The field {name} has {len(text)} characters; at most {longest} are kept.")
    if text[0].isspace() or text[-1].isspace():
        raise EntryNotValid(f"The field {name} begins or ends with a space.")
    raise EntryNotValid(f"The field {name} holds a control character or a broken Unicode character.")


def _check_utc(**fields: datetime | None) -> None:
    for name, moment in fields.items():
        if moment is not None and moment.utcoffset() != _ZERO:
            raise EntryNotValid(
                f"The time {name} is not in UTC.", remedy="Convert it; a time without a zone is refused."
            )


class MediaType(enum.StrEnum):
    """What sort of media the listed item is, where the source says so."""

    IMAGE = "image"
    VIDEO = "video"


@dataclass(frozen=True, slots=True, kw_only=True)
class ClassLabel:
    """A class as its source states it: a label under a named scheme, never translated into another scheme."""

    scheme: str
    label: str

    def __post_init__(self) -> None:
        _check_names(scheme=self.scheme, label=self.label)


@dataclass(frozen=True, slots=True, kw_only=True)
class Provenance:
    """What the source says about where an entry comes from; everything is optional, nothing is guessed.

    `recorded_at` is the source's own time of this version of the entry: the only thing that can tell an older
    delivery from a newer one. `generator` names the tool and version that computed the fingerprint, `submission` the
    submission it came from, `assessors` who assessed the item (identifiers of organisations or roles, not of people).
    """

    media: MediaType | None = None
    recorded_at: datetime | None = None
    generator: str | None = None
    submission: str | None = None
    assessors: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        _check_names(generator=self.generator, submission=self.submission)
        _check_utc(recorded_at=self.recorded_at)
        if len(self.assessors) > MOST_ASSESSORS:
            raise EntryNotValid(f"There are {len(self.assessors)} assessors; at most {MOST_ASSESSORS} are kept.")
        for assessor in self.assessors:
            _check_names(assessors=assessor)
            if ";" in assessor:  # the separator of the CSV column
                raise EntryNotValid("The name of an assessor holds a semicolon.")


NOTHING_STATED = Provenance()


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One fingerprint of one listed item.

    The key is (source, entry_id, kind, value). `value` is in the canonical form of its kind (hexadecimal digests in
    lower case; opaque kinds untouched). `label` unset stays unset. Times are aware and in UTC.
    """

    source: str
    entry_id: str
    kind: str
    value: str
    owner: str | None = None
    label: ClassLabel | None = None
    provenance: Provenance = NOTHING_STATED
    valid_from: datetime | None = None
    withdrawn_at: datetime | None = None

    def __post_init__(self) -> None:
        _check_text("source", self.source, LONGEST_NAME)
        _check_text("entry_id", self.entry_id, LONGEST_NAME)
        if self.owner is not None:
            _check_text("owner", self.owner, LONGEST_NAME)
        if not _KIND.fullmatch(self.kind):
            raise EntryNotValid("The kind of a fingerprint is 1 to 64 of a-z, 0-9, '.', '_' and '-'.")
        _check_text("value", self.value, LONGEST_VALUE)
        if self.valid_from is not None or self.withdrawn_at is not None:
            _check_utc(valid_from=self.valid_from, withdrawn_at=self.withdrawn_at)

    @property
    def item(self) -> ItemKey:
        """The listed item this fingerprint belongs to: (source, entry_id)."""
        return (self.source, self.entry_id)

    @property
    def key(self) -> tuple[str, str, str, str]:
        """What makes this entry the same entry in another version of the list."""
        return (self.source, self.entry_id, self.kind, self.value)

    @property
    def recorded_at(self) -> datetime | None:
        """The source's own time of this version of the entry."""
        return self.provenance.recorded_at

    def is_live(self, *, at: datetime) -> bool:
        """Whether the entry may match at the moment `at` (aware): begun, and not withdrawn."""
        begun = self.valid_from is None or self.valid_from <= at
        return begun and (self.withdrawn_at is None or at < self.withdrawn_at)


@dataclass(frozen=True, slots=True, kw_only=True)
class Withdrawal:
    """A source took a whole item back, whatever its fingerprints; kept also for an item never seen.

    Exchange formats state deletions by id only (NCMEC's `deletedImage`), and pages arrive in any order, so the
    withdrawal itself is remembered: an older version of the item that arrives later is withdrawn on arrival.
    """

    source: str
    entry_id: str
    withdrawn_at: datetime
    owner: str | None = None

    def __post_init__(self) -> None:
        _check_names(source=self.source, entry_id=self.entry_id, owner=self.owner)
        _check_utc(withdrawn_at=self.withdrawn_at)

    @property
    def item(self) -> ItemKey:
        """The item that is taken back: (source, entry_id)."""
        return (self.source, self.entry_id)

    @property
    def key(self) -> tuple[str, str, str, str]:
        """The empty kind and value sort before every fingerprint of the item."""
        return (self.source, self.entry_id, "", "")

    @property
    def recorded_at(self) -> datetime:
        """A withdrawal is recorded at the moment from which it holds."""
        return self.withdrawn_at


Record = Entry | Withdrawal
