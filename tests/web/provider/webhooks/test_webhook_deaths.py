"""A keeper killed after the receiver heard and before that was noted: it hears again, under the id that it knows."""

from __future__ import annotations

import signal
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from own_database import OwnDatabase, own_tables

from shelterwood.web.hall import faults

if TYPE_CHECKING:
    from receiver import Receiver

__all__ = ["own_tables"]

pytestmark = pytest.mark.slow

PREPARE = """
sys.path.insert(0, sys.argv[2])
import people, grounds
from datetime import UTC, datetime
from shelterwood.web.hall.access.actors import Actor
from shelterwood.web.hall.access.permissions import Role
from shelterwood.web.provider.webhooks import services
from shelterwood.web.provider.webhooks.states import Told
now = people.NOW = datetime.now(UTC)
person = Actor.person(people.make_person(Role.ADMINISTRATOR).pk)
grounds.declare_photos(person, now=now)
services.register(service="photos", url=sys.argv[1], actor=person, now=now)
services.tell(service="photos", what=Told.TEST, data={}, now=now)
"""
DELIVER = """
from shelterwood.web.hall.running.roles import become
become("provider")
from django.utils import timezone
from shelterwood.web.hall.outbox import delivering, kinds, services
services.release_left(now=timezone.now())
delivering.deliver_due(kinds.kind_of("webhook.deliver"), timezone.now())
"""


def run(there: OwnDatabase, program: str, **variables: str) -> int:
    environment = there.environment | {"SHELTERWOOD_DEMO": "yes"} | variables
    return subprocess.run([sys.executable, "-c", program], env=environment, check=False, timeout=60).returncode


@pytest.mark.parametrize(("step", "times"), [("webhooks.heard", 2), ("outbox.claimed", 1), ("outbox.delivered", 1)])
def test_a_death_while_an_event_is_told_tells_it_again_under_the_same_id(
    own_tables: OwnDatabase, hook: Receiver, step: str, times: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(type(own_tables), "environment", {**own_tables.environment, "SHELTERWOOD_DEMO": "yes"})
    own_tables.run(PREPARE, hook.url, str(Path(__file__).parents[2]))

    killed = run(own_tables, DELIVER, **{faults.VARIABLE: step})
    again = [run(own_tables, DELIVER) for _ in range(2)]

    assert (killed, again) == (-signal.SIGKILL, [0, 0])
    assert len(hook.heard) == times
    assert len({each.headers["webhook-id"] for each in hook.heard}) == 1
