"""When what is kept of a find ends: the hold of its item, its fingerprints, the event itself (R15, decision 0025).

The periods are those of the legal basis: the token's quarantine, and the policy profile it was issued under.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Final

from shelterwood.policy import QuarantineMode
from shelterwood.web.provider.basis import live as basis_live

if TYPE_CHECKING:
    from datetime import datetime

    from shelterwood.web.provider.scan.neighbours import Ground

__all__ = ["UNDECIDED_FOR", "Clocks", "clocks_of"]

UNDECIDED_FOR: Final = timedelta(days=14)
"""So long it is kept for a person to decide where the token orders no quarantine, whose end would say it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Clocks:
    """Instants in UTC; `release_at` is None where nothing is held. None of them comes after `ends_at`."""

    release_at: datetime | None
    prints_end_at: datetime
    ends_at: datetime


def clocks_of(ground: Ground, *, now: datetime) -> Clocks:
    """Return the ends of what was found at `now`: fingerprints and objects as long as a person may decide.

    The event ends when its profile says (`event_ends`), at most 12 months after the identification.
    """
    profile = basis_live.current(now=now).profile(ground.claims.profile.id)
    ends_at, quarantine = profile.event_ends(identified_at=now), ground.claims.quarantine
    release_at: datetime | None = None
    if quarantine.mode is not QuarantineMode.NONE and quarantine.release_after_hours is not None:
        release_at = min(now + timedelta(hours=quarantine.release_after_hours), ends_at)
    decided_by = release_at or now + UNDECIDED_FOR
    return Clocks(release_at=release_at, prints_end_at=min(decided_by, ends_at), ends_at=ends_at)
