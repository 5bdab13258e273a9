"""One round of deliveries: claim, let the handler try, settle; no transaction is open while it tries."""

from __future__ import annotations

import logging
import time
from typing import TYPE_CHECKING

from django.utils import timezone

from shelterwood.web.hall import faults
from shelterwood.web.hall.outbox import services
from shelterwood.web.hall.outbox.at_work import JobAtWork
from shelterwood.web.hall.outbox.outcomes import Outcome, TryAgain

if TYPE_CHECKING:
    from datetime import datetime

    from shelterwood.web.hall.outbox.kinds import Kind

__all__ = ["deliver_due"]

_log = logging.getLogger(__name__)

CLAIMED = faults.register("outbox.claimed")
DELIVERED = faults.register("outbox.delivered")
SETTLED = faults.register("outbox.settled")

_SECONDS_A_ROUND = 8.0
"""A round begins no further job after this: a keeper that is told to end waits for its rounds."""


def deliver_due(kind: Kind, now: datetime) -> int:
    """Try the jobs of `kind` whose turn has come by `now`, for some seconds; return how many were tried."""
    until, count = time.monotonic() + _SECONDS_A_ROUND, 0
    while time.monotonic() < until:
        job = services.claim(kind=kind.name, now=now)
        if job is None:
            break
        count += 1
        faults.step(CLAIMED)
        outcome = _try(kind, JobAtWork.of(job))
        faults.step(DELIVERED)
        services.settle(job_id=job.pk, attempt=job.attempts, outcome=outcome, now=max(now, timezone.now()))
        faults.step(SETTLED)
    return count


def _try(kind: Kind, job: JobAtWork) -> Outcome:
    """Call the handler; whatever it raises is a failed attempt, named by its class only: its text may be personal."""
    try:
        return kind.handler(job)
    except Exception as error:  # noqa: BLE001 - one job never stops the others
        _log.error("job %s of kind %s failed: %s", job.id, job.kind, _where(error))
        return TryAgain("handler_failed")


def _where(error: Exception) -> str:
    """Say what was raised and on which lines, without its text."""
    lines, place = [], error.__traceback__
    while place is not None:
        lines.append(f"{place.tb_frame.f_globals.get('__name__', '?')}:{place.tb_lineno}")
        place = place.tb_next
    return f"{type(error).__name__} at {' > '.join(lines[-4:])}"
