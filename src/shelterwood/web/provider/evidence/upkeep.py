"""What the keeper does about evidence, and why a service without a writable vault is not ready."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from shelterwood.vault import VaultFault
from shelterwood.web.provider.evidence import services
from shelterwood.web.provider.evidence.opening import remove_drafts, vault

if TYPE_CHECKING:
    from datetime import datetime

__all__ = ["LOOK_AGAIN_AFTER", "forget", "purge_round", "stray_round", "why_not_ready"]

LOOK_AGAIN_AFTER = 20.0
"""Seconds; whoever asks more often is told what was seen last, so that asking does not wear the disk."""

_seen: dict[str, tuple[float, str]] = {}


def purge_round(now: datetime) -> None:
    """Destroy what is due; called once a minute."""
    while services.purge_due(now=now):
        pass


def stray_round(now: datetime) -> None:
    """Bring rows and proofs together, destroy what no event names, remove drafts; called once an hour."""
    services.replay(now=now)
    services.purge_strays(now=now)
    remove_drafts()


def why_not_ready() -> str:
    """Return why nothing could be sealed now, in a few words, or ""."""
    at, reason = _seen.get("", (float("-inf"), ""))
    if time.monotonic() - at > LOOK_AGAIN_AFTER:
        reason = _look()
        _seen[""] = (time.monotonic(), reason)
    return reason


def forget() -> None:
    """Look anew at the next question."""
    _seen.clear()


def _look() -> str:
    try:
        vault().writable()
    except VaultFault:
        return "evidence cannot be sealed"
    return ""
