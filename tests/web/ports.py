"""Ports for the services that tests start: each is given to one process of tests only, and nobody else takes it.

A service is told its port before it listens. A port that the kernel gave (port 0) and that was closed again may be
given to the other process of tests, or to any connection, in the seconds until then. So ports come from below those
that the kernel gives, and each is marked as taken, until the process ends, by an abstract Unix socket: its name is of
this network only, as a port is, and no two processes can have it.
"""

from __future__ import annotations

import atexit
import contextlib
import random
import socket
from pathlib import Path

__all__ = ["free_port"]

_LOWEST = 10_000
_KERNELS = Path("/proc/sys/net/ipv4/ip_local_port_range")


def _ports() -> list[int]:
    """Return the ports that may be tried, in an order of this process's own."""
    kernels_lowest = int(_KERNELS.read_text(encoding="ascii").split()[0]) if _KERNELS.exists() else 32_768
    found = list(range(_LOWEST, max(kernels_lowest, _LOWEST + 10_000)))
    random.SystemRandom().shuffle(found)  # whatever seed the tests are given: two runs may stand beside each other
    return found


_untried = _ports()


def free_port() -> int:
    """Return a port of 127.0.0.1 on which nothing listens and which nobody else is given."""
    while _untried:
        port = _untried.pop()
        if _is_marked(port) and _can_listen(port):
            return port
    raise AssertionError("every port was given away")


def _is_marked(port: int) -> bool:
    mark = socket.socket(socket.AF_UNIX)
    try:
        mark.bind(f"\0shelterwood-tests-port-{port}")
    except OSError:
        mark.close()
        return False
    atexit.register(mark.close)
    return True


def _can_listen(port: int) -> bool:
    with socket.socket() as probe, contextlib.suppress(OSError):
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)  # as the service does
        probe.bind(("127.0.0.1", port))
        return True
    return False
