"""What can become of an object of evidence, and the one table of ways between its states."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["MOVES", "EvidenceState", "may_move"]


class EvidenceState(StrEnum):
    """How an object stands."""

    SEALED = "sealed"
    DESCRIBED = "described"  # the mode is report and purge: digests, size and custody record; never the bytes
    PURGED = "purged"  # its key is destroyed; the proof is in the purge ledger


MOVES: Final[Mapping[EvidenceState, frozenset[EvidenceState]]] = {
    EvidenceState.SEALED: frozenset({EvidenceState.PURGED}),
    EvidenceState.DESCRIBED: frozenset(),
    EvidenceState.PURGED: frozenset(),
}


def may_move(*, state: EvidenceState, to: EvidenceState) -> bool:
    """Return whether an object may go from one state to the other; nothing comes back from a purge."""
    return to in MOVES[state]
