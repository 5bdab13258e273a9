"""A job as its handler sees it: what is to be done, what was already done, and a way to remember more."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from django.db import transaction

from shelterwood.web.hall import faults
from shelterwood.web.hall.outbox.models import Job
from shelterwood.web.hall.outbox.plain import Plain, plain

if TYPE_CHECKING:
    import uuid

__all__ = ["JobAtWork"]

REMEMBERED = faults.register("outbox.remembered")


@dataclass(frozen=True, slots=True, kw_only=True)
class JobAtWork:
    """One attempt at a job; `attempts` counts this one. `id` is the idempotency key for the partner."""

    id: uuid.UUID
    kind: str
    key: str
    payload: dict[str, Plain]
    attempts: int
    remembered: dict[str, Plain] = field(default_factory=dict)

    @classmethod
    def of(cls, job: Job) -> JobAtWork:
        """Return the job of a row."""
        return cls(
            id=job.pk,
            kind=job.kind,
            key=job.key,
            payload=dict(job.payload),
            attempts=job.attempts,
            remembered=dict(job.remembered),
        )

    def remember(self, step: str, value: Plain = True) -> None:  # noqa: FBT002 - a value, not a switch
        """Write down that `step` was taken, committed before this returns; the next attempt finds it in `remembered`.

        Raises PayloadNotPlain, and RuntimeError inside a transaction, which could still be rolled back.
        """
        noted = plain({step: value})
        with transaction.atomic(durable=True):
            row = Job.objects.select_for_update().get(pk=self.id)
            row.remembered = {**row.remembered, **noted}
            row.save(update_fields=["remembered"])
        self.remembered.update(noted)
        faults.step(REMEMBERED)
