"""What the page of evidence reads: how much is kept, until when, what is held; numbers and dates, never content."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from django.db.models import Count, Exists, Sum

from shelterwood.web.provider.evidence.models import EvidenceHold, EvidenceObject
from shelterwood.web.provider.evidence.states import EvidenceState

if TYPE_CHECKING:
    import uuid
    from datetime import date, datetime

    from django.db.models import OuterRef, QuerySet

__all__ = [
    "DayOfPurges", "EvidenceSeen", "HoldSeen", "Overview", "evidence_of", "is_here", "overview", "standing",
]  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class DayOfPurges:
    """A day (UTC) and how many objects end on it."""

    day: date
    objects: int


@dataclass(frozen=True, slots=True, kw_only=True)
class HoldSeen:
    """A legal hold that stands."""

    id: uuid.UUID
    object_id: uuid.UUID
    event_id: uuid.UUID
    authority: str
    reference: str
    until: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Overview:
    """All of it; `bytes` are of what is sealed.

    Ends and days are of what is here and nobody holds; `overdue` ended more than an hour ago and is still here.
    """

    sealed: int
    described: int
    purged: int
    bytes: int
    overdue: int
    first_end: datetime | None
    last_end: datetime | None
    days: tuple[DayOfPurges, ...]
    holds: tuple[HoldSeen, ...]

    @property
    def most_in_a_day(self) -> int:
        """What the longest bar stands for."""
        return max((day.objects for day in self.days), default=0)


@dataclass(frozen=True, slots=True, kw_only=True)
class EvidenceSeen:
    """How the object of one event stands."""

    object_id: uuid.UUID
    state: EvidenceState
    media_type: str
    size: int
    sealed_at: datetime
    expires_at: datetime
    held_until: datetime | None
    proof: str


def overview(*, now: datetime) -> Overview:
    """Return what is kept."""
    counts = {row["state"]: row["n"] for row in EvidenceObject.objects.values("state").annotate(n=Count("id"))}
    sealed = EvidenceObject.objects.filter(state=EvidenceState.SEALED)
    free = EvidenceObject.objects.exclude(state=EvidenceState.PURGED).exclude(pk__in=standing(now).values("object_id"))
    ends = free.order_by("expires_at").values_list("expires_at", flat=True)
    return Overview(
        sealed=counts.get(EvidenceState.SEALED, 0),
        described=counts.get(EvidenceState.DESCRIBED, 0),
        purged=counts.get(EvidenceState.PURGED, 0),
        bytes=sealed.aggregate(n=Sum("size"))["n"] or 0,
        overdue=free.filter(expires_at__lt=now - timedelta(hours=1)).count(),
        first_end=ends.first(),
        last_end=ends.last(),
        days=_days(free),
        holds=_holds(now),
    )


def evidence_of(event_id: uuid.UUID, *, now: datetime) -> EvidenceSeen | None:
    """Return how the object of an event stands, or None where nothing was kept."""
    row = EvidenceObject.objects.filter(event_id=event_id).first()
    if row is None:
        return None
    last = standing(now).filter(object=row).order_by("-until").first()
    return EvidenceSeen(
        object_id=row.pk,
        state=EvidenceState(row.state),
        media_type=row.media_type,
        size=row.size,
        sealed_at=row.sealed_at,
        expires_at=row.expires_at,
        held_until=last.until if last else None,
        proof=row.proof,
    )


def is_here(event_id: OuterRef) -> Exists:
    """Return, for a query over events, whether the object of each is still here: due or not, held or not."""
    return Exists(EvidenceObject.objects.exclude(state=EvidenceState.PURGED).filter(event_id=event_id))


def standing(now: datetime) -> QuerySet[EvidenceHold]:
    """Return the holds that stand at `now`."""
    return EvidenceHold.objects.filter(until__gt=now, lifted_at__isnull=True)


def _days(free: QuerySet[EvidenceObject], *, most: int = 14) -> tuple[DayOfPurges, ...]:
    rows = free.values("expires_at__date").annotate(n=Count("id")).order_by("expires_at__date")[:most]
    return tuple(DayOfPurges(day=row["expires_at__date"], objects=row["n"]) for row in rows)


def _holds(now: datetime, *, most: int = 200) -> tuple[HoldSeen, ...]:
    found = standing(now).select_related("object").order_by("until")[:most]
    return tuple(
        HoldSeen(
            id=row.pk,
            object_id=row.object_id,
            event_id=row.object.event_id,
            authority=row.authority,
            reference=row.reference,
            until=row.until,
        )
        for row in found
    )
