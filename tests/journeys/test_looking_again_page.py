"""An administrator sees what was looked at again: nothing so far, then runs that ended, stopped and were refused."""

from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING

import pytest
from walking import come_in

if TYPE_CHECKING:
    from conftest import Service
    from playwright.sync_api import Browser

pytestmark = [pytest.mark.slow, pytest.mark.journey]

# What `shelterwood rescan` writes, from a process of its own.
RUNS = """
import django
django.setup()
from datetime import timedelta
from django.utils import timezone
from shelterwood.policy import ServiceId, ServiceType, Surface, TokenId
from shelterwood.web.hall.access.actors import OPERATOR
from shelterwood.web.provider.keys import services as keys
from shelterwood.web.provider.keys.scopes import Scope
from shelterwood.web.provider.rescan.models import RescanRun
now = timezone.now()
purpose = keys.KeyPurpose(token_id=TokenId("a-token"), service=ServiceId("photos"), service_type=ServiceType.HOSTING,
    surface=Surface.PUBLIC_UPLOAD, scopes=frozenset({Scope.SCAN}))
key = keys.make(name="photos-again", purpose=purpose, lasts=timedelta(days=1), actor=OPERATOR, now=now).key
for state, why, ended in (("done", "", now), ("stopped", "no_list_in_service", None), ("running", "", None)):
    RescanRun.objects.create(key=key, token_id="a-token", list_name="coffee-cups", list_version=7, state=state, why=why,
        in_all=8412, items=4206, matched=1, known=2, unmatched=4191, not_scanned=12, per_second=20, ended_at=ended,
        reasons={"not_readable": 9, "too_long": 3}, source_mark="" if ended else state, began_at=now)
"""


def test_an_administrator_sees_what_was_looked_at_again(new_service: Service, browser: Browser) -> None:
    walk = come_in(new_service, browser, name="house", role="administrator")
    walk.page.get_by_role("navigation", name="Rooms").get_by_role("link", name="Looking again").click()
    walk.heading("Looking again at what is already here")
    walk.look("rescans-empty")

    environment = new_service.environment | {"DJANGO_SETTINGS_MODULE": "shelterwood.web.hall.settings.provider"}
    subprocess.run([sys.executable, "-c", RUNS], env=environment, check=True)
    walk.page.reload()

    walk.page.get_by_text("The same command goes on where it was").wait_for()
    walk.look("rescans")
