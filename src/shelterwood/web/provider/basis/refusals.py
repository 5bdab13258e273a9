"""How refusals reach the record: the first of a burst at once, the others as a number, none lost.

A platform whose token has ended asks thousands of times a minute. The first refusal of a reason is a line. Those after
it raise a number in a table, each in a transaction of its own, so that no crash of a worker loses one; a minute later
the next refusal, or the keeper's round, writes the number as one line and sets it to nothing. What the record says of a
minute is therefore complete a minute after it, and sums are exact.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Final

from django.db import transaction
from django.db.models import F

from shelterwood.web.hall.access.actors import Actor
from shelterwood.web.hall.audit.services import record
from shelterwood.web.provider.basis import actions
from shelterwood.web.provider.basis.models import RefusalBurst

if TYPE_CHECKING:
    from datetime import datetime

    from shelterwood.policy import Refused

__all__ = ["close_bursts", "note_refusal"]

BURST: Final = timedelta(seconds=60)
_DOOR = Actor.system("door")


@transaction.atomic
def note_refusal(refused: Refused, *, token: str, service: str, now: datetime) -> None:
    """Record one refusal: as a line, or as one more of a burst. `token` and `service` are names of ours."""
    key = {
        "reason": str(refused.reason),
        "profile": refused.profile.id,
        "token": token,
        "service": service,
    }
    burst, first = RefusalBurst.objects.select_for_update().get_or_create(**key, defaults={"opened_at": now})
    if not first and timedelta(0) <= now - burst.opened_at < BURST:
        RefusalBurst.objects.filter(pk=burst.pk).update(count=F("count") + 1)
        return
    times = burst.count + 1
    RefusalBurst.objects.filter(pk=burst.pk).update(opened_at=now, count=0)
    _write(burst, times=times, now=now)


@transaction.atomic
def close_bursts(now: datetime) -> None:
    """Write the number of every burst that is over, and forget it: the keeper's round."""
    over = list(RefusalBurst.objects.select_for_update().filter(opened_at__lte=now - BURST))
    for burst in over:
        burst.delete()
        if burst.count:
            _write(burst, times=burst.count, now=now)


def _write(burst: RefusalBurst, *, times: int, now: datetime) -> None:
    ref = f"token:{burst.token}" if burst.token else f"service:{burst.service}"
    codes = {"reason": burst.reason, "profile": burst.profile, "service": burst.service, "times": str(times)}
    record(action=actions.DETECTION_REFUSED, actor=_DOOR, object_ref=ref, now=now, codes=codes)
