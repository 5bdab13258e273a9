"""A filing officer sees what is sealed, what is held and what ends next; before that, that nothing is kept."""

from __future__ import annotations

import subprocess
import sys
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest
from walking import Walk, come_in

if TYPE_CHECKING:
    from pathlib import Path

    from conftest import Service
    from playwright.sync_api import Browser

pytestmark = [pytest.mark.slow, pytest.mark.journey]

# What the scan door and an officer do, from a process of its own as a worker is one.
SEALING = """
import sys, uuid, django
from datetime import timedelta
from pathlib import Path
django.setup()
from django.utils import timezone
from shelterwood.fingerprints import digests
from shelterwood.policy import EvidenceMode
from shelterwood.web.hall.access.actors import OPERATOR
from shelterwood.web.hall.accounts.models import Account
from shelterwood.web.provider.evidence import services
from shelterwood.web.provider.evidence.states import HoldReason
now, spool = timezone.now(), Path(sys.argv[1])
for days in (1, 3, 3, 200):
    spool.write_bytes(b"shapes" * 9999)
    row = services.seal(event_id=uuid.uuid4(), spool=spool, mode=EvidenceMode.SEAL, media_type="png",
        digests=digests.digest(spool.read_bytes()), expires_at=now + timedelta(days=days), actor=OPERATOR, now=now)
services.hold(event_id=row.event_id, authority="court-of-appeal-7", reference="2026/118-K",
    reason=HoldReason.REDRESS, until=now + timedelta(days=300), actor=OPERATOR, now=now,
    person=Account.objects.get(name="evidence-officer"))
"""


def test_a_filing_officer_sees_what_is_kept_and_until_when(
    new_service: Service, browser: Browser, tmp_path: Path
) -> None:
    service = new_service
    walk = come_in(service, browser, name="evidence-officer", role="filing-officer")
    walk.page.get_by_role("navigation", name="Rooms").get_by_role("link", name="Evidence").click()
    walk.heading("Evidence")
    walk.look("evidence-empty")

    environment = service.environment | {"DJANGO_SETTINGS_MODULE": "shelterwood.web.hall.settings.provider"}
    subprocess.run([sys.executable, "-c", SEALING, str(tmp_path / "spooled")], env=environment, check=True)
    walk.page.reload()

    assert "court-of-appeal-7" in walk.page.content()
    walk.look("evidence")
    assert "nothing is overdue" in service.command("doctor", "--data", service.environment["SHELTERWOOD_DATA"])
    set_extend_and_lift_a_hold(walk)


def set_extend_and_lift_a_hold(walk: Walk) -> None:
    page, year = walk.page, datetime.now(UTC).year
    page.get_by_role("link", name="Each object").click()
    walk.heading("Objects")
    page.get_by_text("Choose which").click()
    walk.look("evidence-objects")
    page.get_by_role("region", name="Objects").get_by_role("link").first.click()
    walk.heading("Object of evidence")
    walk.look("evidence-object")
    page.get_by_role("link", name="Set a hold").click()
    walk.heading("Set a hold")
    page.get_by_label("Authority", exact=True).fill("the court of appeal")
    page.get_by_label("Reference of the request").fill("2026/119-K")
    page.get_by_label("A court needs it").check()
    page.get_by_label("Last day of the hold").fill(f"{year + 1}-06-30")
    walk.press("Set the hold")
    page.get_by_text("without blanks").wait_for()
    walk.expect_complaint("Failed to load resource")
    walk.look("evidence-hold-refused")
    page.get_by_label("Authority", exact=True).fill("court-of-appeal-7")
    walk.press("Set the hold")
    page.get_by_text(f"Held until 1 Jul {year + 1}").wait_for()
    walk.look("evidence-object-held")
    page.get_by_role("link", name="Extend the hold").click()
    page.get_by_label("New last day").fill(f"{year + 2}-06-30")
    walk.look("evidence-extend")
    walk.press("Extend the hold")
    page.get_by_text(f"Held until 1 Jul {year + 2}").wait_for()
    page.get_by_role("link", name="Lift the hold").click()
    page.get_by_label("The authority no longer asks for it").check()
    walk.look("evidence-lift")
    walk.press("Lift the hold")
    page.get_by_text("Lifted", exact=True).first.wait_for()
    walk.look("evidence-object-lifted")
