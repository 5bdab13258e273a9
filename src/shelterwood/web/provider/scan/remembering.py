"""Requests that a program may send twice without harm: the Idempotency-Key, kept for 24 hours with its answer.

The same key with other content is refused; a second request while the first is at work is told to wait. A request
whose worker died is at work for a minute, then another may take its place.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from django.db import IntegrityError, transaction

from shelterwood.errors import ShelterwoodError
from shelterwood.web.hall.outbox.unsynced import unsynced
from shelterwood.web.provider.scan.models import RememberedAnswer

if TYPE_CHECKING:
    import uuid
    from datetime import datetime

__all__ = ["Begun", "OtherContent", "Replay", "StillAtWork", "abandon", "begin", "clear", "finish"]

KEPT = timedelta(hours=24)
AT_WORK = timedelta(minutes=1)


class OtherContent(ShelterwoodError):
    """An idempotency key was used before, for a request with other content."""


class StillAtWork(ShelterwoodError):
    """The first request with this idempotency key has not been answered yet."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Begun:
    """This request is the first of its key; `finish` it, or `abandon` it."""

    row: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Replay:
    """The same request was answered before, with this."""

    status: int
    answer: Any


def begin(*, key: uuid.UUID, mark: str, asked: str, now: datetime) -> Begun | Replay:
    """Take an idempotency key for a request whose content has the digest `asked`; raise OtherContent, StillAtWork.

    That a request is at work does not wait for the disk: a power cut ends the request too, and its answer, which is
    waited for, takes this to the disk with it.
    """
    mark = hashlib.sha256(mark.encode()).hexdigest()
    try:
        with unsynced():
            return Begun(row=RememberedAnswer.objects.create(key_id=key, mark=mark, asked=asked, begun_at=now).pk)
    except IntegrityError:  # it was used before
        return _begin_again(key=key, mark=mark, asked=asked, now=now)


@transaction.atomic
def _begin_again(*, key: uuid.UUID, mark: str, asked: str, now: datetime) -> Begun | Replay:
    RememberedAnswer.objects.filter(key_id=key, mark=mark, begun_at__lte=now - KEPT).delete()
    values = {"asked": asked, "begun_at": now}
    row, made = RememberedAnswer.objects.get_or_create(key_id=key, mark=mark, defaults=values)
    if made:
        return Begun(row=row.pk)
    if row.asked != asked:
        raise OtherContent(
            "This Idempotency-Key was used for a request with other content.", remedy="Use a new key for each upload."
        )
    if row.status is not None:
        return Replay(status=row.status, answer=row.answer)
    stale = RememberedAnswer.objects.filter(pk=row.pk, status__isnull=True, begun_at=row.begun_at)
    if row.begun_at <= now - AT_WORK and stale.update(begun_at=now):
        return Begun(row=row.pk)
    raise StillAtWork("The first request with this Idempotency-Key is at work.", remedy="Ask again in a few seconds.")


def finish(begun: Begun | None, *, status: int, answer: Any) -> None:  # noqa: ANN401 - JSON
    """Keep the answer; in the transaction of what it is about, if there is one."""
    if begun is not None:
        RememberedAnswer.objects.filter(pk=begun.row).update(status=status, answer=answer)


def abandon(begun: Begun | None) -> None:
    """Let go of the key: the request came to nothing, and may be sent again."""
    if begun is not None:
        RememberedAnswer.objects.filter(pk=begun.row, status__isnull=True).delete()


def clear(now: datetime) -> int:
    """Forget answers older than 24 hours; return how many there were."""
    return RememberedAnswer.objects.filter(begun_at__lte=now - KEPT).delete()[0]
