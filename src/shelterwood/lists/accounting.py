"""Every row that does not become an entry is counted and said, with its place and its reason; none is lost silently."""

from __future__ import annotations

import enum
from collections import Counter
from dataclasses import dataclass, field

__all__ = ["Reason", "Skipped", "Tally"]


class Reason(enum.StrEnum):
    """Why a row, or one fingerprint of it, did not become an entry."""

    NOT_TEXT = "not valid UTF-8"
    TOO_LONG = "row too long"
    NOT_A_ROW = "not a row of this format"
    FIELD_MISSING = "a required field is missing"
    FIELD_UNKNOWN = "a field that this format does not have"
    FIELD_NOT_VALID = "a field holds something that is not allowed"
    VALUE_NOT_VALID = "not a fingerprint of the stated kind"
    TIME_NOT_VALID = "a time that names no instant"
    EMPTY_FILE = "the digest of the empty file"
    NO_FINGERPRINT = "no fingerprint given"
    NOT_CARRIED = "a large fingerprint given only as a link"
    CONFLICT = "two rows with one id"
    TOO_MANY = "too many fingerprints of one item"
    NO_CLASS_CHOSEN = "a class that was not chosen"
    ZONE_MISSING = "a time without a zone, left unset"
    WITHDRAWAL_LOST = "a withdrawal that could not be understood: the entry may still match"
    HELD_BACK = "an older version of an entry, or one that was withdrawn"


@dataclass(frozen=True, slots=True, kw_only=True)
class Skipped:
    """Something in a list file that did not become an entry.

    `row` counts from 1: the line of a CSV or JSON Lines file, the nth item of a VICS or NCMEC file. `detail` says
    what was wrong, without the fingerprint itself, so that it may be shown and sent.
    """

    file: str
    row: int
    reason: Reason
    detail: str = ""

    def __str__(self) -> str:
        return f"{self.file}, row {self.row}: {self.reason}" + (f" ({self.detail})" if self.detail else "")


@dataclass(slots=True)
class Tally:
    """How many were skipped for each reason, with the first few as examples. Constant in size."""

    examples_kept: int = 5
    counts: Counter[Reason] = field(default_factory=Counter)
    examples: dict[Reason, list[Skipped]] = field(default_factory=dict)

    def add(self, skipped: Skipped) -> None:
        """Count one, and keep it if it is among the first of its reason."""
        self.counts[skipped.reason] += 1
        kept = self.examples.setdefault(skipped.reason, [])
        if len(kept) < self.examples_kept:
            kept.append(skipped)

    @property
    def total(self) -> int:
        """How many were skipped in all."""
        return self.counts.total()

    def sentences(self) -> list[str]:
        """Return a line for each reason, most frequent first, and below each its first examples."""
        lines = []
        for reason, count in self.counts.most_common():
            lines.append(f"{count:,} skipped: {reason}")
            lines += [f"    {example}" for example in self.examples[reason]]
        return lines
