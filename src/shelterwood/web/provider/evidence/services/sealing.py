"""Seal what was found, inside the transaction of its event; open it for a purpose."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from django.db import transaction

from shelterwood.errors import ShelterwoodError
from shelterwood.policy import LONGEST_DESCRIPTION, EvidenceMode
from shelterwood.vault import ObjectId, PurgeReason
from shelterwood.web.hall.audit.services import record
from shelterwood.web.provider.evidence import actions
from shelterwood.web.provider.evidence.models import EvidenceObject
from shelterwood.web.provider.evidence.opening import vault
from shelterwood.web.provider.evidence.states import EvidenceState

if TYPE_CHECKING:
    import uuid
    from collections.abc import Iterator
    from datetime import datetime
    from pathlib import Path

    from shelterwood.fingerprints.digests import Digests
    from shelterwood.vault import Purpose, Sealed
    from shelterwood.web.hall.access.actors import Actor

__all__ = [
    "EvidenceAltered",
    "NoSuchEvidence",
    "description_of",
    "evidence_ref",
    "locked",
    "name_of",
    "open_for",
    "seal",
]

_PIECE = 1 << 20


class NoSuchEvidence(ShelterwoodError):
    """Nothing was sealed for this event, or only its digests were kept."""


class EvidenceAltered(ShelterwoodError):
    """The bytes on the disk are not those that were digested when they came in."""


def evidence_ref(row: EvidenceObject) -> str:
    """Return how the record names an object."""
    return f"evidence:{row.pk}"


def name_of(row: EvidenceObject) -> ObjectId:
    """Return the vault's name of an object."""
    return ObjectId(str(row.pk))


def locked(event_id: uuid.UUID) -> EvidenceObject:
    """Return the object of an event, locked until the transaction ends; raise NoSuchEvidence."""
    row = EvidenceObject.objects.select_for_update().filter(event_id=event_id).first()
    if row is None:
        raise NoSuchEvidence("Nothing is sealed for this event.", remedy="Check the id of the event.")
    return row


@transaction.atomic
def seal(  # noqa: PLR0913 - each is a fact of its own
    *,
    event_id: uuid.UUID,
    spool: Path,
    mode: EvidenceMode,
    media_type: str,
    digests: Digests,
    expires_at: datetime,
    latest_end: datetime | None = None,
    actor: Actor,
    now: datetime,
) -> EvidenceObject:
    """Seal the bytes in `spool` (which stays), or what is known of them in their place, as `mode` says.

    Call it inside the transaction that writes the event, before the door answers: what is sealed is on the disk when
    this returns, and the row comes and goes with the event. Where that transaction fails the sealed bytes belong to
    nothing, and the keeper destroys them. `expires_at` ends it if nobody decides; later facts move it. In the mode
    report and purge none moves it beyond `latest_end` (without one: 12 months from now).
    Raises a VaultFault (full, not usable), EvidenceAltered.
    """
    is_sealed = mode is EvidenceMode.SEAL
    keep = _bytes_sealed if is_sealed else _description_sealed
    found = keep(spool, digests=digests, media_type=media_type, actor=actor, now=now)
    latest = None if is_sealed else latest_end or LONGEST_DESCRIPTION.after(now)
    row = EvidenceObject.objects.create(
        id=found.object_id,
        event_id=event_id,
        mode=mode,
        state=EvidenceState.SEALED if is_sealed else EvidenceState.DESCRIBED,
        media_type=media_type,
        size=digests.size,
        md5=digests.md5,
        sha1=digests.sha1,
        sha256=digests.sha256,
        sealed_sha256=found.sealed_sha256,
        sealed_at=now,
        expires_at=expires_at if latest is None else min(expires_at, latest),
        latest_end=latest,
        ends_because=PurgeReason.UNDECIDED,
    )
    action = actions.EVIDENCE_SEALED if is_sealed else actions.EVIDENCE_DESCRIBED
    codes = {"event": str(event_id), "until": row.expires_at.isoformat(timespec="seconds")}
    record(action=action, actor=actor, object_ref=evidence_ref(row), now=now, codes=codes)
    return row


def _bytes_sealed(spool: Path, *, digests: Digests, media_type: str, actor: Actor, now: datetime) -> Sealed:
    found = vault().seal(_pieces(spool), media_type=media_type, actor=str(actor), now=now)
    _check_same(found.sha256, digests)
    return found


def _description_sealed(spool: Path, *, digests: Digests, media_type: str, actor: Actor, now: datetime) -> Sealed:
    with spool.open("rb") as file:
        _check_same(hashlib.file_digest(file, "sha256").hexdigest(), digests)
    description: dict[str, str | int] = {
        "media_type": media_type,
        "size": digests.size,
        "md5": digests.md5,
        "sha1": digests.sha1,
        "sha256": digests.sha256,
    }
    return vault().describe(description, actor=str(actor), now=now)


def _check_same(sha256: str, digests: Digests) -> None:
    if sha256 != digests.sha256:
        raise EvidenceAltered("The upload changed while it was looked at.", remedy="Look at the disk; send it again.")


def _pieces(path: Path) -> Iterator[bytes]:
    with path.open("rb") as file:
        while piece := file.read(_PIECE):
            yield piece


@transaction.atomic
def open_for(*, event_id: uuid.UUID, purpose: Purpose, actor: Actor, now: datetime) -> Iterator[bytes]:
    """Return the object's bytes in verified chunks; who opens it for what is in both records before this returns.

    Raises NoSuchEvidence, ObjectPurged, SealBroken (also later, at the first chunk that does not fit).
    """
    row = locked(event_id)
    if row.state == EvidenceState.DESCRIBED:
        raise NoSuchEvidence("Only digests were kept of this object.", remedy="Its mode is report and purge.")
    pieces = vault().open(name_of(row), purpose=purpose, actor=str(actor), now=now)
    codes = {"purpose": str(purpose)}
    record(action=actions.EVIDENCE_OPENED, actor=actor, object_ref=evidence_ref(row), now=now, codes=codes)
    return pieces


@transaction.atomic
def description_of(*, event_id: uuid.UUID, purpose: Purpose, actor: Actor, now: datetime) -> dict[str, str | int]:
    """Return what was kept in place of the bytes: media_type, size, md5, sha1, sha256; the look is in both records.

    Raises NoSuchEvidence (nothing, or the bytes themselves, are kept), ObjectPurged.
    """
    row = locked(event_id)
    if row.mode != EvidenceMode.REPORT_AND_PURGE:
        raise NoSuchEvidence("The bytes of this object are sealed.", remedy="Open it.")
    found = vault().description(name_of(row), purpose=purpose, actor=str(actor), now=now)
    codes = {"purpose": str(purpose)}
    record(action=actions.EVIDENCE_OPENED, actor=actor, object_ref=evidence_ref(row), now=now, codes=codes)
    return found
