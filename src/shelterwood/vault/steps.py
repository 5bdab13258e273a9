"""The named moments of sealing and purging at which a test may let the process die; in earnest they do nothing."""

from __future__ import annotations

from collections.abc import Callable
from enum import StrEnum

__all__ = ["Step", "StepName", "no_step"]

Step = Callable[[str], None]
"""Called with the name of the moment that has just been reached."""


class StepName(StrEnum):
    """Every moment after which a death leaves something half-way; in the order in which they come."""

    KEY_ISSUED = "vault.key_issued"
    STORED = "vault.stored"
    INTENDED = "vault.purge_intended"
    REWRAPPED = "vault.purge_rewrapped"
    DESTROYED = "vault.purge_destroyed"
    REMOVED = "vault.purge_removed"
    PROVED = "vault.purge_proved"
    MIRRORED = "vault.purge_mirrored"
    NOTED = "vault.purge_noted"


def no_step(_name: str) -> None:
    """Do nothing."""
