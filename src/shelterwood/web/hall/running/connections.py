"""The worker's connections: a sender that is slow, or says nothing, costs one of them and never a thread.

Gunicorn gives a thread to a connection as soon as something comes, and the thread then waits for the rest of the head
of the request as long as the sender likes; four such senders hold a worker of four threads. Here the loop of the worker
gathers each head without waiting, and a thread begins when it is whole (RFC 9112: it ends with an empty line). A head
that is not whole after ten seconds is answered 408 (RFC 9110, 15.5.9). Bodies have limits of their own
(patience.py).
"""

from __future__ import annotations

import contextlib
import json
import resource
import select
import socket
import time
from collections import deque
from functools import partial
from http import HTTPStatus
from selectors import EVENT_READ
from typing import TYPE_CHECKING, Any, Final

from gunicorn.http import errors
from gunicorn.workers.gthread import TConn, ThreadWorker

if TYPE_CHECKING:
    from collections.abc import Callable
    from concurrent.futures import Future

__all__ = ["LONGEST_HEAD", "SECONDS_HEAD", "PatientWorker", "most_connections"]

SECONDS_HEAD: Final = 10.0
LONGEST_HEAD: Final = 64 * 1024
_PIECE = 8192
_SECONDS_DRAIN = 0.02
_SECONDS_FOLLOWING = 0.002
_SECONDS_LEAVING = 2.0
_MOST_LEAVING = 64 * 1024

_REFUSED: Final[dict[type[Exception], tuple[int, str]]] = {
    errors.LimitRequestLine: (414, "The address of this request is too long."),
    errors.LimitRequestHeaders: (431, "The headers of this request are too long."),
    errors.ExpectationFailed: (417, "What this request expects is not done here."),
    errors.UnsupportedTransferCoding: (501, "The transfer coding of this request is not known here."),
    errors.ParseException: (400, "This is not a request of HTTP/1.1."),
}
"""What the parser may find wrong, the particular first; never with the text of the request in it."""
_OURS: Final = (errors.ConfigurationProblem, errors.InvalidResponseHeader, errors.InvalidResponseHeaderName)


