"""The table of the outbox: what must happen outside, written in the same transaction as what it follows from."""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.db import models
from django.db.models import Q

from shelterwood.web.hall.outbox.states import JobState

__all__ = ["Job"]

_ENDED = [JobState.DONE, JobState.DEAD, JobState.GIVEN_UP]


class Job(models.Model):
    """One thing to be done outside: a `kind`, and a `key` that makes asking twice the same as asking once.

    `id` never changes and goes to the partner as its idempotency key. `payload` and `remembered` hold ids and codes.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    kind = models.CharField(max_length=80)
    key = models.CharField(max_length=120)
    payload = models.JSONField(default=dict)
    remembered = models.JSONField(default=dict)
    state = models.CharField(max_length=8, choices=[(state, state) for state in JobState], default=JobState.PENDING)
    attempts = models.PositiveIntegerField(default=0)
    next_attempt_at = models.DateTimeField()
    lease_until = models.DateTimeField(null=True)
    last_reason = models.CharField(max_length=80, blank=True, default="")
    created_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)

    class Meta:
        """One job a kind and key; a lease while it runs and only then; an end where it has ended and only there."""

        indexes: ClassVar = [models.Index(fields=["kind", "state", "next_attempt_at"], name="job_by_turn")]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["kind", "key"], name="job_asked_once"),
            models.CheckConstraint(condition=Q(state__in=list(JobState)), name="job_state_known"),
            models.CheckConstraint(
                condition=Q(state=JobState.RUNNING, lease_until__isnull=False)
                | (~Q(state=JobState.RUNNING) & Q(lease_until__isnull=True)),
                name="job_leased_while_running",
            ),
            models.CheckConstraint(
                condition=Q(state__in=_ENDED, finished_at__isnull=False)
                | (~Q(state__in=_ENDED) & Q(finished_at__isnull=True)),
                name="job_ended_once",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.key} {self.state}"
