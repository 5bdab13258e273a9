"""Counting without writing: every process has its row, the keeper writes each count once, a death loses nothing."""

from __future__ import annotations

import os
import signal
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from people import NOW

from shelterwood.web.hall.audit.models import Line
from shelterwood.web.hall.running import counters, flushing
from shelterwood.web.hall.running.models import CounterMinute
from shelterwood.web.hall.running.shared import Table

if TYPE_CHECKING:
    from collections.abc import Callable


@pytest.fixture(autouse=True)
def _fresh_counters(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(counters, "_names", {})
    monkeypatch.setattr(counters, "_counted", Table(rows=129, columns=128))
    monkeypatch.setattr(counters, "_written", Table(rows=129, columns=128))
    counters.register("tests.seen")
    counters.register("tests.unseen")


def in_child(call: Callable[[], None], *, row: int) -> int:
    """Call in a child with a row of its own, which then dies as a worker may: without tidying up."""
    pid = os.fork()
    if pid == 0:
        counters.use_row(row)
        call()
        os.kill(os.getpid(), signal.SIGKILL)
    return os.waitpid(pid, 0)[1]


@pytest.mark.filterwarnings("ignore:This process .* is multi-threaded:DeprecationWarning")
def test_what_a_dead_worker_counted_is_written_and_the_next_one_goes_on_in_its_row() -> None:
    for _ in range(2):
        in_child(lambda: counters.count("tests.seen", 5), row=3)
    in_child(lambda: counters.count("tests.seen"), row=4)
    counters.count("tests.seen", 2)

    flushing.flush(NOW)

    assert CounterMinute.objects.get().totals == {"tests.seen": 13}


def test_each_count_is_written_once_and_nothing_writes_nothing() -> None:
    counters.count("tests.seen", 3)
    flushing.flush(NOW)
    flushing.flush(NOW + timedelta(minutes=1))
    counters.count("tests.seen")
    flushing.flush(NOW + timedelta(minutes=2))

    assert [row.totals["tests.seen"] for row in CounterMinute.objects.order_by("minute")] == [3, 1]
    assert [line.codes for line in Line.objects.filter(action="scan.counted").order_by("seq")] == [
        {"tests.seen": "3"},
        {"tests.seen": "1"},
    ]
    assert counters.totals() == {"tests.seen": 4, "tests.unseen": 0}


def test_two_flushes_in_one_minute_make_one_row() -> None:
    for seconds in (5, 40):
        counters.count("tests.seen", 2)
        flushing.flush(NOW.replace(second=seconds))

    assert CounterMinute.objects.get().totals == {"tests.seen": 4}


def test_what_could_not_be_written_is_written_next_time(monkeypatch: pytest.MonkeyPatch) -> None:
    counters.count("tests.seen", 7)
    with monkeypatch.context() as broken:
        broken.setattr(flushing, "record", _fails)
        with pytest.raises(OSError, match="full"):
            flushing.flush(NOW)

    flushing.flush(NOW)

    assert CounterMinute.objects.get().totals == {"tests.seen": 7}


def _fails(**_what: object) -> None:
    raise OSError("disk full")


def test_a_name_that_nobody_registered_is_refused() -> None:
    with pytest.raises(counters.CounterNotRegistered):
        counters.count("tests.misspelt")


def test_a_counter_that_comes_after_the_fork_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(counters, "_sealed", True)

    assert counters.register("tests.seen") == "tests.seen"
    with pytest.raises(counters.RegisteredTooLate):
        counters.register("tests.late")
