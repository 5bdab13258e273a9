"""Which national offence a label stands for, in which country, on which day: data, because article numbers change.

Belgium renumbered these offences twice in four years. What is not known stays unknown: an empty box is shown as
empty, never guessed.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import cache
from typing import Final

from shelterwood.policy.canonical import digest_of, parse_strict
from shelterwood.policy.fields import Fields, PolicyDataNotValid
from shelterwood.policy.shipped import ProfileAltered, read_data_file

__all__ = [
    "AnnexFourBox",
    "LegalReference",
    "LegalReferences",
    "NoReference",
    "NoReferenceReason",
    "read_legal_references",
    "shipped_legal_references",
]

_FILE: Final = "legal_references.json"
_PIN: Final = "847a7a869a17ea1d91efbf1cb8c8ded077293a67f68c561fe3ebcc3202be3eb8"


class AnnexFourBox(StrEnum):
    """The six boxes of a removal order's form (COM(2022) 209 Annex IV, after Directive 2011/93/EU Art. 2(c), (e))."""

    A = "A"
    B = "B"
    C = "C"
    D = "D"
    E = "E"
    F = "F"


@dataclass(frozen=True, slots=True, kw_only=True)
class LegalReference:
    """One row. `provision` and `box` None are unknown.

    `valid_from` is the first day, `valid_to` the first day no more; None is open.
    """

    country: str
    label: str
    offence: str
    provision: str | None
    box: AnnexFourBox | None
    valid_from: date | None
    valid_to: date | None
    source: str
    certain: bool

    @property
    def is_complete(self) -> bool:
        """Whether the row can be cited as it stands: number and box known, and checked."""
        return self.provision is not None and self.box is not None and self.certain

    def holds(self, on: date) -> bool:
        """Tell whether the row is valid on a day."""
        return (self.valid_from or date.min) <= on < (self.valid_to or date.max)

    def overlaps(self, other: LegalReference) -> bool:
        """Tell whether both rows answer the same question for some day."""
        same = (self.country, self.label) == (other.country, other.label)
        begins, ends = (self.valid_from or date.min), (self.valid_to or date.max)
        return same and begins < (other.valid_to or date.max) and (other.valid_from or date.min) < ends


class NoReferenceReason(StrEnum):
    """Why there is no row."""

    COUNTRY_UNKNOWN = "country_unknown"
    LABEL_UNKNOWN = "label_unknown"
    DATE_NOT_COVERED = "date_not_covered"


@dataclass(frozen=True, slots=True, kw_only=True)
class NoReference:
    """The table has no answer; a person has to find it, and nothing is filled in."""

    reason: NoReferenceReason
    sentence: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LegalReferences:
    """The table, and the digest of the file it came from."""

    rows: tuple[LegalReference, ...]
    digest: str

    def look_up(self, label: str, *, country: str, on: date) -> LegalReference | NoReference:
        """Return the row for a label of ours in a country (ISO 3166 two letters, or EU) on the day of the act."""
        of_country = [row for row in self.rows if row.country == country]
        of_label = [row for row in of_country if row.label == label]
        found = next((row for row in of_label if row.holds(on)), None)
        if found is not None:
            return found
        if not of_country:
            return _none(NoReferenceReason.COUNTRY_UNKNOWN, f"the country {country}")
        if not of_label:
            return _none(NoReferenceReason.LABEL_UNKNOWN, f"the label {label} in {country}")
        return _none(NoReferenceReason.DATE_NOT_COVERED, f"{label} in {country} on {on}")


def _none(reason: NoReferenceReason, what: str) -> NoReference:
    return NoReference(
        reason=reason, sentence=f"The table of legal references has no row for {what}. Have a lawyer name the offence."
    )


def read_legal_references(data: bytes) -> LegalReferences:
    """Read a table; PolicyDataNotValid for anything unknown, missing or contradictory."""
    try:
        fields = Fields(parse_strict(data), where="legal references")
    except ValueError as error:
        raise PolicyDataNotValid("legal references", f"this is not JSON as expected ({error})") from error
    if fields.integer("format", least=1) != 1:
        raise fields.wrong("format must be 1")
    rows = tuple(_row(row) for row in fields.records("rows"))
    fields.end()
    if any(row.overlaps(other) for number, row in enumerate(rows) for other in rows[:number]):
        raise fields.wrong("two rows answer for the same day")
    return LegalReferences(rows=rows, digest=digest_of(data))


def _row(fields: Fields) -> LegalReference:
    box = None if fields.null("annex_iv_box") else fields.choice("annex_iv_box", AnnexFourBox)
    row = LegalReference(
        country=fields.text("country"),
        label=fields.text("label"),
        offence=fields.text("offence"),
        provision=fields.optional_text("provision"),
        box=box,
        valid_from=fields.optional_date("valid_from"),
        valid_to=fields.optional_date("valid_to"),
        source=fields.text("source"),
        certain=fields.flag("certain"),
    )
    fields.end()
    if (row.valid_from or date.min) >= (row.valid_to or date.max):
        raise fields.wrong("valid_to is not after valid_from")
    return row


@cache
def shipped_legal_references() -> LegalReferences:
    """Return the shipped table; ProfileAltered when its file is not the released one."""
    data = read_data_file(_FILE)
    if digest_of(data) != _PIN:
        raise ProfileAltered(_FILE)
    return read_legal_references(data)
