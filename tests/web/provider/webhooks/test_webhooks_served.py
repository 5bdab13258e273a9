"""A public upload from the door to the platform's own server, through a service as it is served."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from served import Served, served, served_again
from until import until
from uploads import jpeg, picture

if TYPE_CHECKING:
    from receiver import Receiver

pytestmark = pytest.mark.slow

REGISTER = """
import sys
from pathlib import Path
from shelterwood.web.hall.running.roles import become
become("provider", data=Path(sys.argv[1]), port=0)
sys.path.insert(0, sys.argv[3])
import people
from datetime import UTC, datetime
from shelterwood.web.hall.access.actors import Actor
from shelterwood.web.hall.access.permissions import Role
from shelterwood.web.provider.webhooks import services
person = Actor.person(people.make_person(Role.ADMINISTRATOR, name="setter-up").pk)
services.register(service="photos", url=sys.argv[2], actor=person, now=datetime.now(UTC))
"""


def have_it_told(service: Served, hook: Receiver) -> None:
    command = [sys.executable, "-c", REGISTER, str(service.data), hook.url, str(Path(__file__).parents[2])]
    environment = {"PATH": "/usr/bin:/bin", "SHELTERWOOD_DEMO": "yes"}
    subprocess.run(command, env=environment, check=True, timeout=60)


def told(hook: Receiver, *, times: int) -> list[dict[str, Any]]:
    until(lambda: len(hook.heard) >= times)
    return [json.loads(each.body) for each in hook.heard]


def test_a_public_upload_is_told_within_seconds(tmp_path: Path, hook: Receiver) -> None:
    with served(tmp_path, SHELTERWOOD_DEMO="yes") as service:
        have_it_told(service, hook)
        sent = service.send(jpeg(picture(1)), Prefer="respond-async", Shelterwood_Item="photo-1")

        events = {each["type"]: each["data"] for each in told(hook, times=2)}

        assert events["scan.finished"]["scan"] == sent.data["scan"]
        assert events["scan.finished"]["outcome"] == "match"
        assert events["item.held"]["item"] == "photo-1"
        assert all(each.headers["webhook-signature"].startswith("v1,") for each in hook.heard)


def test_a_keeper_that_dies_after_the_scan_tells_every_event_under_one_id(tmp_path: Path, hook: Receiver) -> None:
    with served(tmp_path, SHELTERWOOD_DEMO="yes") as service:
        have_it_told(service, hook)
    with served_again(service, SHELTERWOOD_DEMO="yes", SHELTERWOOD_FAULT="webhooks.heard") as dying:
        dying.send(jpeg(picture(1)), Prefer="respond-async", Shelterwood_Item="photo-1")
        told(hook, times=1)
    with served_again(service, SHELTERWOOD_DEMO="yes"):
        until(lambda: len({each.headers["webhook-id"] for each in hook.heard}) == 2, seconds=120)

    ids = {(json.loads(each.body)["type"], each.headers["webhook-id"]) for each in hook.heard}
    assert sorted(kind for kind, _ in ids) == ["item.held", "scan.finished"]
