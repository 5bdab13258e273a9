"""A filing officer finds what could not be delivered, has one tried again and gives another up."""

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

TWO_DEAD = """
from shelterwood.web.hall.running.roles import become
become("provider")
from django.utils import timezone
from shelterwood.web.hall.outbox.models import Job
now = timezone.now()
for key, reason in (("r-1", "partner_unreachable"), ("r-2", "refused_by_schema")):
    Job.objects.create(kind="filing.report", key=key, state="dead", attempts=23, last_reason=reason,
                       created_at=now, next_attempt_at=now, finished_at=now)
"""


def test_a_person_decides_about_what_could_not_be_delivered(service: Service, browser: Browser) -> None:
    walk = come_in(service, browser, name="delivery-officer", role="filing-officer")
    page = walk.page
    page.get_by_role("navigation", name="Rooms").get_by_role("link", name="Deliveries").click()
    walk.heading("Deliveries")
    walk.look("deliveries-quiet")

    subprocess.run([sys.executable, "-c", TWO_DEAD], env=service.environment, check=True, timeout=60)
    page.reload()
    walk.look("deliveries-dead")

    page.get_by_text("Give up", exact=True).first.click()
    page.get_by_role("button", name="Never deliver").first.click()
    assert "will not be delivered" in page.get_by_role("status").inner_text()
    page.get_by_role("button", name="Try again").click()
    assert "tried again" in page.get_by_role("status").inner_text()
    walk.look("deliveries-decided")
