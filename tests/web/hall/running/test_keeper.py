"""Rounds: one that fails stops no other and can be seen; what the hall's own rounds do."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from django.utils import timezone
from people import NOW, make_person

from shelterwood.web.hall.audit.models import SignedHead
from shelterwood.web.hall.outbox import kinds
from shelterwood.web.hall.outbox.delivering import deliver_due
from shelterwood.web.hall.outbox.models import Job
from shelterwood.web.hall.running import board, keeper, the_rounds, ticking
from shelterwood.web.hall.running.counters import RegisteredTooLate
from shelterwood.web.hall.running.lock import KeeperLock
from shelterwood.web.hall.running.shared import Table

if TYPE_CHECKING:
    from datetime import datetime
    from pathlib import Path

    from django.test import Client
    from pytest_django.fixtures import SettingsWrapper


@pytest.fixture(autouse=True)
def _own_rounds(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(keeper, "_ROUNDS", {})
    monkeypatch.setattr(kinds, "_KINDS", {})  # each kind of job has a round of its own
    monkeypatch.setattr(board, "_board", Table(rows=board.MOST_ROUNDS + 1, columns=4))


def breaks(_now: datetime) -> None:
    raise ValueError("Jan Janssen")


def register(*names: str) -> list[str]:
    """Register rounds of these names; `bad` breaks. Return the list in which the others leave their names."""
    done: list[str] = []
    for name in names:
        run = breaks if name == "bad" else (lambda _now, name=name: done.append(name))  # type: ignore[misc]
        keeper.register(name, every=timedelta(seconds=1), run=run)
    return done


def test_a_round_that_fails_stops_no_other_and_says_nothing_personal(caplog: pytest.LogCaptureFixture) -> None:
    done = register("first", "bad", "last")

    ticked = ticking.tick()

    assert done == ["first", "last"]
    assert (ticked.well, ticked.failed) == (("first", "last"), ("bad",))
    assert "round bad failed: ValueError" in caplog.text
    assert "Jan" not in caplog.text


def test_a_round_that_keeps_failing_makes_the_service_unready_until_it_goes_well(client: Client) -> None:
    register("bad")
    for _ in range(3):
        ticking.tick()
    assert client.get("/readyz").json()["reasons"] == {"keeper": "failing: bad"}

    keeper.register("bad", every=timedelta(seconds=1), run=lambda _now: None)
    ticking.tick()

    assert client.get("/readyz").json()["ready"] is True


def test_a_supervised_service_without_a_keeper_is_not_ready(client: Client) -> None:
    board.supervise()
    assert client.get("/readyz").json()["reasons"] == {"keeper": "the keeper does not answer"}

    board.beat(board.KeeperIs.WORKING)

    assert client.get("/readyz").json()["ready"] is True


def test_deliveries_that_nobody_tries_make_the_service_unready(client: Client) -> None:
    Job.objects.create(kind="a", key="a", created_at=NOW, next_attempt_at=NOW - timedelta(days=4000))

    assert client.get("/readyz").json()["reasons"] == {"outbox": "deliveries are not being tried"}


def test_nothing_is_done_where_a_keeper_is_at_work() -> None:
    done = register("first")
    lock = KeeperLock()
    assert lock.try_take()
    try:
        assert ticking.tick().kept
    finally:
        lock.release()

    assert not done
    assert ticking.tick().well == ("first",)


def test_a_round_that_comes_after_the_fork_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(keeper, "_sealed", True)

    with pytest.raises(RegisteredTooLate):
        register("late")


def test_the_record_is_signed_once_a_day() -> None:
    the_rounds.sign_daily(NOW)
    assert not SignedHead.objects.exists(), "an empty record needs no signature"
    make_person()

    for hours in (0, 1, 23, 24, 25):
        the_rounds.sign_daily(NOW + timedelta(hours=hours))

    assert SignedHead.objects.count() == 2


def test_a_signed_head_that_cannot_be_sent_is_sent_as_soon_as_it_can_be(
    settings: SettingsWrapper, tmp_path: Path
) -> None:
    away = tmp_path / "auditor"
    settings.FACTS = replace(settings.FACTS, log_heads=away)
    make_person()
    the_rounds.register_own()

    the_rounds.sign_daily(NOW)
    deliver_due(kinds.kind_of(the_rounds.SEND_HEAD), NOW)
    job = Job.objects.get(kind=the_rounds.SEND_HEAD)
    assert (job.state, job.last_reason) == ("pending", "heads_directory_not_writable")
    away.mkdir()
    deliver_due(kinds.kind_of(the_rounds.SEND_HEAD), job.next_attempt_at)

    assert job.next_attempt_at - max(NOW, timezone.now()) < timedelta(minutes=1)
    assert [each.read_text().strip() for each in away.iterdir()] == [SignedHead.objects.get().text]


def test_the_hall_registers_its_own_rounds() -> None:
    the_rounds.register_own()

    assert {each.name for each in keeper.rounds()} == {
        "accounts.clear",
        "counters.flush",
        "outbox.forget-old",
        "record.forget-due",
        "record.sign-head",
    }
    assert not ticking.tick().failed
