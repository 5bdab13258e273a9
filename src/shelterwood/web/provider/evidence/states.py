"""What can become of an object of evidence, and the one table of ways between its states."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["MOVES", "Clock", "EvidenceState", "Held", "HoldReason", "Kept", "LiftReason", "may_move"]


class EvidenceState(StrEnum):
    """How an object stands."""

    SEALED = "sealed"
    DESCRIBED = "described"  # the mode is report and purge: digests and size are sealed, never the bytes
    PURGED = "purged"  # its key is destroyed; the proof is in the purge ledger, and no digest is left here


class HoldReason(StrEnum):
    """Why an authority may have evidence kept beyond its clock, for a specified time (COM(2022) 209 Art. 22(2))."""

    REDRESS = "redress"  # a complaint or an action in court is pending
    INVESTIGATION = "investigation"  # an authority investigates, and asks about a report
    PROCEEDINGS = "proceedings"  # a court needs it


class LiftReason(StrEnum):
    """Why a hold ends before its day."""

    WITHDRAWN = "withdrawn"  # the authority no longer asks for it
    MISTAKEN = "mistaken"  # it was set on the wrong object, or with wrong facts


class Kept(StrEnum):
    """Which objects a page shows, by whether they are still here."""

    HERE = "here"
    DESTROYED = "destroyed"
    ALL = "all"


class Clock(StrEnum):
    """Which objects a page shows, by the end of their clock."""

    ANY = "any"
    SOON = "soon"  # within seven days
    ENDED = "ended"  # only a hold, or the minute until the next round, keeps it


class Held(StrEnum):
    """Which objects a page shows, by whether an authority has asked to keep them."""

    ANY = "any"
    YES = "yes"
    NO = "no"


MOVES: Final[Mapping[EvidenceState, frozenset[EvidenceState]]] = {
    EvidenceState.SEALED: frozenset({EvidenceState.PURGED}),
    EvidenceState.DESCRIBED: frozenset({EvidenceState.PURGED}),
    EvidenceState.PURGED: frozenset(),
}


def may_move(*, state: EvidenceState, to: EvidenceState) -> bool:
    """Return whether an object may go from one state to the other; nothing comes back from a purge."""
    return to in MOVES[state]
