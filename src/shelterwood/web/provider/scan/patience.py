"""Wait for a body no longer than a sender in earnest needs: one that stalls would hold a thread as long as it likes.

Every 256 KiB must come within ten seconds, the whole within five minutes. A limit on each read of the socket would not
do: a byte now and then satisfies it. One thread of the worker looks twice a second whose time is over and ends the
reading side of that connection; the answer still goes out.
"""

from __future__ import annotations

import contextlib
import os
import socket
import threading
import time
from typing import TYPE_CHECKING, Final

from shelterwood.errors import ShelterwoodError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from django.http import HttpRequest

__all__ = ["PIECE", "SECONDS_PIECE", "SECONDS_WHOLE", "Awaited", "TooSlow", "awaited"]

PIECE: Final = 256 * 1024
SECONDS_PIECE: Final = 10.0
SECONDS_WHOLE: Final = 300.0
_LOOKS_EVERY: Final = 0.5


class TooSlow(ShelterwoodError):
    """The body of a request stalled, or came at less than the least rate."""


class Awaited:
    """The body of a request as a stream whose time is measured; `read` raises TooSlow when it is over."""

    def __init__(self, request: HttpRequest, connection: socket.socket | None) -> None:
        self._request = request
        self._connection = connection
        self._last = time.monotonic() + SECONDS_WHOLE
        self._until = time.monotonic() + SECONDS_PIECE
        self._came = 0
        self._is_over = False

    def read(self, size: int, /) -> bytes:
        """Return `size` bytes, fewer at the end; raise OSError where the connection breaks."""
        try:
            piece = self._request.read(size)
        except OSError:
            if self._is_over:
                raise _too_slow() from None
            raise
        if self._is_over and len(piece) < size:
            raise _too_slow()
        self._came += len(piece)
        if self._came >= PIECE:
            self._came, self._until = 0, min(time.monotonic() + SECONDS_PIECE, self._last)
        return piece

    def end_if_over(self, clock: float) -> None:
        """Stop waiting for the sender if its time is over at `clock` (seconds, monotonic)."""
        if clock < self._until or self._is_over or self._connection is None:
            return
        self._is_over = True
        with contextlib.suppress(OSError):  # the sender has gone
            self._connection.shutdown(socket.SHUT_RD)


def _too_slow() -> TooSlow:
    return TooSlow("The body came too slowly.", remedy="Send it again, whole, over a connection that does not stall.")


class _Watch:
    """The bodies that one worker waits for, and the thread that looks at them."""

    def __init__(self) -> None:
        self.owner = os.getpid()
        self.bodies: set[Awaited] = set()
        threading.Thread(target=self._look, name="patience", daemon=True).start()

    def _look(self) -> None:
        while True:
            time.sleep(_LOOKS_EVERY)
            clock = time.monotonic()
            for body in self.bodies.copy():
                body.end_if_over(clock)


_lock = threading.Lock()
_watch: _Watch | None = None


def _watching() -> _Watch:
    global _watch  # noqa: PLW0603 - one a process, begun after the fork
    if _watch is None or _watch.owner != os.getpid():
        with _lock:
            if _watch is None or _watch.owner != os.getpid():
                _watch = _Watch()
    return _watch


@contextlib.contextmanager
def awaited(request: HttpRequest) -> Iterator[Awaited]:
    """Lend the body of `request`; where no server holds its connection (in tests) nobody looks at the time."""
    body, watch = Awaited(request, request.META.get("gunicorn.socket")), _watching()
    watch.bodies.add(body)
    try:
        yield body
    finally:
        watch.bodies.discard(body)
