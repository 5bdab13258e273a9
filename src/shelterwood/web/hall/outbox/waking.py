"""How a commit wakes the keeper at once: a number in the kernel that processes made by one fork share.

Where nobody has prepared it (the command line, another machine) nothing is lost: the keeper looks every second anyway.
"""

from __future__ import annotations

import os
import select

__all__ = ["forget", "prepare", "wait", "wake"]

_signal: int | None = None


def prepare() -> None:
    """Make the signal; called once, before the fork."""
    global _signal  # noqa: PLW0603 - one signal a service
    if _signal is None:
        _signal = os.eventfd(0, os.EFD_NONBLOCK | os.EFD_CLOEXEC)


def wake() -> None:
    """Have the keeper look now; never waits, never fails."""
    if _signal is not None:
        os.eventfd_write(_signal, 1)


def wait(*, seconds: float) -> bool:
    """Wait until somebody wakes, or `seconds` have gone by; return whether somebody did."""
    ready, _, _ = select.select([_signal] if _signal is not None else [], [], [], seconds)
    if _signal is None or not ready:
        return False
    try:
        return os.eventfd_read(_signal) > 0
    except BlockingIOError:  # another listener was faster
        return False


def forget() -> None:
    """Close the signal."""
    global _signal  # noqa: PLW0603 - one signal a service
    if _signal is not None:
        os.close(_signal)
        _signal = None
