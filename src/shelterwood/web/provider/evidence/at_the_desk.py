"""What `shelterwood evidence` does on the machine itself: list objects, set, extend and lift holds.

The operator acts, and a person of this house answers for it: the command names one who may set holds.
"""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING

from django.utils import timezone

from shelterwood.web.hall.access.actors import OPERATOR
from shelterwood.web.hall.accounts.models import Account
from shelterwood.web.provider.evidence import objects, services
from shelterwood.web.provider.evidence.states import Clock, Held, HoldReason, Kept, LiftReason

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

__all__ = ["extend", "hold", "lines", "release"]


def lines(*, kept: str, clock: str, held: str) -> Iterator[str]:
    """Yield one line an object that fits, those that end first at the top; the look is recorded."""
    now = timezone.now()
    services.note_look(page="command", actor=OPERATOR, now=now)
    page: int | None = 1
    while page:
        found = objects.objects(
            objects.Wanted(kept=Kept(kept), clock=Clock(clock), held=Held(held), page=page), now=now
        )
        yield from (_line(row) for row in found.rows)
        page = found.later


def _line(row: objects.ObjectInRow) -> str:
    end = f"ends {_day(row.expires_at)}" if row.is_here else f"destroyed {_day(row.purged_at)}"
    held = f"held until {_day(row.held_until)}" if row.held_until else "not held"
    return f"{row.id}  {end}  {held}  event {row.event_id}"


def _day(moment: datetime | None) -> str:
    return moment.strftime("%Y-%m-%d %H:%M UTC") if moment else "?"


def hold(name: str, *, authority: str, reason: str, reference: str, until: datetime, person: str) -> str:
    """Set a hold on the object, or the object of the event, called `name`; return a sentence with the hold's id."""
    kept = services.hold(
        event_id=_found(name),
        authority=authority,
        reason=HoldReason(reason),
        reference=reference,
        until=until,
        person=_person(person),
        actor=OPERATOR,
        now=timezone.now(),
    )
    return f"Hold {kept.pk} stands until {_day(kept.until)}."


def extend(hold_id: uuid.UUID, *, until: datetime, person: str) -> str:
    """Give a hold a later end; return a sentence."""
    kept = services.extend_hold(
        hold_id=hold_id, until=until, person=_person(person), actor=OPERATOR, now=timezone.now()
    )
    return f"Hold {kept.pk} stands until {_day(kept.until)}."


def release(hold_id: uuid.UUID, *, reason: str, person: str) -> str:
    """End a hold before its day; return a sentence that says what happens to the object then."""
    now = timezone.now()
    kept = services.lift_hold(
        hold_id=hold_id, reason=LiftReason(reason), person=_person(person), actor=OPERATOR, now=now
    )
    seen = objects.one(kept.object, now=now).object
    if seen.held_until:
        return f"Hold {kept.pk} is lifted. Another holds the object until {_day(seen.held_until)}."
    end = "within a minute" if seen.expires_at <= now else f"on {_day(seen.expires_at)}"
    return f"Hold {kept.pk} is lifted. The object is destroyed {end}."


def _found(name: str) -> uuid.UUID:
    try:
        row = objects.find(uuid.UUID(name))
    except ValueError:
        row = None
    if row is None:
        raise services.NoSuchEvidence("There is no such object.", remedy="Give the id of the object or of its event.")
    return row.event_id


def _person(name: str) -> Account:
    person = Account.objects.filter(name=name.lower()).first()
    if person is None:
        raise services.PersonMayNotHold(f"There is no account '{name}'.", remedy="Name a filing officer of this house.")
    return person
