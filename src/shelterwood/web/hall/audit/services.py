"""The only way to write into the record: call `record` as the last statement of the transaction that did the thing.

It locks the chain's one head row, so the order of lines is the order of commits, and nobody waits for a lock that is
held longer than the rest of this transaction takes.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db import transaction

from shelterwood.errors import ShelterwoodError
from shelterwood.web.hall.access.actors import Actor
from shelterwood.web.hall.audit import payloads
from shelterwood.web.hall.audit.actions import (
    PERSONAL_FORGOTTEN,
    PERSONAL_READ,
    Action,
    ActionNotRegistered,
    registered,
)
from shelterwood.web.hall.audit.chain import ChainedLine, moment
from shelterwood.web.hall.audit.models import ChainHead, Line, Payload

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

__all__ = ["NoSuchPayload", "Personal", "RecordWithoutHead", "forget", "forget_due", "read_personal", "record"]


class RecordWithoutHead(ShelterwoodError):
    """The record has lost the row that says where it ends: nothing may be written on top of what may be cut off."""


class NoSuchPayload(ShelterwoodError):
    """This line has nothing personal, or it was forgotten when its day came."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Personal:
    """What is personal about a line, and the day on which it is forgotten."""

    fields: Mapping[str, str]
    forget_at: datetime


@transaction.atomic(savepoint=False)
def record(
    *,
    action: Action,
    actor: Actor,
    object_ref: str,
    now: datetime,
    codes: Mapping[str, str] | None = None,
    personal: Personal | None = None,
) -> Line:
    """Append one line: `actor` did `action` to `object_ref` ("account:UUID", or "" if there is no object) at `now`.

    `codes` are fixed words (a role, a reason), never free text, names, addresses or content; what is personal goes into
    `personal`, encrypted, beside the line.
    Raises ActionNotRegistered if `action` did not come from `actions.register`; RecordWithoutHead.
    """
    if registered().get(action.name) is not action:
        raise ActionNotRegistered(f"The action '{action.name}' is not registered.", remedy="Use actions.register.")
    head = _locked_head()
    sealed = payloads.seal(personal.fields) if personal else None
    chained = ChainedLine(
        seq=head.seq + 1,
        previous=head.digest,
        action=action.name,
        actor=str(actor),
        object_ref=object_ref,
        codes=dict(codes or {}),
        at=moment(now),
        personal=sealed.commitment if sealed else "",
    )
    line = _append(chained, now=now)
    if sealed and personal:
        Payload.objects.create(line_seq=line.seq, forget_at=personal.forget_at, **sealed.columns())
    return line


def _locked_head() -> ChainHead:
    head = ChainHead.objects.select_for_update().first()
    if head is None:
        raise RecordWithoutHead(
            "The record has no head: somebody deleted the row that says where it ends.",
            remedy="Stop the service, run 'shelterwood log verify' with the last signed head, and restore a backup.",
        )
    return head


def _append(chained: ChainedLine, *, now: datetime) -> Line:
    digest = chained.computed()
    line = Line.objects.create(
        seq=chained.seq,
        previous=chained.previous,
        digest=digest,
        action=chained.action,
        actor=chained.actor,
        object_ref=chained.object_ref,
        codes=chained.codes,
        personal=chained.personal,
        recorded_at=now,
    )
    ChainHead.objects.filter(pk=1).update(seq=chained.seq, digest=digest)
    return line


@transaction.atomic
def read_personal(*, line_seq: int, purpose: str, actor: Actor, now: datetime) -> dict[str, str]:
    """Return what is personal about a line, and write down that `actor` looked, for which `purpose` (a code)."""
    payload = _payload(line_seq)
    fields = payloads.unseal(payload)
    codes = {"purpose": purpose}
    record(action=PERSONAL_READ, actor=actor, object_ref=f"line:{line_seq}", now=now, codes=codes)
    return fields


@transaction.atomic
def forget(*, line_seq: int, reason: str, actor: Actor, now: datetime) -> None:
    """Delete what is personal about a line; the line stays, and the chain holds. `reason` is a code."""
    _payload(line_seq).delete()
    codes = {"reason": reason}
    record(action=PERSONAL_FORGOTTEN, actor=actor, object_ref=f"line:{line_seq}", now=now, codes=codes)


def forget_due(*, now: datetime) -> int:
    """Forget every payload whose day has come; return how many. For the keeper."""
    due = list(Payload.objects.filter(forget_at__lte=now).order_by("forget_at").values_list("line_seq", flat=True))
    for line_seq in due:
        forget(line_seq=line_seq, reason="clock", actor=Actor.system("keeper"), now=now)
    return len(due)


def _payload(line_seq: int) -> Payload:
    payload = Payload.objects.filter(line_seq=line_seq).first()
    if payload is None:
        raise NoSuchPayload(f"Line {line_seq} has nothing personal (any more).", remedy="Look at the line itself.")
    return payload
