"""Kinds of which several jobs are taken at once: their ends are written together, and none pays for another."""

from __future__ import annotations

import signal
import time
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from own_database import own_database
from people import NOW

from shelterwood.web.hall.access.actors import OPERATOR
from shelterwood.web.hall.audit.actions import PERSONAL_FORGOTTEN
from shelterwood.web.hall.audit.models import Line
from shelterwood.web.hall.audit.services import record
from shelterwood.web.hall.outbox import delivering, kinds, services
from shelterwood.web.hall.outbox.delivering import deliver_due
from shelterwood.web.hall.outbox.models import Job
from shelterwood.web.hall.outbox.outcomes import Done, Outcome, TryAgain
from shelterwood.web.hall.outbox.states import JobState

if TYPE_CHECKING:
    from own_database import OwnDatabase

    from shelterwood.web.hall.outbox.at_work import JobAtWork

__all__ = ["own_database"]


class Look:
    """A handler that writes with the end of its job, and notes what came when."""

    def __init__(self) -> None:
        self.tried: list[str] = []
        self.ended: list[str] = []
        self.fails: dict[str, str] = {}
        self.slow: dict[str, float] = {}

    def __call__(self, job: JobAtWork) -> Outcome:
        self.tried.append(job.key)
        time.sleep(self.slow.get(job.key, 0.0))
        if self.fails.get(job.key) == "look":
            return TryAgain("lists_missing")
        return Done(write=lambda: self._write(job), then=lambda: self.ended.append(job.key))

    def _write(self, job: JobAtWork) -> None:
        record(action=PERSONAL_FORGOTTEN, actor=OPERATOR, object_ref=f"job:{job.key}", now=NOW)
        if self.fails.get(job.key) == "write":
            raise ValueError("Jan Janssen")


@pytest.fixture
def look(monkeypatch: pytest.MonkeyPatch) -> Look:
    monkeypatch.setattr(kinds, "_KINDS", {})
    found = Look()
    kinds.register("tests.look", found, at_once=3)
    for number in range(5):
        services.put(kind="tests.look", key=f"{number}", payload={}, now=NOW + timedelta(microseconds=number))
    return found


def deliver(after: timedelta = timedelta(seconds=1)) -> int:
    return deliver_due(kinds.kind_of("tests.look"), NOW + after)


def states() -> list[str]:
    return [job.state for job in Job.objects.order_by("key")]


def written() -> list[str]:
    return list(Line.objects.order_by("seq").values_list("object_ref", flat=True))


def test_so_many_are_tried_before_their_ends_are_written_and_then_the_next(
    look: Look, monkeypatch: pytest.MonkeyPatch
) -> None:
    settled: list[int] = []
    settle = services.settle
    monkeypatch.setattr(services, "settle", lambda **said: settled.append(len(said["tried"])) or settle(**said))

    assert (deliver(), deliver()) == (5, 0)

    assert settled == [3, 2]
    assert look.tried == look.ended == ["0", "1", "2", "3", "4"]
    assert (set(states()), written()) == ({JobState.DONE}, [f"job:{n}" for n in range(5)])


def test_an_end_that_cannot_be_written_takes_no_other_with_it(look: Look, caplog: pytest.LogCaptureFixture) -> None:
    look.fails = {"1": "write", "2": "look"}

    deliver()

    assert states() == [JobState.DONE, JobState.PENDING, JobState.PENDING, JobState.DONE, JobState.DONE]
    assert (written(), look.ended) == (["job:0", "job:3", "job:4"], ["0", "3", "4"])
    assert list(Job.objects.filter(key__in="12").order_by("key").values_list("last_reason", flat=True)) == [
        "end_not_written",
        "lists_missing",
    ]
    assert ("ValueError" in caplog.text, "Janssen" in caplog.text) == (True, False)


def test_what_was_interrupted_is_taken_alone_the_next_time(look: Look) -> None:
    for _ in range(3):
        services.claim(kind="tests.look", most=3, now=NOW + timedelta(seconds=1))
        services.release_left(now=NOW + timedelta(seconds=1))
    assert sorted(Job.objects.values_list("attempts", flat=True)) == [0, 0, 1, 1, 3]

    assert [len(services.claim(kind="tests.look", most=3, now=NOW + timedelta(seconds=1))) for _ in range(4)] == [
        1, 1, 2, 0,
    ]  # fmt: skip
    assert look.tried == []


def test_what_a_round_has_no_time_for_is_put_back_as_if_nobody_had_taken_it(
    look: Look, monkeypatch: pytest.MonkeyPatch
) -> None:
    look.slow = {"0": 0.06}
    with monkeypatch.context() as patched:
        patched.setattr(delivering, "_SECONDS_A_ROUND", 0.05)
        assert deliver() == 1

    assert states() == [JobState.DONE, *[JobState.PENDING] * 4]
    assert set(Job.objects.exclude(key="0").values_list("attempts", "last_reason")) == {(0, "")}
    assert (deliver(), look.tried) == (4, ["0", "1", "2", "3", "4"])


def test_whoever_lost_the_lease_writes_nothing(look: Look) -> None:
    taken = services.claim(kind="tests.look", most=3, now=NOW + timedelta(seconds=1))
    tried = [delivering._tried(kinds.kind_of("tests.look"), job, begin=True) for job in taken]
    Job.objects.filter(key="1").update(attempts=2)  # somebody has begun it again

    delivering._settle(tried, now=NOW)

    assert (written(), look.ended) == (["job:0", "job:2"], ["0", "2"])


PUT = """
call_command("migrate", verbosity=0)
from django.utils import timezone
from shelterwood.web.hall.outbox import kinds, services
kinds.register("tests.look", lambda job: None)
for number in range(5):
    services.put(kind="tests.look", key=str(number), payload={}, now=timezone.now())
"""
LOOK = """
from django.utils import timezone
from shelterwood.web.hall.access.actors import OPERATOR
from shelterwood.web.hall.audit.actions import PERSONAL_FORGOTTEN
from shelterwood.web.hall.audit.services import record
from shelterwood.web.hall.outbox import delivering, kinds, services
from shelterwood.web.hall.outbox.outcomes import Done

def look(job):
    return Done(write=lambda: record(action=PERSONAL_FORGOTTEN, actor=OPERATOR, object_ref=job.key, now=timezone.now()))

kinds.register("tests.look", look, at_once=3)
services.release_left(now=timezone.now())
delivering.deliver_due(kinds.kind_of("tests.look"), timezone.now())
print(sorted(models.Line.objects.values_list("object_ref", flat=True)))
"""


@pytest.mark.slow
@pytest.mark.parametrize("step", ["outbox.claimed", "outbox.delivered", "outbox.settled"])
def test_a_death_at_any_step_leaves_every_end_written_once(own_database: OwnDatabase, step: str) -> None:
    own_database.run(PUT)
    dying = own_database.start(f"import os\nos.environ['SHELTERWOOD_FAULT'] = '{step}'\n" + LOOK)
    _out, errors = dying.communicate(timeout=60)
    assert dying.returncode == -signal.SIGKILL, errors

    assert own_database.run(LOOK) == "['0', '1', '2', '3', '4']\n"
