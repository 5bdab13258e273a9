"""How a commit wakes the keeper at once: numbers in the kernel, one a kind of job, that processes of one fork share.

One a kind, because a keeper that looked for jobs of every kind at each commit of one would do little else. Where nobody
has prepared them (the command line, another machine) nothing is lost: the keeper looks every second anyway.
"""

from __future__ import annotations

import contextlib
import os
import select
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = ["forget", "prepare", "wait", "wake"]

_signals: dict[str, int] = {}


def prepare(kinds: Iterable[str]) -> None:
    """Make the signals; called once, before the fork."""
    for kind in kinds:
        if kind not in _signals:
            _signals[kind] = os.eventfd(0, os.EFD_NONBLOCK | os.EFD_CLOEXEC)


def wake(kind: str) -> None:
    """Have the keeper look for jobs of `kind` now; never waits, never fails."""
    if kind in _signals:
        os.eventfd_write(_signals[kind], 1)


def wait(*, seconds: float) -> frozenset[str]:
    """Wait until somebody wakes, or `seconds` have gone by; return the kinds of which there is something to do."""
    ready, _, _ = select.select(list(_signals.values()), [], [], seconds)
    return frozenset(kind for kind, signal in _signals.items() if signal in ready and _was_given(signal))


def _was_given(signal: int) -> bool:
    with contextlib.suppress(BlockingIOError):  # another listener was faster
        return os.eventfd_read(signal) > 0
    return False


def forget() -> None:
    """Close the signals."""
    while _signals:
        os.close(_signals.popitem()[1])
