"""Real deaths: a delivering process is killed at every step of the outbox, and the partner counts once."""

from __future__ import annotations

import http.server
import signal
import subprocess
import sys
import threading
from collections import Counter
from typing import TYPE_CHECKING

import pytest
from own_database import OwnDatabase, own_tables

from shelterwood.web.hall import faults
from shelterwood.web.hall.outbox import delivering  # noqa: F401 - registers its steps

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["own_tables"]

STEPS = [step for step in faults.registered() if step.startswith("outbox.")]

PROGRAM = """
import sys, urllib.request
from shelterwood.web.hall.running.roles import become
become("provider")
from django.utils import timezone
from shelterwood.web.hall.outbox import delivering, kinds, services
from shelterwood.web.hall.outbox.outcomes import Done

def send(job):
    for step in ("open", "close"):
        if step not in job.remembered:
            headers = {"Idempotency-Key": f"{job.id}.{step}"}
            request = urllib.request.Request(sys.argv[1] + step, data=b"{}", headers=headers, method="POST")
            urllib.request.urlopen(request, timeout=5).close()
            job.remember(step)
    return Done()

kinds.register("tests.letter", send)
services.put(kind="tests.letter", key="one", payload={}, now=timezone.now())
services.release_left(now=timezone.now())
print(delivering.deliver_due(kinds.kind_of("tests.letter"), timezone.now()))
"""


class CountingPartner(http.server.ThreadingHTTPServer):
    """A partner that does what an idempotency key names once, however often it is asked."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Counting)
        self.asked: Counter[str] = Counter()
        self.done: Counter[str] = Counter()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}/"


class _Counting(http.server.BaseHTTPRequestHandler):
    server: CountingPartner

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["Content-Length"]))
        key = self.headers["Idempotency-Key"]
        if not self.server.asked[key]:
            self.server.done[self.path] += 1
        self.server.asked[key] += 1
        self.send_response(200)
        self.end_headers()

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base class's name
        """Say nothing."""


@pytest.fixture
def counting() -> Iterator[CountingPartner]:
    with CountingPartner() as partner:
        thread = threading.Thread(target=partner.serve_forever)
        thread.start()
        yield partner
        partner.shutdown()
        thread.join()


def deliver(there: OwnDatabase, partner: CountingPartner, **variables: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-c", PROGRAM, partner.url]
    environment = there.environment | variables
    return subprocess.run(command, env=environment, capture_output=True, text=True, check=False, timeout=60)


@pytest.mark.slow
@pytest.mark.parametrize("step", STEPS)
def test_a_death_at_any_step_delivers_exactly_once(
    own_tables: OwnDatabase, counting: CountingPartner, step: str
) -> None:
    killed = deliver(own_tables, counting, **{faults.VARIABLE: step})
    again = [deliver(own_tables, counting) for _ in range(2)]

    assert killed.returncode == -signal.SIGKILL, killed.stderr
    assert [each.returncode for each in again] == [0, 0], again[0].stderr + again[1].stderr
    assert counting.done == {"/open": 1, "/close": 1}
    assert len(counting.asked) == 2, "the idempotency key changed after the death"


@pytest.mark.slow
def test_a_step_that_was_remembered_is_not_asked_for_again(own_tables: OwnDatabase, counting: CountingPartner) -> None:
    deliver(own_tables, counting, **{faults.VARIABLE: "outbox.remembered"})
    deliver(own_tables, counting)

    assert set(counting.asked.values()) == {1}


def test_every_step_of_the_outbox_is_tried() -> None:
    assert STEPS == ["outbox.claimed", "outbox.delivered", "outbox.remembered", "outbox.settled"]
