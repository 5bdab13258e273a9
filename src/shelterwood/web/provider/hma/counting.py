"""How often the HMA routes hashed, looked up, found, and could not look: numbers in memory, as of the scan door."""

from __future__ import annotations

from enum import StrEnum

from shelterwood.web.hall.running import counters

__all__ = ["Counted", "count", "register"]


class Counted(StrEnum):
    """What is counted."""

    HASHED = "hma.hashed"
    """Files whose fingerprints were told."""
    LOOKED_UP = "hma.looked_up"
    """Look-ups that were done, by fingerprint or file."""
    MATCHED = "hma.matched"
    """Look-ups of these that matched."""
    NOT_SCANNED = "hma.not_scanned"
    """Requests that ended because something was not looked at."""


def register() -> None:
    """Make the counters; before the processes are made."""
    for name in Counted:
        counters.register(name)


def count(name: Counted) -> None:
    """Count one."""
    counters.count(name)