def most_connections() -> int:
    """Return how many connections a worker holds at once: half of the files that it may have open."""
    files, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    return 1000 if files == resource.RLIM_INFINITY else min(1000, files // 2)


class _Connection(TConn):
    """A connection, and what has come of the head of its next request."""

    came = b""
    drained = 0

    @property
    def has_whole_head(self) -> bool:
        """Whether gunicorn's parser can read the head to its end, or to its fault, without waiting."""
        begin = 2 if self.came.startswith(b"\r\n") else 0  # one empty line may come first, and is passed over
        return self.came.find(b"\r\n\r\n", begin) >= 0 or b"\n\n" in self.came

    def is_readable(self, *, within: float) -> bool:
        """Wait so many seconds for anything to come."""
        poll = select.poll()
        poll.register(self.sock, select.POLLIN)
        return bool(poll.poll(within * 1000))

    def give_to_parser(self) -> None:
        """Make what has come the next thing that the parser reads."""
        self.init()
        self.parser.unreader.unread(self.came)
        self.came = b""


class PatientWorker(ThreadWorker):
    """Gunicorn's threads, begun only for requests whose head is there."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:  # noqa: ANN401 - gunicorn's own
        super().__init__(*args, **kwargs)
        self.leaving_conns: deque[_Connection] = deque()

    def accept(self, listener: socket.socket) -> None:
        """Take a connection in; what came with it is read at once."""
        try:
            client, address = listener.accept()
        except (BlockingIOError, ConnectionAbortedError):  # another worker was quicker, or it has gone
            return
        self.nr_conns += 1
        self._gather(_Connection(self.cfg, client, address, listener.getsockname()))

    def on_client_socket_readable(self, conn: _Connection, client: socket.socket) -> None:
        """Begin to read the next request of a connection that was kept."""
        self.poller.unregister(client)
        self.keepalived_conns.remove(conn)
        self._gather(conn)

    def on_pending_socket_readable(self, conn: _Connection, client: socket.socket) -> None:
        """Read on."""
        next_step = self._read(conn)
        if next_step is not None:
            self.poller.unregister(client)
            self.pending_conns.remove(conn)
            next_step(conn)

    def _gather(self, conn: _Connection) -> None:
        """Read what is there; wait in the loop for the rest, from now at most SECONDS_HEAD."""
        next_step = self.enqueue_req if conn.has_whole_head else self._read(conn)
        if next_step is not None:
            next_step(conn)
            return
        conn.timeout = time.monotonic() + SECONDS_HEAD
        self.pending_conns.append(conn)
        self.poller.register(conn.sock, EVENT_READ, partial(self.on_pending_socket_readable, conn))

    def _read(self, conn: _Connection) -> Callable[[_Connection], None] | None:
        """Take what has come; return what is to be done with the connection now, None: wait."""
        try:
            piece = conn.sock.recv(_PIECE)
        except (BlockingIOError, InterruptedError):
            return None
        except OSError:
            return self._close
        if not piece:
            return self._close
        conn.came += piece
        if conn.has_whole_head:
            return self.enqueue_req
        return partial(self._refuse, status=431) if len(conn.came) > LONGEST_HEAD else None

    def handle(self, conn: _Connection) -> object:
        """Answer one request, in a thread, and those that follow at once."""
        conn.give_to_parser()
        is_kept = super().handle(conn)
        while is_kept and self._follows(conn):
            conn.give_to_parser()
            is_kept = super().handle(conn)
        return is_kept

    def _follows(self, conn: _Connection) -> bool:
        """Return whether the head of the next request is here within _SECONDS_FOLLOWING, and nobody needs the thread.

        To hand a connection to the loop and back costs as much as half of a small request: two threads that wake each
        other for one lock. A program that sends one request after another is spared that.
        """
        conn.came = conn.parser.unreader.take_buffered()
        if not self.alive or not self.tpool._work_queue.empty():  # noqa: SLF001 - there is no public name for it
            return False
        if not conn.has_whole_head and conn.is_readable(within=_SECONDS_FOLLOWING):
            with contextlib.suppress(OSError):  # the loop meets it again
                conn.came += conn.sock.recv(_PIECE, socket.MSG_DONTWAIT)
        return conn.has_whole_head

    def _keepalive_after(self, conn: _Connection, keepalive: object) -> bool:
        """Return whether the connection can be kept: a body that was not read, and is not here yet, ends it."""
        return bool(keepalive) and bool(conn.parser.finish_body(deadline=time.monotonic() + _SECONDS_DRAIN))

    def finish_request(self, conn: _Connection, fs: Future[object]) -> None:
        """Keep the connection, go on with a request that is here already, or let it go."""
        if fs.cancelled() or fs.exception() is not None or not fs.result():
            self._let_go(conn)
            return
        conn.came += conn.parser.unreader.take_buffered()
        if conn.came:
            conn.sock.settimeout(0.0)
            self._gather(conn)
        else:
            super().finish_request(conn, fs)

    def _let_go(self, conn: _Connection) -> None:
        """Say that no more is sent, and wait for the other side in the loop: at once, it might lose the answer.

        That is what gunicorn does in the loop itself, which would wait for two seconds (RFC 9112, 9.6).
        """
        try:
            conn.sock.shutdown(socket.SHUT_WR)
            conn.sock.settimeout(0.0)
            self.poller.register(conn.sock, EVENT_READ, partial(self._drain, conn))
        except (OSError, ValueError):
            self._close(conn)
            return
        conn.timeout = time.monotonic() + _SECONDS_LEAVING
        self.leaving_conns.append(conn)

    def _drain(self, conn: _Connection, client: socket.socket) -> None:
        try:
            piece = client.recv(_PIECE)
        except (BlockingIOError, InterruptedError):
            return
        except OSError:
            piece = b""
        conn.drained += len(piece)
        if piece and conn.drained < _MOST_LEAVING:
            return
        self.poller.unregister(client)
        self.leaving_conns.remove(conn)
        self._close(conn)

    def murder_pending(self) -> None:
        """End the wait for those whose time is over."""
        for conn in self._overdue(self.pending_conns):
            if conn.came:
                self._refuse(conn, status=408)
            else:
                self._close(conn)
        for conn in self._overdue(self.leaving_conns):
            self._close(conn)

    def _overdue(self, waiting: deque[_Connection]) -> list[_Connection]:
        """Take those out of `waiting` whose time is over; it stands in the order of their times."""
        found, now = [], time.monotonic()
        while waiting and waiting[0].timeout <= now:
            conn = waiting.popleft()
            with contextlib.suppress(OSError, KeyError, ValueError):
                self.poller.unregister(conn.sock)
            found.append(conn)
        return found

    def _cap_keepalive(self, deadline: float) -> None:
        """Let nobody who says nothing hold up the end of the worker."""
        super()._cap_keepalive(deadline)
        for conn in self.pending_conns:
            conn.timeout = min(conn.timeout, deadline)

    def _refuse(self, conn: _Connection, *, status: int) -> None:
        title = {408: "The head of the request came too slowly.", 431: "The headers of this request are too long."}
        with contextlib.suppress(OSError):
            conn.sock.send(_problem(status, title[status]))
        self._let_go(conn)

    def _close(self, conn: _Connection) -> None:
        self.nr_conns -= 1
        conn.close()

    def handle_error(self, req: object, client: socket.socket, addr: object, exc: BaseException) -> None:
        """Answer what is no request, in the shape of every refusal; its text goes into no answer and no log."""
        for kind, (status, title) in _REFUSED.items():
            if isinstance(exc, kind) and not isinstance(exc, _OURS):
                with contextlib.suppress(OSError):
                    client.sendall(_problem(status, title))
                return
        super().handle_error(req, client, addr, exc)


def _problem(status: int, title: str) -> bytes:
    """Return a whole answer with a problem document (RFC 9457), after which the connection ends."""
    body = json.dumps({"type": "about:blank", "title": title, "status": status, "message": title}).encode()
    head = f"HTTP/1.1 {status} {HTTPStatus(status).phrase}\r\nContent-Type: application/problem+json\r\n"
    return f"{head}Connection: close\r\nContent-Length: {len(body)}\r\n\r\n".encode() + body
