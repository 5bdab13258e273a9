"""The one process that does what nobody waits for: deliveries, clocks, lists, counters. Parts register their rounds.

    keeper.register("lists.catch-up", every=timedelta(seconds=1), run=upkeep.catch_up)   # in ready()

`run(now)` is called again and again, in a thread of its own, so that one round that hangs or fails stops no other. What
a round does must be safe to do twice, and to be killed in the middle of. There is one keeper a data directory and
database (lock.py); a second waits. `working.py` is its life, `ticking.py` one round of everything for cron.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass
from typing import TYPE_CHECKING

from shelterwood.web.hall.running import board
from shelterwood.web.hall.running.counters import RegisteredTooLate

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime, timedelta

__all__ = ["Round", "perform", "register", "rounds", "seal"]

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Round:
    """One thing that is done again and again; `at_commit`: also at once when a job of this kind was asked for.

    `gently`: it takes much computing and nobody waits for it, so that whoever answers goes before it.
    """

    name: str
    every: timedelta
    run: Callable[[datetime], object]
    at_commit: str
    gently: bool
    number: int  # its place on the board


_ROUNDS: dict[str, Round] = {}
_sealed = False


def register(
    name: str,
    *,
    every: timedelta,
    run: Callable[[datetime], object],
    at_commit: str = "",
    gently: bool = False,
) -> None:
    """Have `run(now)` called about so often; the same name again replaces it. Raises RegisteredTooLate."""
    known = _ROUNDS.get(name)
    if known is None and (_sealed or len(_ROUNDS) == board.MOST_ROUNDS):
        raise RegisteredTooLate(f"The round '{name}' comes too late.", remedy="Register it in ready().")
    number = known.number if known else len(_ROUNDS)
    _ROUNDS[name] = Round(name=name, every=every, run=run, at_commit=at_commit, gently=gently, number=number)


def rounds() -> tuple[Round, ...]:
    """Return every round, in the order in which they were registered."""
    return tuple(_ROUNDS.values())


def seal() -> None:
    """Let no further round in: the processes are about to be made."""
    global _sealed  # noqa: PLW0603 - one service a process
    _sealed = True


def perform(each: Round, now: datetime) -> bool:
    """Do a round once and put on the board how it went; return whether it went well. Never raises."""
    try:
        each.run(now)
    except Exception as error:  # noqa: BLE001 - a failing round never stops others
        # the class and the line, never the text: it may quote what is personal
        place = error.__traceback__
        while place and place.tb_next:
            place = place.tb_next
        where = f"{place.tb_frame.f_globals.get('__name__', '?')}:{place.tb_lineno}" if place else "?"
        _log.error("round %s failed: %s at %s", each.name, type(error).__name__, where)
        board.note(each.number, well=False)
        return False
    board.note(each.number, well=True)
    return True
