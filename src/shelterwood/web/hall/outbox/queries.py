"""What the page of deliveries and the watchers read."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from django.db.models import Count, Q

from shelterwood.web.hall.outbox import kinds
from shelterwood.web.hall.outbox.models import Job
from shelterwood.web.hall.outbox.states import JobState

if TYPE_CHECKING:
    import uuid
    from datetime import datetime

    from shelterwood.web.hall.access.visitor import Visitor

__all__ = ["DeadJob", "KindCounted", "counted", "dead", "dead_count", "longest_overdue", "waiting_for"]


@dataclass(frozen=True, slots=True, kw_only=True)
class KindCounted:
    """How many jobs of one kind are in each state."""

    kind: str
    words: str
    pending: int = 0
    running: int = 0
    done: int = 0
    dead: int = 0
    given_up: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class DeadJob:
    """A job that a person has to look at; `reason` is that of the last attempt, in words."""

    id: uuid.UUID
    kind: str
    words: str
    reason: str
    attempts: int
    created_at: datetime
    died_at: datetime | None


def counted() -> list[KindCounted]:
    """Return how many jobs of each kind are in each state, by kind."""
    by_kind: dict[str, dict[str, int]] = {}
    for row in Job.objects.values("kind", "state").annotate(number=Count("id")).order_by("kind"):
        by_kind.setdefault(row["kind"], {})[row["state"]] = row["number"]
    return [KindCounted(kind=kind, words=kinds.words_of(kind), **numbers) for kind, numbers in by_kind.items()]


def dead(*, most: int) -> list[DeadJob]:
    """Return the dead jobs, the latest first, at most so many."""
    rows = Job.objects.filter(state=JobState.DEAD).order_by("-finished_at")[:most]
    return [
        DeadJob(
            id=row.pk,
            kind=row.kind,
            words=kinds.words_of(row.kind),
            reason=row.last_reason.replace("_", " ").capitalize(),
            attempts=row.attempts,
            created_at=row.created_at,
            died_at=row.finished_at,
        )
        for row in rows
    ]


def dead_count() -> int:
    """Return how many jobs are dead."""
    return Job.objects.filter(state=JobState.DEAD).count()


def waiting_for(visitor: Visitor) -> int:  # noqa: ARG001 - whoever may see deliveries may decide about each
    """Return how many deliveries wait for a person's decision."""
    return dead_count()


def longest_overdue(*, now: datetime) -> timedelta:
    """Return for how long the job that waits longest has been due; nothing: 0."""
    due = Q(state=JobState.PENDING, next_attempt_at__lt=now)
    first = Job.objects.filter(due).order_by("next_attempt_at").values_list("next_attempt_at", flat=True).first()
    return now - first if first else timedelta()
