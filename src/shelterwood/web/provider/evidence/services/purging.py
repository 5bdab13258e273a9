"""Destroy what is due, and take note of what was destroyed: a purge cannot be rolled back, so rows follow proofs.

The vault purges first, then the row says so. A death in between leaves a row that says sealed; the next round asks the
vault again, is given the proof that exists, and writes it. A hold that only the custody record knows stops the purge
too; it is written into the table here, so that a person sees it and can lift it.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Final

from django.db import transaction
from django.utils.dateparse import parse_datetime

from shelterwood.vault import Due, ObjectId, PurgeReason, sealed_at
from shelterwood.web.hall import faults
from shelterwood.web.hall.access.actors import Actor
from shelterwood.web.hall.audit.services import record
from shelterwood.web.provider.evidence import actions, endings
from shelterwood.web.provider.evidence.models import EvidenceHold, EvidenceObject
from shelterwood.web.provider.evidence.opening import vault
from shelterwood.web.provider.evidence.services.sealing import evidence_ref, name_of
from shelterwood.web.provider.evidence.states import EvidenceState

if TYPE_CHECKING:
    import uuid
    from collections.abc import Iterable
    from datetime import datetime

    from django.db.models import QuerySet

    from shelterwood.vault import Proof
    from shelterwood.web.hall.audit.actions import Action

__all__ = ["STRAY_FOR", "purge_due", "purge_strays", "replay", "strays"]

STRAY_FOR = timedelta(days=7)
"""So long a sealed object may be without a row: long enough to notice that the database was restored too old."""

NOTED: Final = faults.register("evidence.purge_noted")

_AT_ONCE = 500
_KEEPER = Actor.system("keeper")


@transaction.atomic
def purge_due(*, now: datetime) -> int:
    """Destroy bytes and descriptions whose clock has ended and which nobody holds, at most 500 at once.

    Returns how many of them are dealt with: destroyed, or found to be held. 0: nothing is left to do now.
    """
    here = EvidenceObject.objects.select_for_update(of=("self",)).exclude(state=EvidenceState.PURGED)
    due = here.filter(expires_at__lte=now)
    free = due.exclude(pk__in=_held_at(now))
    rows = {name_of(row): row for row in free.order_by("expires_at")[:_AT_ONCE]}
    if not rows:
        return 0
    wanted = [Due(object_id=name, reason=PurgeReason(row.ends_because)) for name, row in rows.items()]
    outcome = vault().purge(wanted, actor=str(_KEEPER), now=now)
    _note(((rows[proof.object_id], proof) for proof in outcome.purged), action=actions.EVIDENCE_PURGED, now=now)
    for kept in outcome.kept:
        _adopt(rows[kept.object_id], now=now)
    faults.step(NOTED)
    return len(outcome.purged) + len(outcome.kept)


def _held_at(now: datetime) -> QuerySet[EvidenceHold, uuid.UUID]:
    return EvidenceHold.objects.filter(until__gt=now, lifted_at__isnull=True).values_list("object_id", flat=True)


def _adopt(row: EvidenceObject, *, now: datetime) -> None:
    """Write down the holds that the custody record knows and the table does not, or knows with another end."""
    for hold in vault().record(name_of(row)).holds_at(now):
        EvidenceHold.objects.update_or_create(
            id=hold.hold_id,
            defaults={"until": hold.until, "lifted_at": None, "lifted_because": ""},
            create_defaults={
                "object": row,
                "authority": hold.authority,
                "reference": hold.reference or hold.reason,
                "set_at": now,
                "until": hold.until,
                "from_custody": True,
            },
        )
        codes = {"hold": hold.hold_id, "until": hold.until.isoformat(timespec="seconds")}
        ref = evidence_ref(row)
        record(action=actions.EVIDENCE_HOLD_FOUND, actor=_KEEPER, object_ref=ref, now=now, codes=codes)


@transaction.atomic
def replay(*, now: datetime) -> int:
    """Rows of a restored database that name what was destroyed say so again; return how many there were."""
    proofs = {str(proof.object_id): proof for proof in vault().ledger.proofs()}
    here = EvidenceObject.objects.select_for_update().exclude(state=EvidenceState.PURGED)
    found = [(row, proofs[str(row.pk)]) for row in here.iterator() if str(row.pk) in proofs]
    _note(found, action=actions.EVIDENCE_REPLAYED, now=now)
    return len(found)


def _note(found: Iterable[tuple[EvidenceObject, Proof]], *, action: Action, now: datetime) -> None:
    for row, proof in found:
        row.state, row.purged_at, row.proof = EvidenceState.PURGED, parse_datetime(proof.at), proof.digest
        row.md5 = row.sha1 = row.sha256 = row.media_type = ""
        row.size = 0
        row.save()
        endings.tell(row.event_id, now=now)
        codes = {"proof": proof.digest, "reason": proof.reason}
        record(action=action, actor=_KEEPER, object_ref=evidence_ref(row), now=now, codes=codes)


def strays(*, older_than: timedelta, now: datetime) -> list[ObjectId]:
    """Return sealed objects that no row names: their event was never committed, or the database is too old."""
    found = [name for name in vault().objects() if sealed_at(name) <= now - older_than]
    known: set[str] = set()
    for start in range(0, len(found), _AT_ONCE):
        rows = EvidenceObject.objects.filter(pk__in=found[start : start + _AT_ONCE])
        known.update(str(pk) for pk in rows.values_list("pk", flat=True))
    return [name for name in found if name not in known]


@transaction.atomic
def purge_strays(*, now: datetime) -> int:
    """Destroy sealed objects that have been without a row for a week; nothing may be kept without a clock."""
    names = strays(older_than=STRAY_FOR, now=now)
    if not names:
        return 0
    due = [Due(object_id=name, reason=PurgeReason.ABANDONED) for name in names]
    purged = vault().purge(due, actor=str(_KEEPER), now=now).purged
    if purged:
        codes = {"objects": str(len(purged))}
        record(action=actions.STRAYS_PURGED, actor=_KEEPER, object_ref="", now=now, codes=codes)
    return len(purged)
