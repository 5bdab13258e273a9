"""What pages read about webhooks, as values; never a secret."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db.models import Q

from shelterwood.web.provider.basis.models import DeclaredService
from shelterwood.web.provider.webhooks.models import Endpoint

if TYPE_CHECKING:
    import uuid
    from datetime import datetime

__all__ = ["EndpointSeen", "EventSeen", "SecretSeen", "endpoints", "seen", "services_without"]

_EVENTS_SHOWN = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class SecretSeen:
    """One secret that signs: its id, and until when (None: until it is replaced)."""

    key_id: str
    ends_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class EventSeen:
    """One event: what it was, and when it was heard (None: not yet)."""

    id: uuid.UUID
    type: str
    made_at: datetime
    told_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class EndpointSeen:
    """One endpoint as its page shows it."""

    id: uuid.UUID
    service: str
    url: str
    registered_by: str
    registered_at: datetime
    ended_by: str
    ended_at: datetime | None
    unheard: int
    secrets: tuple[SecretSeen, ...]
    events: tuple[EventSeen, ...]

    @property
    def is_active(self) -> bool:
        """Whether anything is told there."""
        return self.ended_at is None


def endpoints(*, now: datetime) -> list[EndpointSeen]:
    """Return every endpoint, those that hear first, then by service."""
    rows = Endpoint.objects.select_related("registered_by", "ended_by").order_by("service", "-registered_at")
    return sorted((seen(row, now=now) for row in rows), key=lambda each: not each.is_active)


def seen(endpoint: Endpoint, *, now: datetime) -> EndpointSeen:
    """Return one endpoint as its page shows it."""
    signing = endpoint.secrets.filter(Q(ends_at__isnull=True) | Q(ends_at__gt=now)).order_by("-made_at")
    events = endpoint.events.order_by("-made_at")[:_EVENTS_SHOWN]
    return EndpointSeen(
        id=endpoint.pk,
        service=endpoint.service,
        url=endpoint.url,
        registered_by=endpoint.registered_by.name,
        registered_at=endpoint.registered_at,
        ended_by=endpoint.ended_by.name if endpoint.ended_by else "",
        ended_at=endpoint.ended_at,
        unheard=endpoint.events.filter(told_at__isnull=True).count() if endpoint.ended_at is None else 0,
        secrets=tuple(SecretSeen(key_id=row.key_id, ends_at=row.ends_at) for row in signing),
        events=tuple(EventSeen(id=row.pk, type=row.type, made_at=row.made_at, told_at=row.told_at) for row in events),
    )


def services_without() -> list[str]:
    """Return the declared services that no endpoint hears of."""
    heard = Endpoint.objects.filter(ended_at__isnull=True).values("service")
    return list(DeclaredService.objects.exclude(name__in=heard).order_by("name").values_list("name", flat=True))
