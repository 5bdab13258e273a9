"""Write down that somebody looked at what is kept, before it is shown (R11)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction

from shelterwood.web.hall.audit.services import record
from shelterwood.web.provider.evidence import actions
from shelterwood.web.provider.evidence.services.sealing import evidence_ref

if TYPE_CHECKING:
    from datetime import datetime

    from shelterwood.web.hall.access.actors import Actor
    from shelterwood.web.provider.evidence.models import EvidenceObject

__all__ = ["note_look"]


@transaction.atomic
def note_look(*, page: str, row: EvidenceObject | None = None, actor: Actor, now: datetime) -> None:
    """Record a look at a `page` (a fixed word), at one object or at the whole."""
    ref = evidence_ref(row) if row else ""
    record(action=actions.EVIDENCE_LOOKED_AT, actor=actor, object_ref=ref, now=now, codes={"page": page})
