"""Set, extend and lift legal holds: first in the custody record, which purges obey, then in the row that pages show.

A hold suspends the destruction of an object and leaves its clock alone: the twelve months of Art. 22(2) are the most
that the law gives, so they do not stand still meanwhile. When the last hold ends, what is past its end is destroyed in
the next round (decision 0024).
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Final

from django.db import transaction

from shelterwood.errors import ShelterwoodError
from shelterwood.vault import HoldNotValid
from shelterwood.web.hall.access.permissions import Permission, Role, permissions_of
from shelterwood.web.hall.audit.services import record
from shelterwood.web.provider.evidence import actions
from shelterwood.web.provider.evidence.models import EvidenceHold
from shelterwood.web.provider.evidence.opening import vault
from shelterwood.web.provider.evidence.services.sealing import evidence_ref, locked, name_of

if TYPE_CHECKING:
    import uuid
    from datetime import datetime

    from shelterwood.web.hall.access.actors import Actor
    from shelterwood.web.hall.accounts.models import Account
    from shelterwood.web.provider.evidence.states import HoldReason, LiftReason

__all__ = ["LONGEST_HOLD", "PersonMayNotHold", "extend_hold", "hold", "lift_hold"]

LONGEST_HOLD: Final = timedelta(days=3653)
"""A later end is taken for a slip of the pen; a hold can be extended as often as an authority asks."""


class PersonMayNotHold(ShelterwoodError):
    """Whoever is to answer for a hold has no active account with the right to set one."""


@transaction.atomic
def hold(  # noqa: PLR0913 - each is a fact of its own
    *,
    event_id: uuid.UUID,
    authority: str,
    reason: HoldReason,
    reference: str,
    until: datetime,
    person: Account,
    actor: Actor,
    now: datetime,
) -> EvidenceHold:
    """Keep an object until `until` whatever its clock says, because `authority` asks so in `reference` (codes).

    `person` answers for it; `actor` is that person, or the operator in their name. Raises PersonMayNotHold,
    NoSuchEvidence, ObjectPurged, HoldNotValid (its end is not ahead, or too far), CodeNotValid.
    """
    _check_person(person)
    _check_end(until, now=now)
    row = locked(event_id)
    found = vault().hold(
        name_of(row),
        authority=authority,
        reason=str(reason),
        reference=reference,
        until=until,
        actor=str(actor),
        now=now,
    )
    kept = EvidenceHold.objects.create(
        id=found.hold_id,
        object=row,
        authority=authority,
        reason=reason,
        reference=reference,
        set_at=now,
        set_by=person,
        until=until,
    )
    codes = _codes(kept) | {"authority": authority, "reason": str(reason), "person": str(person.pk)}
    record(action=actions.EVIDENCE_HELD, actor=actor, object_ref=evidence_ref(row), now=now, codes=codes)
    return kept


@transaction.atomic
def extend_hold(*, hold_id: uuid.UUID, until: datetime, person: Account, actor: Actor, now: datetime) -> EvidenceHold:
    """Move the end of a hold that stands to a later day. Raises PersonMayNotHold, HoldNotValid, ObjectPurged."""
    _check_person(person)
    _check_end(until, now=now)
    kept = _locked_hold(hold_id)
    vault().extend_hold(name_of(kept.object), hold_id=str(hold_id), until=until, actor=str(actor), now=now)
    kept.until = until
    kept.save(update_fields=["until"])
    codes = _codes(kept) | {"person": str(person.pk)}
    ref = evidence_ref(kept.object)
    record(action=actions.EVIDENCE_HOLD_EXTENDED, actor=actor, object_ref=ref, now=now, codes=codes)
    return kept


@transaction.atomic
def lift_hold(*, hold_id: uuid.UUID, reason: LiftReason, person: Account, actor: Actor, now: datetime) -> EvidenceHold:
    """End a hold before its day. Raises PersonMayNotHold, HoldNotValid where none of this id stands."""
    _check_person(person)
    kept = _locked_hold(hold_id)
    if kept.lifted_at is not None:
        raise HoldNotValid("This hold was lifted already.", remedy="Look at the page of the object.")
    name = name_of(kept.object)
    if str(hold_id) not in vault().record(name).lifted:  # else a death came between the custody record and this row
        vault().lift_hold(name, hold_id=str(hold_id), reason=str(reason), actor=str(actor), now=now)
    kept.lifted_at, kept.lifted_by, kept.lifted_because = now, person, reason
    kept.save(update_fields=["lifted_at", "lifted_by", "lifted_because"])
    codes = {"hold": str(hold_id), "reason": str(reason), "person": str(person.pk)}
    record(action=actions.EVIDENCE_HOLD_LIFTED, actor=actor, object_ref=evidence_ref(kept.object), now=now, codes=codes)
    return kept


def _locked_hold(hold_id: uuid.UUID) -> EvidenceHold:
    kept = EvidenceHold.objects.select_for_update(of=("self",)).filter(pk=hold_id).select_related("object").first()
    if kept is None:
        raise HoldNotValid("There is no such hold.", remedy="Look at the page of the object.")
    return kept


def _codes(kept: EvidenceHold) -> dict[str, str]:
    return {"hold": str(kept.pk), "until": kept.until.isoformat(timespec="seconds")}


def _check_person(person: Account) -> None:
    roles = frozenset(Role(held.role) for held in person.roles_held.all())
    if not person.is_active or Permission.EVIDENCE_HOLD not in permissions_of(roles):
        raise PersonMayNotHold(
            f"{person.name} may not set or end a legal hold.", remedy="A filing officer answers for it."
        )


def _check_end(until: datetime, *, now: datetime) -> None:
    if until > now + LONGEST_HOLD:
        raise HoldNotValid(
            "The end of the hold is more than ten years ahead.", remedy="Check the year; a hold can be extended later."
        )
