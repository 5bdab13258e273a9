"""Waiting for a fact: a test that starts, kills or sends something never assumes that it is already so.

An idle machine needs a fraction of a second for most of them; one that builds and tests beside it needs many times
that. So the time allowed is long: it is spent only where the fact never comes, and there the test fails.
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["until"]

Fact = TypeVar("Fact")


def until(fact: Callable[[], Fact], *, seconds: float = 60.0, what: str = "what was waited for") -> Fact:
    """Return what `fact` returns as soon as it is true; fail after `seconds`."""
    deadline = time.monotonic() + seconds
    while not (found := fact()):
        assert time.monotonic() < deadline, f"{what} did not come in {seconds:.0f} seconds"
        time.sleep(0.05)
    return found
