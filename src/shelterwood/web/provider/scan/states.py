"""What can become of something that was found, and of a request that was accepted for later."""

from __future__ import annotations

from enum import StrEnum
from typing import Final

__all__ = ["HOLD_MOVES", "Exactness", "HoldState", "KeptState", "WaitingState", "WhyReleased", "may_move"]


class Exactness(StrEnum):
    """How sure the match is. Only EXACT is the very same bytes; everything else a person looks at first."""

    EXACT = "exact"
    NEAR = "near"


class HoldState(StrEnum):
    """Whether an item is out of the public's sight. Reversible, and nothing is done to an account."""

    NOT_HELD = "not_held"  # the token orders no quarantine
    HELD = "held"
    RELEASED = "released"
    CONFIRMED = "confirmed"  # a person has decided; it stays out of sight


HOLD_MOVES: Final[dict[HoldState, frozenset[HoldState]]] = {
    HoldState.NOT_HELD: frozenset({HoldState.CONFIRMED}),
    HoldState.HELD: frozenset({HoldState.RELEASED, HoldState.CONFIRMED}),
    HoldState.RELEASED: frozenset({HoldState.CONFIRMED}),
    HoldState.CONFIRMED: frozenset({HoldState.RELEASED}),  # the decision was corrected
}


class WhyReleased(StrEnum):
    """Why an item may be seen again."""

    UNDECIDED = "undecided"  # nobody decided in the hours that the token allows
    DECIDED = "decided"  # a person found that it is not what the list says


class KeptState(StrEnum):
    """What is kept of the bytes."""

    HELD = "held"  # on the disk and not sealed: no door does that any more
    SEALED = "sealed"
    NOTHING = "nothing"  # a look-up by fingerprint, or a token that keeps no object


class WaitingState(StrEnum):
    """Where an upload that was accepted for later is; there is one way, and it ends."""

    WAITING = "waiting"
    FINISHED = "finished"


def may_move(*, state: HoldState, to: HoldState) -> bool:
    """Return whether an item may go from one state to the other."""
    return to in HOLD_MOVES[state]
