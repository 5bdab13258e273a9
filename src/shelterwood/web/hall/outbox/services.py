"""The verbs of the outbox: ask for a job, claim some, settle them, and what a person does about a dead one."""

from __future__ import annotations

from functools import partial
from itertools import takewhile
from typing import TYPE_CHECKING

from django.db import IntegrityError, transaction
from django.db.models import F, Q

from shelterwood.errors import ShelterwoodError
from shelterwood.web.hall.access.actors import Actor
from shelterwood.web.hall.audit.services import record
from shelterwood.web.hall.outbox import actions, waking
from shelterwood.web.hall.outbox.backing_off import wait_after
from shelterwood.web.hall.outbox.kinds import KEPT, LEASE, kind_of, registered
from shelterwood.web.hall.outbox.models import Job
from shelterwood.web.hall.outbox.outcomes import Done, GiveUp, NotTried, TryAgain
from shelterwood.web.hall.outbox.plain import plain
from shelterwood.web.hall.outbox.states import OVER, TRANSITIONS, JobState
from shelterwood.web.hall.outbox.unsynced import unsynced

if TYPE_CHECKING:
    import uuid
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from shelterwood.web.hall.audit.actions import Action
    from shelterwood.web.hall.outbox.outcomes import Tried

__all__ = ["JobStepNotPossible", "claim", "forget_old", "give_up", "put", "release_left", "settle", "try_again"]

_INTERRUPTED_OFTEN = 3
"""A job during which so many keepers died waits as one that failed: perhaps it is what kills them."""

_INTERRUPTED = "interrupted"


class JobStepNotPossible(ShelterwoodError):
    """A job cannot pass from the state it is in to the one that was asked for."""


@transaction.atomic
def put(
    *, kind: str, key: str, payload: Mapping[str, object], now: datetime, not_before: datetime | None = None
) -> Job:
    """Ask for a job in the caller's transaction: it exists if and only if that commits. The same key is the same job.

    `payload` holds ids and codes only. Raises JobKindNotRegistered, PayloadNotPlain.
    """
    kind_of(kind)
    wanted = {"payload": plain(payload), "created_at": now, "next_attempt_at": not_before or now}
    try:  # most keys are new: to ask first would cost them a question
        with transaction.atomic():
            job = Job.objects.create(kind=kind, key=key, **wanted)
    except IntegrityError:
        return Job.objects.get(kind=kind, key=key)
    transaction.on_commit(partial(waking.wake, kind))
    return job


def claim(*, kind: str, most: int = 1, now: datetime) -> list[Job]:
    """Take the jobs of `kind` whose turn it is, at most so many, and hold them for LEASE; none: nothing is due.

    A job whose lease has run out is anybody's: whoever held it is dead. It is taken alone, so that what kills keepers
    takes no other job with it a second time.
    """
    due = Q(state=JobState.PENDING, next_attempt_at__lte=now) | Q(state=JobState.RUNNING, lease_until__lte=now)
    if not Job.objects.filter(due, kind=kind).exists():  # asked every second: no write lock for nothing
        return []
    with unsynced():
        waiting = Job.objects.select_for_update(skip_locked=_can_skip()).filter(due, kind=kind)
        first = list(waiting.order_by("next_attempt_at")[:most])
        jobs = list(takewhile(lambda job: not _was_interrupted(job), first)) or first[:1]
        for job in jobs:
            _pass_to(job, JobState.RUNNING)
            job.attempts += 1
            job.lease_until = now + LEASE
        taken = {"state": JobState.RUNNING, "attempts": F("attempts") + 1, "lease_until": now + LEASE}
        Job.objects.filter(pk__in=[job.pk for job in jobs]).update(**taken)
        return jobs


def _was_interrupted(job: Job) -> bool:
    return job.state == JobState.RUNNING or job.last_reason == _INTERRUPTED


def _can_skip() -> bool:
    return transaction.get_connection().features.has_select_for_update_skip_locked


@transaction.atomic  # waited for: what was delivered must not go out again after a power cut
def settle(*, tried: Sequence[Tried], now: datetime) -> dict[uuid.UUID, JobState]:
    """Write how attempts ended, all of them or none, with what belongs to their ends; return the state of each job.

    An attempt that lost its lease, and was begun again by another, changes nothing and is not in the answer.
    """
    rows = Job.objects.select_for_update().in_bulk([each.job_id for each in tried])
    held = [each for each in tried if _holds(rows[each.job_id], each)]
    done = [rows[each.job_id] for each in held if isinstance(each.outcome, Done)]
    for each in held:
        if isinstance(each.outcome, Done):
            if each.outcome.write is not None:
                each.outcome.write()
        else:
            _not_done(rows[each.job_id], each.outcome, now=now)
    _all_done(done, now=now)
    return {each.job_id: JobState(rows[each.job_id].state) for each in held}


