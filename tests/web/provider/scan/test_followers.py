"""Requests that follow each other on one connection: answered without a detour, and never at the cost of others."""

from __future__ import annotations

import socket
import threading
import time
from typing import TYPE_CHECKING

import pytest
from served import Served, served
from until import until
from uploads import jpeg, picture

from shelterwood.web.provider.scan import decoding

if TYPE_CHECKING:
    from collections.abc import Iterator

pytestmark = pytest.mark.slow
MANY = 500
MARK = b"HTTP/1.1 200"
HEAD = b"GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n"


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    with served(tmp_path_factory.mktemp("served")) as running:
        yield running


class Answers:
    """The answers on one connection, counted from its beginning: what is read may hold some of the next lot."""

    def __init__(self, connection: socket.socket) -> None:
        self._connection = connection
        self._seen = 0
        self._end = b""

    def read_until(self, count: int) -> None:
        """Read on until so many have come in all."""
        while self._seen < count:
            piece = self._connection.recv(65536)
            assert piece
            self._seen += (self._end + piece).count(MARK)
            self._end = piece[1 - len(MARK) :]


def test_senders_of_many_requests_at_once_as_many_as_threads_leave_room_for_one_who_comes_later(
    service: Served,
) -> None:
    answered, enough = [0] * 4, threading.Event()

    def busy(number: int) -> None:
        with socket.create_connection(("127.0.0.1", service.port), timeout=60) as connection:
            answers, sent = Answers(connection), MANY
            connection.sendall(HEAD * MANY)
            while not enough.is_set():
                connection.sendall(HEAD * MANY)  # so many always wait to be read
                answers.read_until(sent)
                sent += MANY
                answered[number] += 1
            answers.read_until(sent)

    senders = [threading.Thread(target=busy, args=(number,)) for number in range(len(answered))]
    for sender in senders:
        sender.start()
    try:
        until(lambda: all(answered))
        with socket.create_connection(("127.0.0.1", service.port), timeout=60) as late:
            late.sendall(HEAD)
            Answers(late).read_until(1)
    finally:
        enough.set()
        for sender in senders:
            sender.join()


def test_a_request_that_follows_in_pieces_or_together_with_another_is_answered(service: Served) -> None:
    unread = f"POST /api/v1/scan HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {service.key}\r\n"
    unread += "Content-Type: application/json\r\nContent-Length: 2\r\n\r\n{}"
    connection = socket.create_connection(("127.0.0.1", service.port), timeout=60)
    connection.sendall(unread.encode() + HEAD + HEAD[:20])
    time.sleep(0.1)
    connection.sendall(HEAD[20:-2])
    time.sleep(0.001)
    connection.sendall(HEAD[-2:])

    said = b""
    while said.count(b"HTTP/1.1 200") < 2:
        piece = connection.recv(65536)
        assert piece
        said += piece
    connection.close()
    assert said.startswith(b"HTTP/1.1 400")


def test_a_child_whose_first_user_has_ended_is_replaced() -> None:
    data, frames = memoryview(jpeg(picture(3))), []

    def decode() -> None:
        frames.append(decoding.decode(data).frames[0].pdq.bits)

    for _ in range(2):
        one = threading.Thread(target=decode)
        one.start()
        one.join()

    assert len(frames) == 2
    assert frames[0] == frames[1]
