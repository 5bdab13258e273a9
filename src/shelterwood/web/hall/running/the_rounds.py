"""The rounds of the hall itself: deliveries, one a kind of job; sessions that are over; the record; the counters."""

from __future__ import annotations

from datetime import datetime, timedelta
from functools import partial

from shelterwood.web.hall.accounts import upkeep
from shelterwood.web.hall.audit import heads
from shelterwood.web.hall.audit.models import ChainHead, SignedHead
from shelterwood.web.hall.audit.services import forget_due
from shelterwood.web.hall.outbox import kinds
from shelterwood.web.hall.outbox.delivering import deliver_due
from shelterwood.web.hall.outbox.services import forget_old
from shelterwood.web.hall.running import flushing, keeper

__all__ = ["register_deliveries", "register_own", "sign_daily"]

_MINUTE, _HOUR, _DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)


def register_own() -> None:
    """Register what every service does, whatever its role."""
    keeper.register("accounts.clear", every=_HOUR, run=lambda now: upkeep.clear(now=now))
    keeper.register("record.forget-due", every=_HOUR, run=lambda now: forget_due(now=now))
    keeper.register("record.sign-head", every=_HOUR, run=sign_daily)
    keeper.register("outbox.forget-old", every=_HOUR, run=lambda now: forget_old(now=now))
    keeper.register("counters.flush", every=_MINUTE, run=flushing.flush)


def register_deliveries() -> None:
    """Register a round for each kind of job: a partner that does not answer holds up its own kind only.

    Called when every part has registered its kinds.
    """
    for kind in kinds.registered():
        deliver = partial(deliver_due, kind)
        keeper.register(f"outbox.{kind.name}", every=timedelta(seconds=1), run=deliver, at_commit=True)


def sign_daily(now: datetime) -> None:
    """Sign where the record stands if the last signature is a day old and there is something new; send it away."""
    last = SignedHead.objects.order_by("-signed_at").first()
    if last is not None and last.signed_at > now - _DAY:
        return
    if ChainHead.objects.filter(seq=0).exists():
        return
    heads.sign_and_send(now=now)
