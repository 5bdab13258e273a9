"""The states of a list and the one table of ways between them; and how orientations are kept in one number."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, Final

from shelterwood.errors import ShelterwoodError
from shelterwood.fingerprints import pdq

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

__all__ = [
    "ALL_ORIENTATIONS", "PURPOSE", "STEPS", "UNDER_WAY", "ListKind", "ListState", "ListStepNotPossible", "RunState",
    "check_step", "orientations_in", "orientations_number",
]  # fmt: skip

PURPOSE: Final = "known-csam"
"""The only purpose for which a list may be kept here; the schema refuses every other."""

ALL_ORIENTATIONS: Final = 255


class ListKind(StrEnum):
    """Whether an owner delivers the list, or it is made here entry by entry (never verified, always looked at)."""

    DELIVERED = "delivered"
    OWN = "own"


class ListState(StrEnum):
    """How far a list has come."""

    REGISTERED = "registered"
    IMPORTED = "imported"
    CHECKED = "checked"  # the benign set was run against it, clean
    PROPOSED = "proposed"
    LIVE = "live"
    DISABLED = "disabled"
    WITHDRAWN = "withdrawn"


class RunState(StrEnum):
    """How far an import has come."""

    WAITING = "waiting"
    RUNNING = "running"  # rows are being read
    CHECKING = "checking"  # the version is written; the benign set is run against it
    DONE = "done"
    FAILED = "failed"


UNDER_WAY: Final = (RunState.WAITING, RunState.RUNNING, RunState.CHECKING)

STEPS: Final[Mapping[ListState, frozenset[ListState]]] = {
    ListState.REGISTERED: frozenset({ListState.IMPORTED, ListState.WITHDRAWN}),
    ListState.IMPORTED: frozenset({ListState.IMPORTED, ListState.CHECKED, ListState.WITHDRAWN}),
    ListState.CHECKED: frozenset({ListState.IMPORTED, ListState.CHECKED, ListState.PROPOSED, ListState.WITHDRAWN}),
    ListState.PROPOSED: frozenset({ListState.IMPORTED, ListState.CHECKED, ListState.LIVE, ListState.WITHDRAWN}),
    ListState.LIVE: frozenset({ListState.DISABLED, ListState.WITHDRAWN}),
    ListState.DISABLED: frozenset({ListState.LIVE, ListState.WITHDRAWN}),
    ListState.WITHDRAWN: frozenset(),
}


class ListStepNotPossible(ShelterwoodError):
    """A list is not in a state from which this step leads on."""


def check_step(was: str, to: ListState) -> None:
    """Raise ListStepNotPossible unless the table leads from `was` to `to`."""
    if to not in STEPS[ListState(was)]:
        raise ListStepNotPossible(
            f"The list is {was}; it cannot become {to}.", remedy="Look at its page: a step before is missing."
        )


def orientations_number(orientations: Iterable[pdq.Orientation]) -> int:
    """Return a set of orientations as a number from 1 to 255, one bit each in the order of pdq.Orientation."""
    chosen = frozenset(orientations)
    return sum(1 << place for place, orientation in enumerate(pdq.Orientation) if orientation in chosen)


def orientations_in(number: int) -> frozenset[pdq.Orientation]:
    """Return the orientations that a number stands for."""
    return frozenset(orientation for place, orientation in enumerate(pdq.Orientation) if number >> place & 1)
