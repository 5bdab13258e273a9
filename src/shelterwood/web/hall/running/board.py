"""How the keeper is, for every process of the service to read: its last sign of life, and each round's luck."""

from __future__ import annotations

import time
from dataclasses import dataclass
from enum import IntEnum

from shelterwood.web.hall.running.shared import Table

__all__ = ["MOST_ROUNDS", "KeeperIs", "KeeperSeen", "RoundSeen", "beat", "keeper", "note", "seen", "supervise"]

MOST_ROUNDS = 100
_STATE, _BEAT, _SUPERVISED = 0, 1, 2
_SUCCESS, _FAILURES, _IN_A_ROW = 0, 1, 2
_board = Table(rows=MOST_ROUNDS + 1, columns=4)


class KeeperIs(IntEnum):
    """What the keeper of this service is doing."""

    NOT_SEEN = 0
    WAITING = 1  # for the lock: another one is at work on the same data
    WORKING = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class KeeperSeen:
    """The keeper's last sign of life; `supervised`: this process belongs to a service that should have one."""

    state: KeeperIs
    seconds_ago: float
    supervised: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class RoundSeen:
    """What became of one round: when it last went well (seconds since 1970, 0: never), how often it did not."""

    last_success: int
    failures: int
    failures_in_a_row: int


def supervise() -> None:
    """Say that this is a supervised service: from here on a silent keeper is a fault."""
    _board.write(0, _SUPERVISED, 1)


def beat(state: KeeperIs) -> None:
    """Give a sign of life."""
    _board.write(0, _STATE, state)
    _board.write(0, _BEAT, int(time.time()))


def keeper() -> KeeperSeen:
    """Return the keeper's last sign of life."""
    return KeeperSeen(
        state=KeeperIs(_board.read(0, _STATE)),
        seconds_ago=max(0.0, time.time() - _board.read(0, _BEAT)),
        supervised=bool(_board.read(0, _SUPERVISED)),
    )


def note(number: int, *, well: bool) -> None:
    """Write down how round `number` (from 0) went."""
    row = number + 1
    if well:
        _board.write(row, _SUCCESS, int(time.time()))
        _board.write(row, _IN_A_ROW, 0)
    else:
        _board.write(row, _FAILURES, _board.read(row, _FAILURES) + 1)
        _board.write(row, _IN_A_ROW, _board.read(row, _IN_A_ROW) + 1)


def seen(number: int) -> RoundSeen:
    """Return what became of round `number` since the service started."""
    row = number + 1
    return RoundSeen(
        last_success=_board.read(row, _SUCCESS),
        failures=_board.read(row, _FAILURES),
        failures_in_a_row=_board.read(row, _IN_A_ROW),
    )
