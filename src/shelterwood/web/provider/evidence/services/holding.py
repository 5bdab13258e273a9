"""Set and lift legal holds: first in the custody record, which purges obey, then in the row that pages show."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction

from shelterwood.vault import HoldNotValid
from shelterwood.web.hall.audit.services import record
from shelterwood.web.provider.evidence import actions
from shelterwood.web.provider.evidence.models import EvidenceHold
from shelterwood.web.provider.evidence.opening import vault
from shelterwood.web.provider.evidence.services.sealing import evidence_ref, locked, name_of

if TYPE_CHECKING:
    import uuid
    from datetime import datetime

    from shelterwood.web.hall.access.actors import Actor

__all__ = ["hold", "lift_hold"]


@transaction.atomic
def hold(
    *, event_id: uuid.UUID, authority: str, reference: str, until: datetime, actor: Actor, now: datetime
) -> EvidenceHold:
    """Keep an object until `until` whatever its clock says, because `authority` asks so in `reference` (codes).

    Raises NoSuchEvidence, ObjectPurged, HoldNotValid (its end is not ahead), CodeNotValid.
    """
    row = locked(event_id)
    found = vault().hold(name_of(row), authority=authority, reason=reference, until=until, actor=str(actor), now=now)
    kept = EvidenceHold.objects.create(
        id=found.hold_id, object=row, authority=authority, reference=reference, set_at=now, until=until
    )
    codes = {"hold": found.hold_id, "authority": authority, "until": until.isoformat(timespec="seconds")}
    record(action=actions.EVIDENCE_HELD, actor=actor, object_ref=evidence_ref(row), now=now, codes=codes)
    return kept


@transaction.atomic
def lift_hold(*, hold_id: uuid.UUID, reason: str, actor: Actor, now: datetime) -> None:
    """End a hold before its day; `reason` is a code. Raises HoldNotValid where none of this id stands."""
    kept = EvidenceHold.objects.select_for_update(of=("self",)).filter(pk=hold_id).select_related("object").first()
    if kept is None:
        raise HoldNotValid("There is no such hold.", remedy="Look at the page of evidence.")
    vault().lift_hold(name_of(kept.object), hold_id=str(hold_id), reason=reason, actor=str(actor), now=now)
    kept.lifted_at = now
    kept.save(update_fields=["lifted_at"])
    codes = {"hold": str(hold_id), "reason": reason}
    record(action=actions.EVIDENCE_HOLD_LIFTED, actor=actor, object_ref=evidence_ref(kept.object), now=now, codes=codes)
