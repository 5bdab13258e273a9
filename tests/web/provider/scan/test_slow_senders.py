"""Senders that stall, against the service as it is served: they are answered 408, and others are served meanwhile."""

from __future__ import annotations

import socket
import time
from typing import TYPE_CHECKING

import pytest
from served import Served, answered, served
from uploads import jpeg, picture

if TYPE_CHECKING:
    from collections.abc import Iterator

pytestmark = pytest.mark.slow
BODY = ("Content-Length: 5000000",)


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    with served(tmp_path_factory.mktemp("served")) as running:
        yield running


def _seconds_until_served(service: Served) -> float:
    began = time.monotonic()
    assert service.send(jpeg(picture(2))).status == 200
    return time.monotonic() - began


@pytest.mark.parametrize("kind", ["image/jpeg", "multipart/form-data; boundary=b", "application/json"])
def test_stalled_uploads_are_answered_408_and_hold_the_service_no_longer_than_a_piece_may_take(
    service: Served, kind: str
) -> None:
    length = "4000" if kind.endswith("json") else "5000000"
    stalled = [service.open(f"Content-Type: {kind}", f"Content-Length: {length}") for _ in range(4)]
    for connection in stalled:
        connection.sendall(b"--b\r\n")

    assert _seconds_until_served(service) < 13
    for connection in stalled:
        answer = answered(connection)
        assert (answer.status, answer.headers["Content-Type"]) == (408, "application/problem+json")
        connection.close()
    assert service.spool() == []


def test_a_byte_now_and_then_is_no_progress(service: Served) -> None:
    connection, began = service.open(), time.monotonic()
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
    connection.close()
    assert 9 < time.monotonic() - began < 13


def _connected(service: Served, said: bytes = b"") -> socket.socket:
    connection = socket.create_connection(("127.0.0.1", service.port), timeout=20)
    connection.sendall(said)
    return connection


def test_heads_that_stall_hold_no_thread_and_are_answered_408(service: Served) -> None:
    head = b"POST /api/v1/scan HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-"
    stalled = [_connected(service, head[:size]) for size in (1, 9, 30, len(head))]
    silent = [_connected(service) for _ in range(40)]
    began = time.monotonic()

    assert _seconds_until_served(service) < 3
    for connection in stalled:
        answer = answered(connection)
        assert (answer.status, answer.headers["Content-Type"]) == (408, "application/problem+json")
        connection.close()
    assert 9 < time.monotonic() - began < 13
    for connection in silent:
        assert connection.recv(1) == b""
        connection.close()


def test_a_head_that_drips_has_ten_seconds_in_all(service: Served) -> None:
    connection, began = _connected(service, b"GET /healthz HTTP/1.1\r\n"), time.monotonic()
    connection.settimeout(0.3)
    while time.monotonic() - began < 20:
        try:
            connection.sendall(b"X: y\r\n")
            connection.recv(1, 2)  # MSG_PEEK
        except TimeoutError:
            continue
        break

    assert answered(connection).status == 408
    connection.close()
    assert 9 < time.monotonic() - began < 13


def test_a_head_may_come_in_pieces_and_requests_one_behind_the_other(service: Served) -> None:
    connection = _connected(service)
    for piece in (b"\r\nGET /healthz HT", b"TP/1.1\r\nHost: 127.0.0.1\r", b"\n\r", b"\nGET /healthz HTTP/1.1\r\nHost"):
        connection.sendall(piece)
        time.sleep(0.05)
    first = answered(connection)
    connection.sendall(b": 127.0.0.1\r\n\r\n" + b"GET /healthz HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n" * 2)

    assert [first.body, *(answered(connection).body for _ in range(3))] == [b"ok\n"] * 4
    connection.close()


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
    service: Served, said: bytes, status: int
) -> None:
    connection, began = _connected(service, said), time.monotonic()

    answer = answered(connection)

    assert (answer.status, answer.data["status"]) == (status, status)
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert time.monotonic() - began < 3
    connection.close()


def test_bodies_that_are_refused_unread_hold_nothing(service: Served) -> None:
    refused = [service.open("Content-Type: image/jpeg", *BODY, key="swk_nobody") for _ in range(4)]

    assert [answered(each).status for each in refused] == [401] * 4
    for connection in refused:
        connection.close()
    assert _seconds_until_served(service) < 3
