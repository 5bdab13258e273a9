"""How far a look at hosted media has come, and what can become of one item."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["MOVES", "UNFINISHED", "ItemOutcome", "RunState", "may_move"]


class RunState(StrEnum):
    """How a run stands. A process that was killed leaves it running; whoever starts it again goes on."""

    RUNNING = "running"
    STOPPED = "stopped"  # by a person, or because something of ours was broken
    REFUSED = "refused"  # the legal basis ended, or never was
    DONE = "done"
    DROPPED = "dropped"  # given up for a new run over the same items


class ItemOutcome(StrEnum):
    """What became of one item."""

    MATCHED = "matched"  # an event was written, the item held as the token says
    KNOWN = "known"  # it matches as an earlier event of this item says; that event stands, whatever was decided
    UNMATCHED = "unmatched"
    NOT_SCANNED = "not_scanned"


UNFINISHED: Final = (RunState.RUNNING, RunState.STOPPED, RunState.REFUSED)

MOVES: Final[Mapping[RunState, frozenset[RunState]]] = {
    RunState.RUNNING: frozenset(
        {RunState.RUNNING, RunState.STOPPED, RunState.REFUSED, RunState.DONE, RunState.DROPPED}
    ),
    RunState.STOPPED: frozenset({RunState.RUNNING, RunState.DROPPED}),
    RunState.REFUSED: frozenset({RunState.RUNNING, RunState.DROPPED}),
    RunState.DONE: frozenset(),
    RunState.DROPPED: frozenset(),
}


def may_move(*, state: RunState, to: RunState) -> bool:
    """Return whether a run may go from one state to the other."""
    return to in MOVES[state]
