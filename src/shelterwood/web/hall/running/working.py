"""The life of the keeper: wait for the lock, take up what was left, let every round run in its thread, end in order."""

from __future__ import annotations

import os
import signal
import threading
import time
from typing import TYPE_CHECKING

from django.db import close_old_connections, connections
from django.utils import timezone

from shelterwood.web.hall.outbox import services, waking
from shelterwood.web.hall.running import board, flushing, keeper
from shelterwood.web.hall.running.board import KeeperIs
from shelterwood.web.hall.running.lock import KeeperLock

if TYPE_CHECKING:
    from collections.abc import Iterable

    from shelterwood.web.hall.running.keeper import Round

__all__ = ["work_until_told"]

_SECONDS_TO_END = 20.0
_LAST = 19  # the nice value of what gets only the time that nobody else wants
_LONG = 30.0  # a round that comes back only after so many seconds does not keep its database connection meanwhile


class _Runner(threading.Thread):
    """One round, again and again."""

    def __init__(self, each: Round, stop: threading.Event) -> None:
        super().__init__(name=each.name, daemon=True)
        self.each = each
        self.turn = threading.Event()
        self._stop_asked = stop

    def run(self) -> None:
        pause = self.each.every.total_seconds()
        if self.each.gently:
            os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), _LAST)  # Linux: of this thread alone
        while not self._stop_asked.is_set():
            self.turn.clear()
            keeper.perform(self.each, timezone.now())
            if pause >= _LONG:
                connections.close_all()
            else:
                close_old_connections()
            self.turn.wait(pause)
        connections.close_all()


def work_until_told() -> int:
    """Be the keeper until SIGTERM or SIGINT; return the exit code: 0 told to, 1 the lock was lost."""
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    lock = KeeperLock()
    try:
        return _work(lock, stop) if _take(lock, stop) else 0
    finally:
        lock.release()


def _take(lock: KeeperLock, stop: threading.Event) -> bool:
    while not stop.is_set():
        if lock.try_take():
            return _wait_out(lock, stop)
        board.beat(KeeperIs.WAITING)
        stop.wait(0.5)
    return False


def _wait_out(lock: KeeperLock, stop: threading.Event) -> bool:
    """Give the keeper before this one the time to notice that it is none any more; return whether this one still is."""
    until = time.monotonic() + lock.seconds_to_wait_out()
    while (left := until - time.monotonic()) > 0:
        board.beat(KeeperIs.WAITING)
        if stop.wait(min(left, 0.5)):
            return False
    return lock.still_held()


def _work(lock: KeeperLock, stop: threading.Event) -> int:
    services.release_left(now=timezone.now())
    runners = [_Runner(each, stop) for each in keeper.rounds()]
    for runner in runners:
        runner.start()
    while not stop.is_set() and lock.still_held():
        board.beat(KeeperIs.WORKING)
        woken = waking.wait(seconds=1)
        _wake(runner for runner in runners if runner.each.at_commit in woken)
    told = stop.is_set()
    if told:
        _end(lock, runners)
    return 0 if told else 1


def _wake(runners: Iterable[_Runner]) -> None:
    for runner in runners:
        runner.turn.set()


def _end(lock: KeeperLock, runners: list[_Runner]) -> None:
    """Let every round come to its end, but not for ever and not without the lock; then write what was counted last."""
    _wake(runners)
    deadline = time.monotonic() + _SECONDS_TO_END
    for runner in runners:
        while runner.is_alive() and time.monotonic() < deadline and lock.still_held():
            runner.join(0.5)
    if lock.still_held():
        flushing.flush(timezone.now())
    connections.close_all()
