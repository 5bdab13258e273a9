"""How many uploads came to which outcome: numbers in memory, because what matches nothing leaves no other trace."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shelterwood.scanning.outcomes import Outcome
from shelterwood.web.hall.running import counters
from shelterwood.web.provider.scan.examining import examined

if TYPE_CHECKING:
    from shelterwood.web.provider.scan.matching import Finding

__all__ = ["count", "register"]


def _name(outcome: Outcome) -> str:
    return f"scan.{outcome}"


def register() -> None:
    """Make the counters, one an outcome; before the processes are made."""
    for outcome in Outcome:
        counters.register(_name(outcome))


def count(finding: Finding, *, token: str = "") -> Finding:
    """Count one upload that was looked at (under `token`), or could not be; return what was found."""
    counters.count(_name(finding.outcome))
    if token:
        examined(finding, token=token)
    return finding
