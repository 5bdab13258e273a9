"""`shelterwood serve`: load once, fork gunicorn and the keeper, start again what dies, end in order.

The supervisor answers nothing and does nothing but watch. Every process dies with the one that made it, however that
dies, so a service that is gone is gone whole and can be started again (decision 0015).
"""

from __future__ import annotations

import contextlib
import gc
import logging
import os
import signal
import socket
import sys
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from django.core.wsgi import get_wsgi_application
from django.db import connections
from django.urls import get_resolver

from shelterwood.errors import ShelterwoodError
from shelterwood.web.hall.outbox import kinds, waking
from shelterwood.web.hall.running import board, counters, forking, keeper, server, the_rounds, working
from shelterwood.web.hall.running.patience import patient
from shelterwood.web.hall.settings.facts import facts

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["PortInUse", "Supervisor", "serve"]

_log = logging.getLogger(__name__)

_END = {signal.SIGTERM, signal.SIGINT, signal.SIGHUP, signal.SIGQUIT}
_HEARD = _END | {signal.SIGCHLD}
_LONGEST_PAUSE = 30.0
_SOUND_AFTER = 60.0  # a part that ran so long starts anew without a pause
_SECONDS_TO_END = 25.0


class PortInUse(ShelterwoodError):
    """Something else listens on the port that the service was to answer on."""


@dataclass(slots=True)
class _Part:
    """One child of the supervisor: what it runs, and how often it died young."""

    name: str
    run: Callable[[], int | None]
    pid: int = 0
    started: float = 0.0
    died_young: int = 0
    start_at: float = field(default=0.0)

    def ended(self, now: float) -> None:
        """Note that it is gone, and when it may start again: at once, then after 1, 2, 4 ... seconds."""
        self.pid = 0
        self.died_young = 0 if now - self.started > _SOUND_AFTER else self.died_young + 1
        pause = 0.0 if self.died_young <= 1 else min(_LONGEST_PAUSE, 2.0 ** (self.died_young - 2))
        self.start_at = now + pause


class Supervisor:
    """Keeps its parts alive until it is told to end; the first is told to end first."""

    def __init__(self, **parts: Callable[[], int | None]) -> None:
        self._parts = [_Part(name=name, run=run) for name, run in parts.items()]
        self._before: set[int | signal.Signals] = set()

    def run(self) -> None:
        """Start every part, start again what dies, and return when all are gone after a signal to end."""
        self._before = signal.pthread_sigmask(signal.SIG_BLOCK, _HEARD)  # heard by sigtimedwait only: no race
        try:
            while not self._told_to_end():
                self._reap()
                self._start_due()
            self._end()
        finally:
            signal.pthread_sigmask(signal.SIG_SETMASK, self._before)

    def _told_to_end(self) -> bool:
        missing = any(part.pid == 0 for part in self._parts)
        heard = signal.sigtimedwait(_HEARD, 0.1 if missing else 5.0)
        return heard is not None and heard.si_signo in _END

    def _reap(self) -> None:
        for part in self._parts:
            if part.pid and os.waitpid(part.pid, os.WNOHANG)[0]:
                _log.error("the %s ended and is started again", part.name)
                part.ended(time.monotonic())

    def _start_due(self) -> None:
        now = time.monotonic()
        for part in self._parts:
            if not part.pid and part.start_at <= now:
                part.started = now
                part.pid = self._fork(part)

    def _fork(self, part: _Part) -> int:
        parent = os.getpid()
        pid = os.fork()
        if pid:
            return pid
        code = 1
        try:
            os.setpgid(0, 0)  # Ctrl-C is the supervisor's: it ends its parts in order
            forking.die_with(parent, by=signal.SIGTERM)
            signal.pthread_sigmask(signal.SIG_SETMASK, self._before)
            code = part.run() or 0
        except SystemExit as leaving:
            code = leaving.code if isinstance(leaving.code, int) else 1
        except BaseException as error:  # noqa: BLE001 - a child never returns into the supervisor's code
            _log.error("the %s failed: %s", part.name, type(error).__name__)
        finally:
            sys.stderr.flush()
            os._exit(code)

    def _end(self) -> None:
        """Tell one part after the other to end; whoever told us twice does not want to wait."""
        for part in self._parts:
            self._signal(part, signal.SIGTERM)
            deadline = time.monotonic() + _SECONDS_TO_END
            while part.pid:
                if os.waitpid(part.pid, os.WNOHANG)[0]:
                    part.pid = 0
                    break
                heard = signal.sigtimedwait(_HEARD, 0.2)
                if time.monotonic() > deadline or (heard is not None and heard.si_signo in _END):
                    self._signal(part, signal.SIGKILL)

    @staticmethod
    def _signal(part: _Part, number: signal.Signals) -> None:
        if part.pid:
            with contextlib.suppress(ProcessLookupError):
                os.kill(part.pid, number)


def serve(*, port: int, workers: int = 1) -> None:
    """Answer on 127.0.0.1:`port` and keep the house until told to stop; raise PortInUse."""
    with _listen(port) as listener:
        application = patient(get_wsgi_application())
        _ = get_resolver().url_patterns  # every page's code is loaded now, once, and shared
        the_rounds.register_deliveries()
        forking.run_before_fork()
        _close_the_books()
        threads = facts().threads
        Supervisor(
            web=lambda: server.answer(application, listener=listener, workers=workers, threads=threads),
            keeper=working.work_until_told,
        ).run()


def _close_the_books() -> None:
    """Make what processes share, let nothing further in, and leave nothing open that two would use at once."""
    counters.seal()
    keeper.seal()
    waking.prepare(kind.name for kind in kinds.registered())
    board.supervise()
    connections.close_all()
    gc.collect()
    gc.freeze()  # what is loaded is never collected, so its pages stay shared


def _listen(port: int) -> socket.socket:
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind(("127.0.0.1", port))
    except OSError as error:
        listener.close()
        raise PortInUse(
            f"The port {port} of this machine cannot be used: {error.strerror}.",
            remedy="End what listens there, or choose another with --port.",
        ) from error
    return listener
