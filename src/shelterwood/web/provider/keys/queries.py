"""What pages read about API keys, as values."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from shelterwood.web.provider.keys.models import ApiKey

if TYPE_CHECKING:
    import uuid
    from datetime import datetime

__all__ = ["KeySeen", "SecretSeen", "keys", "seen"]


@dataclass(frozen=True, slots=True, kw_only=True)
class SecretSeen:
    """One secret: its public prefix, and until when it works (None: until the key ends)."""

    prefix: str
    made_at: datetime
    ends_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class KeySeen:
    """One key as its page shows it."""

    id: uuid.UUID
    name: str
    state: str  # "active", "ended", "retired"
    scopes: tuple[str, ...]
    service: str
    surface: str
    token_id: str
    per_second: int
    expires_at: datetime
    last_used_at: datetime | None
    secrets: tuple[SecretSeen, ...]

    @property
    def is_active(self) -> bool:
        """Whether the key opens anything."""
        return self.state == "active"


def keys(*, now: datetime) -> list[KeySeen]:
    """Return every key, those that work first, by name."""
    rows = ApiKey.objects.prefetch_related("scopes_held", "secrets").order_by("name")
    return sorted((seen(row, now=now) for row in rows), key=lambda key: not key.is_active)


def seen(key: ApiKey, *, now: datetime) -> KeySeen:
    """Return one key as a page shows it."""
    return KeySeen(
        id=key.pk,
        name=key.name,
        state="retired" if key.retired_at else "ended" if key.expires_at <= now else "active",
        scopes=tuple(sorted(held.scope for held in key.scopes_held.all())),
        service=key.service,
        surface=key.surface.replace("_", " "),
        token_id=key.token_id,
        per_second=key.per_second,
        expires_at=key.expires_at,
        last_used_at=key.last_used_at,
        secrets=_secrets(key, now=now),
    )


def _secrets(key: ApiKey, *, now: datetime) -> tuple[SecretSeen, ...]:
    alive = [secret for secret in key.secrets.all() if secret.ends_at is None or secret.ends_at > now]
    alive.sort(key=lambda secret: secret.made_at, reverse=True)
    return tuple(SecretSeen(prefix=s.prefix, made_at=s.made_at, ends_at=s.ends_at) for s in alive)
