"""What every worker knows of the legal basis: verified once, looked up again as soon as anything changed.

A number in the database rises with every change, in its transaction; a worker reads it at most twice a second, so a
withdrawal is seen within a second everywhere. Whatever was verified is verified again after `LONGEST_CACHE`. The end of
a token, key or profile needs no signal: `may_detect` compares it with the clock at every single question.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final

from django.db.models import F

from shelterwood.policy import (
    LONGEST_CACHE,
    EndToEnd,
    ErrorRates,
    KeyRegister,
    LegalBasisToken,
    NotAccepted,
    PolicyProfile,
    ServiceType,
    Surface,
    accept_profile,
    shipped_profile,
    shipped_profiles,
    verify_token,
)
from shelterwood.web.provider.basis.models import (
    Change,
    DeclaredService,
    KeyState,
    RegisteredProfile,
    Token,
    TokenState,
)
from shelterwood.web.provider.basis.register import key_register

__all__ = ["Declared", "Known", "Live", "Services", "changed", "current", "forget", "rates_of"]

LOOK_EVERY: Final = 0.5
"""Seconds for which the number of changes is believed without looking."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Declared:
    """A service as declared."""

    service_type: ServiceType
    surfaces: frozenset[Surface]
    end_to_end: EndToEnd


Services = Mapping[str, Declared]


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """A token whose text was verified (or not accepted), its profile, and the errors measured under it."""

    token: LegalBasisToken | NotAccepted
    profile: PolicyProfile
    rates: tuple[ErrorRates, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Live:
    """Everything, as of one number of changes."""

    number: int
    since: datetime
    tokens: Mapping[str, Known] = field(default_factory=dict)
    services: Services = field(default_factory=dict)
    profiles: Mapping[str, PolicyProfile] = field(default_factory=dict)

    def profile(self, name: str) -> PolicyProfile:
        """Return the profile in use under `name`; for one that does not count, the one that permits nothing."""
        return self.profiles.get(name) or shipped_profile("NONE")


_lock = threading.Lock()
_live: Live | None = None
_looked_at = 0.0


def changed() -> None:
    """Raise the number of changes: called by every service, inside its transaction."""
    if not Change.objects.filter(id=1).update(number=F("number") + 1):
        Change.objects.create(id=1, number=1)
    forget()


def forget() -> None:
    """Make this process look at the next question."""
    global _live, _looked_at
    with _lock:
        _live, _looked_at = None, 0.0


def current(*, now: datetime) -> Live:
    """Return what holds at `now`, no older than a second."""
    global _live, _looked_at
    live, looked = _live, _looked_at
    if live is not None and _young(live, now=now) and time.monotonic() - looked < LOOK_EVERY:
        return live
    number = Change.objects.filter(id=1).values_list("number", flat=True).first() or 0
    if live is None or live.number != number or not _young(live, now=now):
        live = _load(number, now=now)
    with _lock:
        _live, _looked_at = live, time.monotonic()
    return live


def _young(live: Live, *, now: datetime) -> bool:
    return timedelta(0) <= now - live.since < LONGEST_CACHE


def _load(number: int, *, now: datetime) -> Live:
    # The number was read before the tables: a change in between is loaded again, never missed.
    register = key_register()
    profiles = _profiles(register, now=now)
    issued = Token.objects.exclude(state__in=[TokenState.PROPOSED, TokenState.REFUSED]).prefetch_related("measured")
    tokens = {
        row.name: Known(
            token=verify_token(row.text, register=register, now=now),
            profile=profiles.get(row.profile) or shipped_profile("NONE"),
            rates=rates_of(row),
        )
        for row in issued
    }
    return Live(number=number, since=now, tokens=tokens, services=_services(), profiles=profiles)


def _profiles(register: KeyRegister, *, now: datetime) -> dict[str, PolicyProfile]:
    """Return the shipped profiles, and later or other ones that a publisher signed and two people registered."""
    found: dict[str, PolicyProfile] = {profile.id: profile for profile in shipped_profiles()}
    for row in RegisteredProfile.objects.filter(state=KeyState.REGISTERED).order_by("version"):
        profile = accept_profile(row.text, register=register, now=now)
        if isinstance(profile, PolicyProfile):
            found[profile.id] = profile
    return found


def rates_of(token: Token) -> tuple[ErrorRates, ...]:
    """Return the errors measured under a token, one value a list."""
    return tuple(
        ErrorRates(
            technology=token.profile,
            list_source=row.list_source,
            examined=row.examined,
            decided=row.decided,
            wrong=row.wrong,
        )
        for row in token.measured.all()
    )


def _services() -> dict[str, Declared]:
    return {
        row.name: Declared(
            service_type=ServiceType(row.service_type),
            surfaces=frozenset(Surface(each) for each in row.surfaces),
            end_to_end=EndToEnd(row.end_to_end),
        )
        for row in DeclaredService.objects.all()
    }
