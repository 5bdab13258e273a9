"""What a platform's server hears of scans: finished, held, released; ids and outcomes, and nothing of any list."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from django.test import Client
from people import make_person
from receiver import Receiver, receiver
from uploads import jpeg, picture

from shelterwood.web.hall.access.actors import Actor
from shelterwood.web.hall.access.permissions import Role
from shelterwood.web.hall.outbox import kinds
from shelterwood.web.hall.outbox.delivering import deliver_due
from shelterwood.web.hall.settings.facts import facts
from shelterwood.web.provider.scan.models import Detection
from shelterwood.web.provider.scan.services import release_undecided
from shelterwood.web.provider.scan.waiting.services import KIND as WAITING
from shelterwood.web.provider.webhooks import services
from shelterwood.web.provider.webhooks.models import Event

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pytest_django.fixtures import SettingsWrapper
    from uploads import Program


@pytest.fixture
def hook(program: Program, settings: SettingsWrapper) -> Iterator[Receiver]:
    assert program.key  # the service is declared by then
    settings.FACTS = replace(facts(), demo=True)
    person = Actor.person(make_person(Role.ADMINISTRATOR).pk)
    with receiver() as found:
        services.register(service="photos", url=found.url, actor=person, now=datetime.now(UTC))
        yield found


def heard(hook: Receiver) -> list[tuple[str, dict[str, Any]]]:
    deliver_due(kinds.kind_of(services.KIND), datetime.now(UTC) + timedelta(days=5))
    said = [json.loads(each.body) for each in hook.heard]
    return [(each["type"], each["data"]) for each in said]


def test_an_item_that_is_held_and_later_released_is_told_both_times(
    program: Program, listed: bytes, hook: Receiver
) -> None:
    answer = program.send(listed, Shelterwood_Item="photo-17").json()
    event = Detection.objects.get()
    assert event.release_at is not None

    release_undecided(event.release_at + timedelta(minutes=1))

    base = {"item": "photo-17", "event": answer["event"]}
    told = heard(hook)
    described = Client().get("/api/v1/openapi.json").json()["webhooks"]
    for kind, data in told:
        schema = described[kind]["post"]["requestBody"]["content"]["application/json"]["schema"]
        assert set(schema["properties"]["data"]["required"]) == set(data)
    assert told == [
        ("item.held", base | {"release_at": event.release_at.isoformat(timespec="seconds")}),
        ("item.released", base | {"why": "undecided"}),
    ]


def test_an_upload_that_waited_is_told_when_it_is_scanned_whatever_came_of_it(
    program: Program, listed: bytes, hook: Receiver
) -> None:
    sent = [
        program.send(body, Prefer="respond-async", Shelterwood_Item=item).json()["scan"]
        for body, item in ((listed, "photo-1"), (jpeg(picture(2)), "photo-2"))
    ]
    assert heard(hook) == []
    deliver_due(kinds.kind_of(WAITING), datetime.now(UTC))

    told = heard(hook)

    event = str(Detection.objects.get().pk)
    finished = [data for kind, data in told if kind == "scan.finished"]
    assert sorted(finished, key=lambda data: str(data["item"])) == [
        {"scan": sent[0], "item": "photo-1", "outcome": "match", "reason": None, "event": event},
        {"scan": sent[1], "item": "photo-2", "outcome": "no_match", "reason": None, "event": None},
    ]
    assert [data["item"] for kind, data in told if kind == "item.held"] == ["photo-1"]
    assert {len(each.body) for each in hook.heard} == {1024}
    assert not any(word in each.body for each in hook.heard for word in (b"coffee-cups", b"cup-1", b"distance"))


def test_nothing_is_written_where_nobody_hears(program: Program, listed: bytes) -> None:
    program.send(listed)

    assert not Event.objects.exists()
