"""Wait for a body no longer than a sender in earnest needs: one that stalls would hold a thread as long as it likes.

Every 256 KiB must come within ten seconds, the whole within five minutes; the clock begins when somebody reads. A limit
on each read of the socket would not do: a byte now and then satisfies it. One thread of the worker looks twice a second
whose time is over and ends the reading side of that connection; the answer still goes out.
"""

from __future__ import annotations

import contextlib
import os
import socket
import threading
import time
from typing import TYPE_CHECKING, Any, Final, Protocol

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    Application = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]

__all__ = ["PIECE", "SECONDS_PIECE", "SECONDS_WHOLE", "Stalled", "patient"]

PIECE: Final = 256 * 1024
SECONDS_PIECE: Final = 10.0
SECONDS_WHOLE: Final = 300.0
_LOOKS_EVERY: Final = 0.5


class Stalled(OSError):
    """The body of a request came too slowly. Whoever reads meets it as a connection that broke."""


class _Stream(Protocol):
    def read(self, size: int = -1, /) -> bytes: ...
    def readline(self, size: int = -1, /) -> bytes: ...


class _Awaited:
    """The body of one request, as the server gives it, with its time measured."""

    def __init__(self, stream: _Stream, connection: socket.socket) -> None:
        self._stream = stream
        self._connection = connection
        self._until = self._last = float("inf")
        self._came = 0
        self._is_over = False

    def read(self, size: int = -1, /) -> bytes:
        """Return `size` bytes, fewer at the end; raise Stalled."""
        return self._measured(self._stream.read, size)

    def readline(self, size: int = -1, /) -> bytes:
        """Return a line of at most `size` bytes; raise Stalled."""
        return self._measured(self._stream.readline, size)

    def _measured(self, take: Callable[[int], bytes], size: int) -> bytes:
        if self._last == float("inf"):
            self._begin()
        piece = take(size)
        if self._is_over and (size < 0 or len(piece) < size):
            raise Stalled("the body stalled")
        self._came += len(piece)
        if self._came >= PIECE:
            self._came, self._until = 0, min(time.monotonic() + SECONDS_PIECE, self._last)
        return piece

    def _begin(self) -> None:
        self._last = time.monotonic() + SECONDS_WHOLE
        self._until = time.monotonic() + SECONDS_PIECE
        _watching().bodies.add(self)

    def end(self) -> None:
        """Wait for nothing more."""
        if self._last != float("inf"):
            _watching().bodies.discard(self)

    def end_if_over(self, clock: float) -> None:
        """Stop waiting for the sender if its time is over at `clock` (seconds, monotonic)."""
        if clock < self._until or self._is_over:
            return
        self._is_over = True
        with contextlib.suppress(OSError):  # the sender has gone
            self._connection.shutdown(socket.SHUT_RD)


class _Watch:
    """The bodies that one worker waits for, and the thread that looks at them."""

    def __init__(self) -> None:
        self.owner = os.getpid()
        self.bodies: set[_Awaited] = set()
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


def patient(application: Application) -> Application:
    """Return `application` with the bodies that it reads measured; for gunicorn, which names the connection."""

    def answer(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        if environ.get("CONTENT_LENGTH") in {None, "", "0"}:
            return application(environ, start_response)
        body = environ["wsgi.input"] = _Awaited(environ["wsgi.input"], environ["gunicorn.socket"])
        try:
            return application(environ, start_response)
        finally:
            body.end()

    return answer
