"""One round of deliveries: claim some jobs, let the handler try each, settle; no transaction is open while it tries."""

from __future__ import annotations

import logging
import time
from dataclasses import replace
from typing import TYPE_CHECKING

from django.utils import timezone

from shelterwood.web.hall import faults
from shelterwood.web.hall.outbox import services
from shelterwood.web.hall.outbox.at_work import JobAtWork
from shelterwood.web.hall.outbox.outcomes import Done, NotTried, Outcome, Tried, TryAgain

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from shelterwood.web.hall.outbox.kinds import Kind
    from shelterwood.web.hall.outbox.models import Job

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
        jobs = services.claim(kind=kind.name, most=kind.at_once, now=now)
        if not jobs:
            break
        faults.step(CLAIMED)
        tried = [_tried(kind, job, begin=job is jobs[0] or time.monotonic() < until) for job in jobs]
        count += sum(not isinstance(each.outcome, NotTried) for each in tried)
        faults.step(DELIVERED)
        _settle(tried, now=max(now, timezone.now()))
        faults.step(SETTLED)
    return count


def _tried(kind: Kind, job: Job, *, begin: bool) -> Tried:
    outcome = _try(kind, JobAtWork.of(job)) if begin else NotTried()
    return Tried(job_id=job.pk, attempt=job.attempts, outcome=outcome)


def _settle(tried: Sequence[Tried], *, now: datetime) -> None:
    """Write all ends together; where one of them cannot be written, each on its own, and that one is tried again."""
    try:
        settled = services.settle(tried=tried, now=now)
    except Exception as error:
        if len(tried) > 1:
            for each in tried:
                _settle([each], now=now)
            return
        if not isinstance(tried[0].outcome, Done) or tried[0].outcome.write is None:
            raise
        _log.error("the end of job %s was not written: %s", tried[0].job_id, _where(error))
        services.settle(tried=[replace(tried[0], outcome=TryAgain("end_not_written"))], now=now)
        return
    for each in tried:
        if each.job_id in settled and isinstance(each.outcome, Done) and each.outcome.then is not None:
            each.outcome.then()


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
