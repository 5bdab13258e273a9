"""A job that was asked for wakes the keeper when its transaction commits, and not before."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from people import NOW

from shelterwood.web.hall.outbox import kinds, services, waking
from shelterwood.web.hall.outbox.outcomes import Done

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pytest_django import DjangoCaptureOnCommitCallbacks


@pytest.fixture(autouse=True)
def _prepared(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(kinds, "_KINDS", {})
    kinds.register("tests.letter", lambda _job: Done())
    waking.prepare(["tests.letter", "tests.parcel"])
    yield
    waking.forget()


def test_a_commit_wakes_the_keeper_once(
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        services.put(kind="tests.letter", key="a", payload={}, now=NOW)
        assert not waking.wait(seconds=0), "woken before the commit"

    assert waking.wait(seconds=5) == {"tests.letter"}, "of a kind of which nothing was asked for nobody is woken"
    assert not waking.wait(seconds=0)


def test_asking_for_what_exists_wakes_nobody(
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
) -> None:
    services.put(kind="tests.letter", key="a", payload={}, now=NOW)

    with django_capture_on_commit_callbacks(execute=True):
        services.put(kind="tests.letter", key="a", payload={}, now=NOW)

    assert not waking.wait(seconds=0)
