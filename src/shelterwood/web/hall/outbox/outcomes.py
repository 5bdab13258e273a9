"""How an attempt ends: three values, because all three are normal."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["Done", "GiveUp", "Outcome", "TryAgain"]


@dataclass(frozen=True, slots=True)
class Done:
    """It has happened."""


@dataclass(frozen=True, slots=True)
class TryAgain:
    """It has not, and may later; `reason` is a code such as `partner_unreachable`."""

    reason: str


@dataclass(frozen=True, slots=True)
class GiveUp:
    """It has not, and trying again cannot help; `reason` is a code such as `refused_by_schema`."""

    reason: str


Outcome = Done | TryAgain | GiveUp
