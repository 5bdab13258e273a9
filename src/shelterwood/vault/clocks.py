"""When an object must be gone: every object has one such instant at any time; holds only postpone acting on it.

`expiry = min(report, removal) + 12 months, minus earlier purpose end, plus court extension` (COM(2022) 209 Art.
22(2)). How long 12 months are, and what they are counted from, is the profile's:
`shelterwood.policy.preservation_ends` says it and the caller hands the instant in. Before report and removal the
hours of quarantine are the clock.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from shelterwood.vault.codes import utc

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime, timedelta

    from shelterwood.vault.holds import LegalHold

__all__ = ["Clock", "is_due", "keep_until"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Clock:
    """What is known of an object's time. `undecided_for`: how long it may wait for a decision after sealing."""

    sealed_at: datetime
    undecided_for: timedelta
    preserved_until: datetime | None = None
    purpose_ended_at: datetime | None = None
    extended_until: datetime | None = None

    @property
    def expires_at(self) -> datetime:
        """The instant from which the object must be destroyed, in UTC; an authority's extension comes last."""
        end = utc(self.sealed_at) + self.undecided_for if self.preserved_until is None else utc(self.preserved_until)
        if self.purpose_ended_at is not None:
            end = min(end, utc(self.purpose_ended_at))
        return end if self.extended_until is None else max(end, utc(self.extended_until))


def is_due(expires_at: datetime, *, holds: Iterable[LegalHold], now: datetime) -> bool:
    """Tell whether an object is to be destroyed now: its clock has ended and no hold stands."""
    return utc(now) >= utc(expires_at) and not any(hold.stands(now) for hold in holds)


def keep_until(expires_at: datetime, *, holds: Iterable[LegalHold]) -> datetime:
    """Return the earliest instant at which the object may be destroyed, as holds stand today."""
    return max([utc(expires_at), *(hold.until for hold in holds)])
