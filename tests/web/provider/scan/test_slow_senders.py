"""Senders that stall, against the service as it is served: they are answered 408, and others are served meanwhile."""

from __future__ import annotations

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


def test_bodies_that_are_refused_unread_hold_nothing(service: Served) -> None:
    refused = [service.open("Content-Type: image/jpeg", *BODY, key="swk_nobody") for _ in range(4)]

    assert [answered(each).status for each in refused] == [401] * 4
    for connection in refused:
        connection.close()
    assert _seconds_until_served(service) < 13