def _holds(job: Job, tried: Tried) -> bool:
    return job.state == JobState.RUNNING and job.attempts == tried.attempt


def _all_done(jobs: Sequence[Job], *, now: datetime) -> None:
    for job in jobs:
        _pass_to(job, JobState.DONE)
    over = {"state": JobState.DONE, "lease_until": None, "finished_at": now, "last_reason": ""}
    Job.objects.filter(pk__in=[job.pk for job in jobs]).update(**over)


def _not_done(job: Job, outcome: TryAgain | GiveUp | NotTried, *, now: datetime) -> None:
    if isinstance(outcome, NotTried):
        job.attempts -= 1
        _wait(job, until=job.next_attempt_at, reason=job.last_reason)
        return
    wait = None if isinstance(outcome, GiveUp) else wait_after(job.attempts, table=kind_of(job.kind).backoff)
    if wait is None:
        _die(job, reason=outcome.reason, now=now)
    else:
        _wait(job, until=now + wait, reason=outcome.reason)


def _wait(job: Job, *, until: datetime, reason: str) -> None:
    _pass_to(job, JobState.PENDING)
    job.lease_until, job.finished_at = None, None
    job.next_attempt_at, job.last_reason = until, reason[:80]
    job.save()


def _end(job: Job, state: JobState, *, reason: str, now: datetime) -> None:
    _pass_to(job, state)
    job.lease_until, job.finished_at, job.last_reason = None, now, reason[:80]
    job.save()


def _die(job: Job, *, reason: str, now: datetime) -> None:
    _end(job, JobState.DEAD, reason=reason, now=now)
    codes = {"kind": job.kind, "reason": job.last_reason, "attempts": str(job.attempts)}
    record(action=actions.DELIVERY_DEAD, actor=Actor.system("keeper"), object_ref=f"job:{job.pk}", now=now, codes=codes)


@transaction.atomic
def release_left(*, now: datetime) -> int:
    """Let go of what a keeper that died was at; return how many. Only for who holds the keeper's lock.

    A job during which keepers died again and again is put back as one that failed.
    """
    known = [kind.name for kind in registered()]  # a kind that is gone waits until its part is back
    left = Job.objects.select_for_update().filter(state=JobState.RUNNING, kind__in=known)
    for job in left.filter(attempts__gte=_INTERRUPTED_OFTEN):
        wait = wait_after(job.attempts, table=kind_of(job.kind).backoff)
        if wait is None:
            _die(job, reason=_INTERRUPTED, now=now)
        else:
            _wait(job, until=now + wait, reason=_INTERRUPTED)
    return left.filter(attempts__lt=_INTERRUPTED_OFTEN, lease_until__gt=now).update(lease_until=now)


@transaction.atomic
def try_again(*, job_id: uuid.UUID, actor: Actor, now: datetime) -> Job:
    """Have a dead job tried again, with all its waits before it; raise JobStepNotPossible."""
    job = _locked(job_id)
    _pass_to(job, JobState.PENDING)
    job.attempts, job.finished_at, job.next_attempt_at = 0, None, now
    job.save()
    transaction.on_commit(partial(waking.wake, job.kind))
    _note(actions.DELIVERY_TRIED_AGAIN, job, actor=actor, now=now)
    return job


@transaction.atomic
def give_up(*, job_id: uuid.UUID, actor: Actor, now: datetime) -> Job:
    """Decide that a dead job will not be delivered; raise JobStepNotPossible."""
    job = _locked(job_id)
    _end(job, JobState.GIVEN_UP, reason=job.last_reason, now=now)
    _note(actions.DELIVERY_GIVEN_UP, job, actor=actor, now=now)
    return job


def _note(action: Action, job: Job, *, actor: Actor, now: datetime) -> None:
    codes = {"kind": job.kind, "reason": job.last_reason}
    record(action=action, actor=actor, object_ref=f"job:{job.pk}", now=now, codes=codes)


def forget_old(*, now: datetime) -> int:
    """Delete jobs that have been over for as long as their kind says; return how many.

    Dead ones stay until a person decides.
    """
    over, known = Job.objects.filter(state__in=OVER), registered()
    deleted = sum(over.filter(kind=kind.name, finished_at__lte=now - kind.kept).delete()[0] for kind in known)
    others = over.exclude(kind__in=[kind.name for kind in known])
    return deleted + others.filter(finished_at__lte=now - KEPT).delete()[0]


def _locked(job_id: uuid.UUID) -> Job:
    return Job.objects.select_for_update().get(pk=job_id)


def _pass_to(job: Job, state: JobState) -> None:
    if state not in TRANSITIONS[JobState(job.state)]:
        raise JobStepNotPossible(
            f"This delivery is {job.state.replace('_', ' ')}.", remedy="Look at the page again: it has moved on."
        )
    job.state = state
