"""A demo service with a declared service, a person who sets up, and a receiver that listens."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest
from grounds import declare_photos, officer_pair
from people import make_person
from receiver import Receiver, receiver

from shelterwood.web.hall.access.actors import Actor
from shelterwood.web.hall.access.permissions import Role
from shelterwood.web.hall.settings.facts import facts
from shelterwood.web.provider.webhooks import services, work

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pytest_django.fixtures import SettingsWrapper


@pytest.fixture(autouse=True)
def _demo(settings: SettingsWrapper) -> None:
    settings.FACTS = replace(facts(), demo=True)
    work.forget_rests()


@pytest.fixture
def hook() -> Iterator[Receiver]:
    with receiver() as found:
        yield found


@pytest.fixture
def person() -> Actor:
    return Actor.person(make_person(Role.ADMINISTRATOR).pk)


@pytest.fixture
def issued(hook: Receiver, person: Actor) -> services.EndpointIssued:
    now = datetime.now(UTC)
    declare_photos(officer_pair(now=now).proposing, now=now)
    return services.register(service="photos", url=hook.url, actor=person, now=now)
