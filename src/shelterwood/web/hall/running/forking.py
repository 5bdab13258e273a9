"""What parts of a service do before it forks and in each worker, and that no process outlives the one that made it."""

from __future__ import annotations

import ctypes
import os
import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import signal
    from collections.abc import Callable

__all__ = ["before_fork", "die_with", "in_worker", "run_before_fork", "run_in_worker"]

_PR_SET_PDEATHSIG = 1  # prctl(2)

_BEFORE: list[Callable[[], None]] = []
_IN_WORKER: list[Callable[[], None]] = []


def before_fork(call: Callable[[], None]) -> None:
    """Have `call` run once, before the first fork: for memory that workers share. Called again, it is harmless."""
    if call not in _BEFORE:
        _BEFORE.append(call)


def in_worker(call: Callable[[], None]) -> None:
    """Have `call` run in each new worker, in its main thread, before its first request: for children of its own."""
    if call not in _IN_WORKER:
        _IN_WORKER.append(call)


def run_before_fork() -> None:
    """Do what was asked for before the fork."""
    for call in _BEFORE:
        call()


def run_in_worker() -> None:
    """Do what was asked for in each worker."""
    for call in _IN_WORKER:
        call()


def die_with(parent: int, *, by: signal.Signals) -> None:
    """Have the kernel send this process `by` when its `parent` ends, however that ends; leave if it has already."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, by, 0, 0, 0)
    if os.getppid() != parent:
        os._exit(1)
