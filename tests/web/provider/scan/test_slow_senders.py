"""Senders that stall, against the service as it is served: they are ended, and others are served meanwhile."""

from __future__ import annotations

import contextlib
import socket
import time
from typing import TYPE_CHECKING

import pytest
from served import Served, answered, served
from uploads import jpeg, picture

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    with served(tmp_path_factory.mktemp("served")) as running:
        yield running


def _seconds_until_served(service: Served) -> float:
    began = time.monotonic()
    assert service.send(jpeg(picture(2))).status == 200
    return time.monotonic() - began


@pytest.fixture
def connected(service: Served) -> Iterator[Callable[..., socket.socket]]:
    """Return what opens a connection on which something was said; all are closed at the end."""
    with contextlib.ExitStack() as opened:

        def connect(said: bytes = b"") -> socket.socket:
            connection = opened.enter_context(socket.create_connection(("127.0.0.1", service.port), timeout=20))
            connection.sendall(said)
            return connection

        yield connect


def test_who_opens_every_connection_keeps_others_out_for_ten_seconds_and_no_longer(tmp_path: Path) -> None:
    with served(tmp_path, open_files=256) as small, contextlib.ExitStack() as opened:
        began = time.monotonic()
        address = ("127.0.0.1", small.port)
        silent = [opened.enter_context(socket.create_connection(address, timeout=20)) for _ in range(256 // 2)]

        waited = _seconds_until_served(small)

        assert 5 < waited < 15, "it was let in when those who said nothing were ended"
        assert time.monotonic() - began > 9
        assert {connection.recv(1) for connection in silent} == {b""}
        assert _seconds_until_served(small) < 5


def _begun(service: Served, route: str, kind: str, *, length: int = 4000) -> bytes:
    """Return a request whose body has begun, and has not ended."""
    head = f"{route} HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer {service.full_key}\r\n"
    return f"{head}Content-Type: {kind}\r\nContent-Length: {length}\r\n\r\n--b\r\n".encode()


FORM = "multipart/form-data; boundary=b"
JSON = "application/json"


@pytest.mark.parametrize(
    "requests",
    [
        [("POST /api/v1/scan", kind, 408) for kind in ("image/jpeg", FORM, JSON, "image/png")],
        [
            ("POST /m/lookup", FORM, 408),
            ("POST /m/compare", JSON, 408),
            # Anybody may send these.
            ("POST /sign-in", "application/x-www-form-urlencoded", 403),
            ("POST /sign-in", FORM, 403),
        ],
    ],
    ids=["scan", "hma-and-pages"],
)
def test_bodies_that_stall_are_ended_and_hold_the_service_no_longer_than_a_piece_may_take(
    service: Served, connected: Callable[..., socket.socket], requests: list[tuple[str, str, int]]
) -> None:
    stalled = [connected(_begun(service, route, kind)) for route, kind, _ in requests]

    assert _seconds_until_served(service) < 15
    assert [answered(connection).status for connection in stalled] == [status for _, _, status in requests]
    assert service.spool() == []


def test_a_byte_now_and_then_is_no_progress(service: Served, connected: Callable[..., socket.socket]) -> None:
    connection, began = connected(_begun(service, "POST /api/v1/scan", "image/jpeg")), time.monotonic()
    connection.settimeout(0.3)
    while time.monotonic() - began < 20:
        try:
            connection.sendall(b"x")
            connection.recv(1, 2)  # MSG_PEEK
        except TimeoutError:
            continue
        break

    connection.settimeout(5)
    assert answered(connection).status == 408
    assert 9 < time.monotonic() - began < 15


def test_heads_that_stall_hold_no_thread_and_are_answered_408(
    service: Served, connected: Callable[..., socket.socket]
) -> None:
    head = b"POST /api/v1/scan HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-"
    began = time.monotonic()
    stalled = [connected(head[:size]) for size in (1, 9, 30, len(head))]
    silent = [connected() for _ in range(40)]

    assert _seconds_until_served(service) < 8  # a thread that waited would wait ten
    for connection in stalled:
        answer = answered(connection)
        assert (answer.status, answer.headers["Content-Type"]) == (408, "application/problem+json")
    assert 9 < time.monotonic() - began < 15
    assert {connection.recv(1) for connection in silent} == {b""}


def test_a_head_that_drips_has_ten_seconds_in_all(connected: Callable[..., socket.socket]) -> None:
    connection, began = connected(b"GET /healthz HTTP/1.1\r\n"), time.monotonic()
    connection.settimeout(0.3)
    while time.monotonic() - began < 20:
        try:
            connection.sendall(b"X: y\r\n")
            connection.recv(1, 2)  # MSG_PEEK
        except TimeoutError:
            continue
        break

    assert answered(connection).status == 408
    assert 9 < time.monotonic() - began < 15


def test_a_head_may_come_in_pieces_and_requests_one_behind_the_other(connected: Callable[..., socket.socket]) -> None:
    connection = connected()
    for piece in (b"\r\nGET /healthz HT", b"TP/1.1\r\nHost: 127.0.0.1\r", b"\n\r", b"\nGET /healthz HTTP/1.1\r\nHost"):
        connection.sendall(piece)
        time.sleep(0.05)
    connection.sendall(b": 127.0.0.1\r\n\r\n" + b"GET /healthz HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n" * 2)

    said = b""
    while said.count(b"\r\n\r\nok\n") < 4:
        said += connection.recv(4096) or pytest.fail("not every request was answered")


@pytest.mark.parametrize(
    ("said", "status"),
    [
        (b"\x16\x03\x01 no HTTP at all\r\n\r\n", 400),
        (b"GET / HTTP/1.1\n\n", 400),
        (b"GET /" + b"a" * 9000 + b" HTTP/1.1\r\nHost: x\r\n\r\n", 414),
        (b"GET / HTTP/1.1\r\nHost: x\r\nX: " + b"a" * 9000 + b"\r\n\r\n", 431),
        (b"GET / HTTP/1.1\r\nHost: x\r\n" + b"X: y\r\n" * 20000, 431),
        (b"POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: strange\r\n\r\n", 501),
    ],
    ids=["no-http", "bare-lf", "long-address", "long-header", "endless-headers", "strange-coding"],
)
def test_what_is_no_request_is_refused_at_once_in_the_shape_of_every_refusal(
    connected: Callable[..., socket.socket], said: bytes, status: int
) -> None:
    connection, began = connected(said), time.monotonic()

    answer = answered(connection)

    assert (answer.status, answer.data["status"]) == (status, status)
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert time.monotonic() - began < 8


def test_bodies_that_are_refused_unread_hold_nothing(service: Served, connected: Callable[..., socket.socket]) -> None:
    begun = _begun(service, "POST /api/v1/scan", "image/jpeg", length=5_000_000)
    refused = [connected(begun.replace(service.full_key.encode(), b"swk_nobody")) for _ in range(8)]

    assert [answered(each).status for each in refused] == [401] * 8
    assert _seconds_until_served(service) < 8
