"""What the doctor says about a service's data."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from people import NOW

from shelterwood.web.hall.outbox.models import Job
from shelterwood.web.hall.outbox.states import JobState
from shelterwood.web.hall.running import telling
from shelterwood.web.hall.running.lock import KeeperLock
from shelterwood.web.hall.settings.facts import facts
from shelterwood.web.hall.settings.places import Places

if TYPE_CHECKING:
    from pathlib import Path

    from pytest_django.fixtures import SettingsWrapper


@pytest.fixture(autouse=True)
def places(tmp_path: Path, settings: SettingsWrapper) -> Places:
    found = Places(root=tmp_path / "data")
    found.root.mkdir(mode=0o700)
    found.secrets.mkdir(mode=0o700)
    (found.secrets / "key").touch(mode=0o600)
    settings.FACTS = replace(facts(), places=found)
    return found


def bad() -> list[str]:
    return [what for state, what in telling.findings() if state == "BAD"]


def warnings() -> str:
    return " ".join(what for state, what in telling.findings() if state == "warning")


def test_sound_data_has_nothing_bad(places: Places) -> None:
    assert not bad()
    assert "No keeper is at work" in warnings()
    assert not list(places.root.glob("*.sqlite3"))


@pytest.mark.parametrize("what", ["", "secrets", "secrets/key"])
def test_what_others_can_read_is_named(places: Places, what: str) -> None:
    path = places.root / what
    path.chmod(path.stat().st_mode | 0o040)

    assert [each.split(" can be read")[0] for each in bad()] == [str(path)]


def test_a_keeper_at_work_is_seen_and_not_disturbed() -> None:
    lock = KeeperLock()
    assert lock.try_take()

    assert "No keeper" not in warnings()
    assert lock.still_held()
    lock.release()


def test_deliveries_that_are_dead_or_late_are_named() -> None:
    Job.objects.create(kind="a", key="a", state=JobState.DEAD, created_at=NOW, next_attempt_at=NOW, finished_at=NOW)
    Job.objects.create(kind="a", key="b", created_at=NOW, next_attempt_at=NOW - timedelta(days=4000))

    assert "failed for good: 1" in warnings()
    assert len(bad()) == 1
