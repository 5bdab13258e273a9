"""Places at which a process may be killed by a test, so that what a crash leaves behind is tried and not argued.

    faults.register("outbox.delivered")
    ...
    faults.step("outbox.delivered")  # nothing, unless SHELTERWOOD_FAULT names it: then this process dies by SIGKILL

A death by SIGKILL runs no handler, closes nothing and flushes nothing: it is what a power cut does to a process.
"""

from __future__ import annotations

import os
import signal

from shelterwood.errors import ShelterwoodError

__all__ = ["VARIABLE", "FaultNotRegistered", "register", "registered", "step"]

VARIABLE = "SHELTERWOOD_FAULT"

_STEPS: set[str] = set()


class FaultNotRegistered(ShelterwoodError):
    """A step was named that no part of the system has registered."""


def register(name: str) -> str:
    """Register a step (`part.what_has_just_happened`) and return its name; again is harmless."""
    _STEPS.add(name)
    return name


def registered() -> tuple[str, ...]:
    """Return every step by name, for tests that try them all."""
    return tuple(sorted(_STEPS))


def step(name: str) -> None:
    """Die here if the environment names this step; raise FaultNotRegistered if nobody has registered it."""
    if name not in _STEPS:
        raise FaultNotRegistered(f"The step '{name}' is not registered.", remedy="Register it where it is defined.")
    if os.environ.get(VARIABLE) == name:
        os.kill(os.getpid(), signal.SIGKILL)
