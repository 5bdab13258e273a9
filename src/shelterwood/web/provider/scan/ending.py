"""The verbs that end what was found: its fingerprints first, then item, account and matches (R15, decision 0025).

Where there is an object, its end is the end of the fingerprints, and the event waits for it: so a legal hold on the
evidence keeps the event too, and a report that moves the clock of the one moves that of the other. What is left is the
row without anything of a person: one more of its day, its sureness and its outcome, for the counts.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from django.db import transaction

from shelterwood.web.hall import faults
from shelterwood.web.hall.access.actors import Actor
from shelterwood.web.hall.audit.services import record
from shelterwood.web.provider.scan import actions, queries
from shelterwood.web.provider.scan.models import NO_PRINTS, Detection, DetectionMatch
from shelterwood.web.provider.scan.services import detection_ref
from shelterwood.web.provider.scan.states import HoldState

if TYPE_CHECKING:
    import uuid
    from collections.abc import Callable
    from datetime import datetime

    from django.db.models import QuerySet

__all__ = ["end_events", "end_prints", "forget_prints"]

PRINTS_ENDED: Final = faults.register("scan.prints_ended")
EVENTS_ENDED: Final = faults.register("scan.events_ended")

_AT_ONCE = 50
"""Events in one transaction: whoever answers uploads waits for it no longer than for one of its own."""

_A_ROUND = 10_000
_KEEPER = Actor.system("keeper")


def forget_prints(event_id: uuid.UUID, *, now: datetime) -> None:
    """Forget what the bytes of an event were: its object is destroyed. Which entry it matched stays."""
    Detection.objects.filter(pk=event_id, prints_ended_at=None).update(**NO_PRINTS, prints_ended_at=now)


def end_prints(now: datetime) -> int:
    """Forget fingerprints whose clock has ended and whose event has no object here; return of how many events."""
    return _in_pieces(_end_some_prints, now=now)


def end_events(now: datetime) -> int:
    """End events whose clock has ended and whose object, if there was one, is destroyed; return how many."""
    return _in_pieces(_end_some_events, now=now)


def _in_pieces(end_some: Callable[[datetime], int], *, now: datetime) -> int:
    count = 0
    while count < _A_ROUND and (ended := end_some(now)):
        count += ended
    return count


@transaction.atomic
def _end_some_prints(now: datetime) -> int:
    rows = _locked(queries.prints_due(now).order_by("prints_end_at"))
    if not rows:
        return 0
    for row in rows:
        forget_prints(row.pk, now=now)
        record(action=actions.DETECTION_PRINTS_ENDED, actor=_KEEPER, object_ref=detection_ref(row), now=now)
    faults.step(PRINTS_ENDED)
    return len(rows)


@transaction.atomic
def _end_some_events(now: datetime) -> int:
    rows = _locked(queries.events_due(now).order_by("ends_at"))
    if not rows:
        return 0
    DetectionMatch.objects.filter(detection__in=rows).delete()
    for row in rows:
        forget_prints(row.pk, now=now)
        item = row.item if row.hold == HoldState.CONFIRMED else ""  # else it would count as never held, and be shown
        Detection.objects.filter(pk=row.pk).update(item=item, account_mark="", ended_at=now)
        codes = {"exactness": row.exactness, "hold": row.hold}
        record(action=actions.DETECTION_ENDED, actor=_KEEPER, object_ref=detection_ref(row), now=now, codes=codes)
    faults.step(EVENTS_ENDED)
    return len(rows)


def _locked(due: QuerySet[Detection]) -> list[Detection]:
    return list(due.select_for_update(of=("self",))[:_AT_ONCE])
