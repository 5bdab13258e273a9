"""How long a delivery waits before it is tried again: seconds at first, half a day at last, four days in all.

A partner that is down for a night is survived without anybody noticing; a job that still fails after the last wait is
dead, and a person looks at it. Every wait is stretched or shortened by up to a fifth at random, so that what failed
together does not come back together.
"""

from __future__ import annotations

import secrets
from datetime import timedelta
from itertools import chain, repeat

__all__ = ["BACK_OFF", "wait_after"]

_SECONDS = (10, 30)
_MINUTES = (1, 2, 5, 10, 20, 30)
_HOURS = (1, 1, 2, 2, 4, 4, 8, 8)
_HALF_DAYS = 6

BACK_OFF: tuple[timedelta, ...] = tuple(
    chain(
        (timedelta(seconds=n) for n in _SECONDS),
        (timedelta(minutes=n) for n in _MINUTES),
        (timedelta(hours=n) for n in _HOURS),
        repeat(timedelta(hours=12), _HALF_DAYS),
    )
)
"""The wait after the first, second, ... attempt; after one attempt more than there are waits a job is dead."""

_FIFTH = 200  # of a thousand


def wait_after(attempts: int, *, table: tuple[timedelta, ...] = BACK_OFF) -> timedelta | None:
    """Return the wait after so many `attempts` (1 or more), with jitter; None: the job is dead."""
    if attempts > len(table):
        return None
    return table[attempts - 1] * (1000 - _FIFTH + secrets.randbelow(2 * _FIFTH + 1)) / 1000
