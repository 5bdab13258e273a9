"""A real service: whatever of it is killed comes back, whoever kills all of it finds nothing left."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import socket
import subprocess
import sys
import urllib.error
import urllib.request
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from own_database import OwnDatabase, own_database, own_tables
from ports import free_port
from until import until

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["own_database", "own_tables"]

pytestmark = [pytest.mark.slow, pytest.mark.skipif(sys.platform != "linux", reason="processes are read from /proc")]

SHELTERWOOD = Path(sys.executable).with_name("shelterwood")


def _stat(pid: int) -> list[str]:
    return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()


def children(pid: int) -> set[int]:
    found = set()
    for each in Path("/proc").iterdir():
        if each.name.isdigit():
            with contextlib.suppress(OSError):
                state, parent, *_ = _stat(int(each.name))
                if int(parent) == pid and state != "Z":
                    found.add(int(each.name))
    return found


def is_alive(pid: int) -> bool:
    try:
        return _stat(pid)[0] != "Z"
    except OSError:
        return False


@dataclass(frozen=True)
class Running:
    """A running service and its processes."""

    process: subprocess.Popen[bytes]
    url: str

    def ready(self) -> dict[str, object]:
        try:
            with urllib.request.urlopen(f"{self.url}/readyz", timeout=5) as answer:  # noqa: S310 - our own address
                found: dict[str, object] = json.load(answer)
        except urllib.error.HTTPError as error:
            with error:
                found = json.load(error)
        except OSError:
            return {"ready": False}
        return found

    def is_ready(self) -> bool:
        return self.ready()["ready"] is True

    @property
    def arbiter(self) -> int:
        return next(pid for pid in children(self.process.pid) if children(pid))

    @property
    def keeper(self) -> int:
        return next(pid for pid in children(self.process.pid) if not children(pid))

    def everyone(self) -> set[int]:
        first = children(self.process.pid)
        return first | {pid for parent in first for pid in children(parent)}


@contextlib.contextmanager
def started(there: OwnDatabase, *arguments: str, **variables: str) -> Iterator[Running]:
    port = free_port()
    command = [SHELTERWOOD, "serve", "provider", "--port", str(port), *arguments]
    process = subprocess.Popen(command, env=there.environment | variables)
    running = Running(process=process, url=f"http://127.0.0.1:{port}")
    try:
        until(lambda: process.poll() is not None or running.is_ready(), seconds=120)
        assert process.poll() is None
        yield running
    finally:
        process.terminate()
        process.wait(timeout=60)


def test_a_keeper_that_is_killed_is_replaced_and_answers_go_on(own_tables: OwnDatabase) -> None:
    with started(own_tables) as running:
        first = running.keeper
        os.kill(first, signal.SIGKILL)

        assert running.ready()
        until(lambda: len(children(running.process.pid)) == 2 and not is_alive(first))
        assert running.keeper != first
        until(running.is_ready)


def test_a_worker_and_all_of_the_web_may_be_killed(own_tables: OwnDatabase) -> None:
    with started(own_tables, "--workers", "2") as running:
        arbiter = running.arbiter
        until(lambda: len(children(arbiter)) == 2)
        worker = min(children(arbiter))
        os.kill(worker, signal.SIGKILL)
        until(lambda: len(children(arbiter) - {worker}) == 2)
        until(running.is_ready)

        left = children(arbiter)
        os.kill(arbiter, signal.SIGKILL)

        until(lambda: not any(map(is_alive, left)))
        until(running.is_ready)


def test_nothing_outlives_a_supervisor_that_is_killed_and_it_can_be_started_again(own_tables: OwnDatabase) -> None:
    with started(own_tables, "--workers", "2") as running:
        until(lambda: len(running.everyone()) >= 4)
        everyone = running.everyone()
        running.process.kill()

        until(lambda: not any(map(is_alive, everyone)))

    with started(own_tables) as again:
        until(again.is_ready)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_service_that_is_told_to_end_ends_whole(own_tables: OwnDatabase, number: signal.Signals) -> None:
    with started(own_tables) as running:
        everyone = running.everyone()
        running.process.send_signal(number)

        assert running.process.wait(timeout=60) == 0
        assert not any(map(is_alive, everyone))


def test_one_request_at_a_time_is_a_setting(own_database: OwnDatabase) -> None:
    with started(own_database, SHELTERWOOD_THREADS="1") as running:
        until(running.is_ready)


def test_a_second_service_on_the_same_data_waits_with_its_keeper(own_tables: OwnDatabase) -> None:
    with started(own_tables) as first, started(own_tables) as second:
        until(second.is_ready)
        first.process.kill()

        until(lambda: second.is_ready() and "A keeper is at work" in tick(own_tables))


def tick(database: OwnDatabase) -> str:
    command = [SHELTERWOOD, "tick"]
    done = subprocess.run(command, env=database.environment, capture_output=True, text=True, check=False, timeout=60)
    return done.stdout


def test_a_port_that_is_taken_is_said_in_a_sentence(own_tables: OwnDatabase) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        command = [SHELTERWOOD, "serve", "provider", "--port", str(taken.getsockname()[1])]
        done = subprocess.run(
            command, env=own_tables.environment, capture_output=True, text=True, check=False, timeout=60
        )

    assert done.returncode == 2
    assert "cannot be used" in done.stderr
    assert "Traceback" not in done.stderr
