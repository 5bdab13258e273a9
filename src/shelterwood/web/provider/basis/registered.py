"""What pages read about keys and profiles, as values: who brought them in, who confirmed them, whether they count."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from shelterwood.web.provider.basis import live, wording
from shelterwood.web.provider.basis.models import Key, KeyState, RegisteredProfile

if TYPE_CHECKING:
    import uuid
    from datetime import datetime

    from shelterwood.policy import PolicyProfile

__all__ = [
    "ForeignProfile",
    "KeySeen",
    "ProfileSeen",
    "keys_seen",
    "profiles_from_elsewhere",
    "profiles_seen",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class ProfileSeen:
    """A legal regime as its page shows it."""

    profile: PolicyProfile
    in_force: bool
    kinds: str
    surfaces: str
    services: tuple[str, ...]
    requires: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ForeignProfile:
    """A profile from elsewhere and what became of it."""

    id: uuid.UUID
    name: str
    version: int
    state: str
    proposed_by: str
    proposed_by_id: str
    confirmed_by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class KeySeen:
    """A key as the page of keys shows it; `groups` is its name in groups of four, to be read aloud."""

    id: uuid.UUID
    key_id: str
    groups: str
    role: str
    holder: str
    state: str
    valid_to: datetime
    proposed_by: str
    proposed_by_id: str
    confirmed_by: str
    solo: bool


def keys_seen() -> list[KeySeen]:
    """Return every key, those that wait first, then those that count."""
    rows = Key.objects.select_related("officer", "proposed_by", "confirmed_by").order_by("-proposed_at")
    order = [KeyState.PROPOSED, KeyState.REGISTERED, KeyState.REVOKED, KeyState.REFUSED]
    return [_key(row) for row in sorted(rows, key=lambda row: order.index(KeyState(row.state)))]


def _key(row: Key) -> KeySeen:
    return KeySeen(
        id=row.pk,
        key_id=row.key_id,
        groups=" ".join(row.key_id[at : at + 4] for at in range(0, len(row.key_id), 4)),
        role=row.role,
        holder=row.officer.name if row.officer else row.holder,
        state=row.state,
        valid_to=row.valid_to,
        proposed_by=row.proposed_by.name,
        proposed_by_id=str(row.proposed_by_id),
        confirmed_by=row.confirmed_by.name if row.confirmed_by else "",
        solo=row.solo,
    )


def profiles_seen(*, now: datetime) -> list[ProfileSeen]:
    """Return every regime in use here, law first."""
    known = sorted(live.current(now=now).profiles.values(), key=lambda profile: profile.status)
    return [
        ProfileSeen(
            profile=profile,
            in_force=profile.in_force(now),
            kinds=wording.joined(profile.token_kinds),
            surfaces=wording.joined(profile.surfaces),
            services=tuple(wording.words(each) for each in sorted(profile.service_types)),
            requires=tuple(wording.words(each) for each in sorted(profile.requires)),
        )
        for profile in known
    ]


def profiles_from_elsewhere() -> list[ForeignProfile]:
    """Return the profiles that publishers signed and that wait or count, the latest first."""
    rows = RegisteredProfile.objects.select_related("proposed_by", "confirmed_by").exclude(state=KeyState.REFUSED)
    return [
        ForeignProfile(
            id=row.pk,
            name=row.name,
            version=row.version,
            state=row.state,
            proposed_by=row.proposed_by.name,
            proposed_by_id=str(row.proposed_by_id),
            confirmed_by=row.confirmed_by.name if row.confirmed_by else "",
        )
        for row in rows.order_by("-proposed_at")
    ]
