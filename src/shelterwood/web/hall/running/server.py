"""Answer HTTP for one role: gunicorn, loaded once, forked afterwards, on this machine's own address only.

This is the seam for the supervisor: `serve` will start it beside the keeper; today it is the whole service.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.core.wsgi import get_wsgi_application
from gunicorn.app.base import BaseApplication

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["serve"]


class _Server(BaseApplication):
    """Gunicorn, told everything here and nothing by files, environment or arguments."""

    def __init__(self, options: dict[str, Any]) -> None:
        self.options = options
        super().__init__()

    def load_config(self) -> None:
        for name, value in self.options.items():
            self.cfg.set(name, value)

    def load(self) -> Callable[..., Any]:
        return get_wsgi_application()


def serve(*, port: int, workers: int = 1) -> None:
    """Answer on 127.0.0.1:`port` until told to stop; a proxy in front speaks TLS to the world."""
    _Server(
        {
            "bind": f"127.0.0.1:{port}",
            "workers": workers,
            # One waits for a decoding child while another reads, digests or answers; a slow sender holds one, not all.
            "worker_class": "gthread",
            "threads": 4,
            "preload_app": True,
            "umask": 0o077,
            "timeout": 60,
            "graceful_timeout": 20,
            "max_requests": 0,
            "accesslog": None,  # who looked at what stands in the audit record; addresses stand nowhere
            "loglevel": "error",  # its warnings name the address of a request it could not read
            "forwarded_allow_ips": "",
            "control_socket_disable": True,
        }
    ).run()
