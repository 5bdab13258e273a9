"""Where the bytes of what was found go before the door answers, as the token says.

Until they are sealed they lie in the spool under the id of their detection, 0600, on the disk: a worker that dies after
its answer has lost nothing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from shelterwood.policy import EvidenceMode
from shelterwood.web.hall.settings.facts import facts
from shelterwood.web.provider.scan import spool
from shelterwood.web.provider.scan.states import KeptState

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from shelterwood.policy import TokenClaims
    from shelterwood.web.provider.scan.models import Detection

__all__ = ["directory", "held_path", "keep_nothing", "keep_spooled"]


def held_path(detection: Detection) -> Path:
    """Return where the bytes of a detection lie until they are sealed."""
    return directory() / detection.pk.hex


def directory() -> Path:
    """Return where kept objects lie, made if it is absent (0700)."""
    path = facts().places.root / "held"
    path.mkdir(mode=0o700, exist_ok=True)
    return path


def keep_nothing(_detection: Detection) -> KeptState:
    """Keep nothing: a look-up by fingerprint has no object."""
    return KeptState.NOTHING


def keep_spooled(spooled: spool.Spooled, claims: TokenClaims) -> Callable[[Detection], KeptState]:
    """Return what keeps `spooled` for a detection, where the token says that objects are kept."""

    def keep(detection: Detection) -> KeptState:
        if claims.evidence is not EvidenceMode.SEAL:
            return KeptState.NOTHING
        path = held_path(detection)
        spool.link_on_disk(spooled, path)
        return KeptState.HELD

    return keep
