"""The rounds of the hall itself: deliveries, one a kind of job; sessions that are over; the record; the counters."""

from __future__ import annotations

from datetime import datetime, timedelta
from functools import partial
from typing import TYPE_CHECKING

from django.db import transaction

from shelterwood.web.hall.accounts import upkeep
from shelterwood.web.hall.audit import heads
from shelterwood.web.hall.audit.models import ChainHead, SignedHead
from shelterwood.web.hall.audit.services import forget_due
from shelterwood.web.hall.outbox import kinds
from shelterwood.web.hall.outbox import services as outbox
from shelterwood.web.hall.outbox.delivering import deliver_due
from shelterwood.web.hall.outbox.outcomes import Done, Outcome, TryAgain
from shelterwood.web.hall.running import flushing, keeper
from shelterwood.web.hall.settings.facts import facts

if TYPE_CHECKING:
    from shelterwood.web.hall.outbox.at_work import JobAtWork

__all__ = ["SEND_HEAD", "register_deliveries", "register_own", "send_head", "sign_daily"]

SEND_HEAD = "record.head"

_MINUTE, _HOUR, _DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)


def register_own() -> None:
    """Register what every service does, whatever its role."""
    keeper.register("accounts.clear", every=_HOUR, run=lambda now: upkeep.clear(now=now))
    keeper.register("record.forget-due", every=_HOUR, run=lambda now: forget_due(now=now))
    keeper.register("record.sign-head", every=_HOUR, run=sign_daily)
    keeper.register("outbox.forget-old", every=_HOUR, run=lambda now: outbox.forget_old(now=now))
    keeper.register("counters.flush", every=_MINUTE, run=flushing.flush)
    kinds.register(SEND_HEAD, send_head, words="Copies of signed heads of the record")


def register_deliveries() -> None:
    """Register a round for each kind of job: a partner that does not answer holds up its own kind only.

    Called when every part has registered its kinds.
    """
    for kind in kinds.registered():
        deliver = partial(deliver_due, kind)
        keeper.register(f"outbox.{kind.name}", every=timedelta(seconds=1), run=deliver, at_commit=kind.name)


def sign_daily(now: datetime) -> None:
    """Sign where the record stands if the last signature is a day old and there is something new; have it sent away."""
    last = SignedHead.objects.order_by("-signed_at").first()
    if last is not None and last.signed_at > now - _DAY:
        return
    if ChainHead.objects.filter(seq=0).exists():
        return
    with transaction.atomic():
        head = heads.sign_head(now=now)
        if facts().log_heads is not None:
            outbox.put(kind=SEND_HEAD, key=str(head.pk), payload={}, now=now)


def send_head(job: JobAtWork) -> Outcome:
    """Put a signed head where SHELTERWOOD_LOG_HEADS_DIR says; a directory that is away for a while is tried again."""
    head, into = SignedHead.objects.get(pk=int(job.key)), facts().log_heads
    if into is None:  # no copy is wanted any more
        return Done()
    try:
        heads.send(head, into=into)
    except heads.HeadNotSent:
        return TryAgain("heads_directory_not_writable")
    return Done()
