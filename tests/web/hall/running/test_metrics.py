"""Numbers for whoever watches: open to this machine and to the token, shut to everybody else."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from people import NOW, make_person

from shelterwood.web.hall.outbox.models import Job
from shelterwood.web.hall.running import counters
from shelterwood.web.hall.running.shared import Table
from shelterwood.web.hall.settings.facts import facts

if TYPE_CHECKING:
    from django.test import Client
    from pytest_django.fixtures import SettingsWrapper


@pytest.fixture(autouse=True)
def _fresh_counters(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(counters, "_names", {})
    monkeypatch.setattr(counters, "_counted", Table(rows=129, columns=128))


def test_what_is_counted_and_what_waits_is_told_in_numbers(client: Client) -> None:
    counters.register("tests.seen")
    counters.count("tests.seen", 4)
    Job.objects.create(kind="filing.report", key="k-1", created_at=NOW, next_attempt_at=NOW)
    make_person(name="jan")

    answer = client.get("/metrics")

    text = answer.content.decode()
    assert answer.headers["Content-Type"].startswith("text/plain; version=0.0.4")
    assert 'shelterwood_counted_total{name="tests.seen"} 4' in text
    assert 'shelterwood_jobs{kind="filing.report",state="pending"} 1' in text
    assert 'shelterwood_round_failures_total{round="accounts.clear"}' in text
    assert "jan" not in text


@pytest.mark.parametrize(
    "headers",
    [
        {"REMOTE_ADDR": "203.0.113.9"},
        {"REMOTE_ADDR": ""},
        {"HTTP_X_FORWARDED_FOR": "127.0.0.1"},
        {"HTTP_FORWARDED": "for=127.0.0.1"},
        {"HTTP_X_REAL_IP": "127.0.0.1"},
        {"REMOTE_ADDR": "203.0.113.9", "HTTP_AUTHORIZATION": "Bearer "},
        {"REMOTE_ADDR": "203.0.113.9", "HTTP_AUTHORIZATION": "Bearer None"},
    ],
)
@pytest.mark.parametrize("behind_proxy", [False, True])
def test_what_comes_from_elsewhere_is_refused(
    client: Client, settings: SettingsWrapper, headers: dict[str, str], *, behind_proxy: bool
) -> None:
    settings.FACTS = replace(facts(), behind_proxy=behind_proxy)

    assert client.get("/metrics", **headers).status_code == 403


def test_the_token_opens_it_from_elsewhere_and_another_does_not(client: Client, settings: SettingsWrapper) -> None:
    settings.FACTS = replace(facts(), metrics_token="made-up")

    for token, status in (("made-up", 200), ("made-up-too", 403)):
        answer = client.get("/metrics", REMOTE_ADDR="203.0.113.9", HTTP_AUTHORIZATION=f"Bearer {token}")
        assert answer.status_code == status
