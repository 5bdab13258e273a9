"""What was found is sealed before the door answers, as the token says: in the transaction that writes its event.

Where it cannot be sealed there is no event and no match in the answer; the program sends the upload again.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from shelterwood.policy import EvidenceMode
from shelterwood.vault import VaultFault
from shelterwood.web.hall.access.actors import Actor, ActorKind
from shelterwood.web.provider.basis import live as basis_live
from shelterwood.web.provider.evidence import services as evidence
from shelterwood.web.provider.scan import spool
from shelterwood.web.provider.scan.states import KeptState

if TYPE_CHECKING:
    from collections.abc import Callable

    from shelterwood.policy import TokenClaims
    from shelterwood.web.provider.scan.models import Detection

__all__ = ["keep_nothing", "keep_spooled"]


def keep_nothing(_detection: Detection) -> KeptState:
    """Keep nothing: a look-up by fingerprint has no object."""
    return KeptState.NOTHING


def keep_spooled(spooled: spool.Spooled, claims: TokenClaims) -> Callable[[Detection], KeptState]:
    """Return what seals `spooled` for a detection, or keeps its digests only; it raises NoRoom."""

    def keep(detection: Detection) -> KeptState:
        try:
            _seal(spooled, detection, claims)
        except VaultFault as error:
            raise spool.NoRoom(f"What was sent could not be kept. {error.fact}", remedy=error.remedy) from error
        return KeptState.SEALED if claims.evidence is EvidenceMode.SEAL else KeptState.NOTHING

    return keep


def _seal(spooled: spool.Spooled, detection: Detection, claims: TokenClaims) -> None:
    profile = basis_live.current(now=detection.found_at).profile(claims.profile.id)
    is_described = claims.evidence is EvidenceMode.REPORT_AND_PURGE
    latest_end = profile.description_ends(identified_at=detection.found_at) if is_described else None
    evidence.seal(
        event_id=detection.pk,
        spool=spooled.path,
        mode=claims.evidence,
        media_type=detection.format or "unknown",
        digests=spooled.digests,
        expires_at=detection.prints_end_at,
        latest_end=latest_end,
        actor=Actor(kind=ActorKind.KEY, id=str(detection.key_id)),
        now=detection.found_at,
    )
