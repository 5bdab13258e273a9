"""What a door knows of a key, as a value, and the copy of all live keys that each worker keeps for a second.

Reading them anew once a second costs nothing that can be measured, and ends a retired key everywhere within a second.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils import timezone

from shelterwood.policy import DetectionRequest, Medium, ServiceId, ServiceType, Surface, TokenId
from shelterwood.web.hall.access.actors import Actor, ActorKind
from shelterwood.web.provider.keys.models import ApiKey, KeySecret
from shelterwood.web.provider.keys.scopes import Scope

if TYPE_CHECKING:
    import uuid
    from datetime import datetime

__all__ = ["HeldSecret", "KeyHeld", "forget", "held", "look_up", "sender"]

SECONDS_KEPT = 1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyHeld:
    """A live key: whose traffic this is, what it may be used for, and under which token."""

    id: uuid.UUID
    name: str
    scopes: frozenset[Scope]
    token_id: TokenId
    service: ServiceId
    component: str | None
    service_type: ServiceType
    surface: Surface
    per_second: int

    @property
    def actor(self) -> Actor:
        """The key as the record names it."""
        return Actor(kind=ActorKind.KEY, id=str(self.id))

    def asks(self, medium: Medium) -> DetectionRequest:
        """Return what is asked of the legal basis before anything of this `medium` is read.

        Whether the surface is end-to-end encrypted is the declaration of the service to say, not a key's.
        """
        return DetectionRequest(
            service=self.service,
            component=self.component,
            service_type=self.service_type,
            surface=self.surface,
            medium=medium,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class HeldSecret:
    """One secret that opens a key until `ends_at` (of the secret or of the key, whichever comes first)."""

    digest: str
    ends_at: datetime
    key: KeyHeld


_copy: dict[str, HeldSecret] = {}
_senders: dict[uuid.UUID, KeyHeld] = {}  # keys that have sent something, live or not
_read_at = float("-inf")
_senders_read_at = float("-inf")


def look_up(prefix: str) -> HeldSecret | None:
    """Return the secret with this public prefix, if its key is live."""
    global _copy, _read_at
    now = time.monotonic()
    if now - _read_at >= SECONDS_KEPT:
        _copy, _read_at = _read(timezone.now()), now
    return _copy.get(prefix)


def forget() -> None:
    """Read the keys anew at the next look-up; what this process itself changed counts at once."""
    global _read_at, _senders_read_at  # noqa: PLW0603 - the worker's copy
    _read_at = _senders_read_at = float("-inf")


def _read(now: datetime) -> dict[str, HeldSecret]:
    rows = KeySecret.objects.filter(key__retired_at__isnull=True, key__expires_at__gt=now).exclude(ends_at__lte=now)
    return {row.prefix: _secret(row) for row in rows.select_related("key").prefetch_related("key__scopes_held")}


def sender(key_id: uuid.UUID) -> KeyHeld:
    """Return the key with which something was sent before, as it was known at most a second ago; live or not."""
    global _senders_read_at  # noqa: PLW0603 - the process's copy
    now = time.monotonic()
    if now - _senders_read_at >= SECONDS_KEPT:
        _senders.clear()
        _senders_read_at = now
    if key_id not in _senders:
        _senders[key_id] = held(ApiKey.objects.get(pk=key_id))
    return _senders[key_id]


def held(key: ApiKey) -> KeyHeld:
    """Return a key as doors know it; whether it is live is another question."""
    return KeyHeld(
        id=key.pk,
        name=key.name,
        scopes=frozenset(Scope(each.scope) for each in key.scopes_held.all()),
        token_id=TokenId(key.token_id),
        service=ServiceId(key.service),
        component=key.component or None,
        service_type=ServiceType(key.service_type),
        surface=Surface(key.surface),
        per_second=key.per_second,
    )


def _secret(row: KeySecret) -> HeldSecret:
    ends_at = min(row.ends_at or row.key.expires_at, row.key.expires_at)
    return HeldSecret(digest=row.digest, ends_at=ends_at, key=held(row.key))
