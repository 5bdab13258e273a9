"""Answer HTTP for one role: gunicorn over an application that is loaded already, on a socket that is open already."""

from __future__ import annotations

import signal
from typing import TYPE_CHECKING, Any

from gunicorn.app.base import BaseApplication

from shelterwood.web.hall.running import counters, forking
from shelterwood.web.hall.running.connections import PatientWorker, most_connections

if TYPE_CHECKING:
    import socket
    from collections.abc import Callable

    from gunicorn.arbiter import Arbiter
    from gunicorn.workers.base import Worker

__all__ = ["answer"]


class _Server(BaseApplication):
    """Gunicorn, told everything here and nothing by files, environment or arguments."""

    def __init__(self, application: Callable[..., Any], options: dict[str, Any]) -> None:
        self.options = options
        self.application = application
        super().__init__()

    def load_config(self) -> None:
        for name, value in self.options.items():
            self.cfg.set(name, value)

    def load(self) -> Callable[..., Any]:
        return self.application


def answer(application: Callable[..., Any], *, listener: socket.socket, workers: int, threads: int) -> None:
    """Answer on `listener` until told to stop; a proxy in front speaks TLS to the world."""
    _Server(
        application,
        {
            "bind": f"fd://{listener.fileno()}",
            "workers": workers,
            # One waits for a decoding child while another reads, digests or answers.
            "worker_class": PatientWorker,
            "worker_connections": most_connections(),
            "threads": threads,
            "limit_request_line": 8190,
            "preload_app": True,
            "umask": 0o077,
            "timeout": 60,
            "graceful_timeout": 20,
            "max_requests": 0,
            "accesslog": None,  # who looked at what stands in the audit record; addresses stand nowhere
            "loglevel": "error",  # its warnings name the address of a request it could not read
            "forwarded_allow_ips": "",
            "control_socket_disable": True,
            "pre_fork": _give_row,
            "post_fork": _begin_worker,
            "post_worker_init": lambda _worker: forking.run_in_worker(),
        },
    ).run()


def _give_row(server: Arbiter, worker: Worker) -> None:
    """Choose the first row of counters that no living worker has (in gunicorn's own process, so without a race)."""
    used = {getattr(each, "counter_row", 0) for each in server.WORKERS.values()}
    worker.counter_row = next(row for row in range(1, 2 * counters.MOST_WORKERS + 1) if row not in used)


def _begin_worker(server: Arbiter, worker: Worker) -> None:
    forking.die_with(server.pid, by=signal.SIGKILL)  # a worker that hangs would keep the socket and never answer
    counters.use_row(worker.counter_row)
