"""A body has ten seconds a piece and five minutes in all; here both are shorter, over a real connection."""

from __future__ import annotations

import contextlib
import socket
import threading
import time
from typing import TYPE_CHECKING, Any

import pytest

from shelterwood.web.hall.running import patience

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture
def connection() -> Iterator[tuple[socket.socket, socket.socket]]:
    """Return both ends of a connection: the sender's, the service's."""
    sender, ours = socket.socketpair()
    with sender, ours:
        yield sender, ours


def _read_slowly(ours: socket.socket) -> float:
    """Read a body in pieces of four bytes through a patient application; return the seconds until it was ended."""
    began = time.monotonic()

    def application(environ: dict[str, Any], _start: object) -> list[bytes]:
        with pytest.raises(patience.Stalled):
            list(iter(lambda: environ["wsgi.input"].read(4), b""))
        return []

    with ours.makefile("rb") as stream:
        environ = {"CONTENT_LENGTH": "1000", "wsgi.input": stream, "gunicorn.socket": ours}
        patience.patient(application)(environ, print)
    return time.monotonic() - began


def _feed(sender: socket.socket, *, seconds: float) -> None:
    with contextlib.suppress(OSError):
        for _ in range(100):
            sender.sendall(b"four")
            time.sleep(seconds)


def test_a_body_at_the_least_rate_has_its_time_in_all_and_no_longer(
    connection: tuple[socket.socket, socket.socket], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(patience, "PIECE", 4)
    monkeypatch.setattr(patience, "SECONDS_WHOLE", 1.5)
    feeding = threading.Thread(target=_feed, args=(connection[0],), kwargs={"seconds": 0.1})
    feeding.start()

    took = _read_slowly(connection[1])

    connection[1].close()
    feeding.join()
    assert 1.4 < took < 5


def test_a_body_that_stops_has_the_time_of_one_piece(
    connection: tuple[socket.socket, socket.socket], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(patience, "SECONDS_PIECE", 0.5)
    connection[0].sendall(b"four")

    assert 0.4 < _read_slowly(connection[1]) < 4


def test_what_has_no_body_is_not_measured() -> None:
    environ: dict[str, Any] = {"CONTENT_LENGTH": "", "wsgi.input": None}

    assert patience.patient(lambda given, _start: [b"%d" % (given["wsgi.input"] is None)])(environ, print) == [b"1"]
