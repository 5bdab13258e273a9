"""A filing officer sees what is sealed, what is held and what ends next; before that, that nothing is kept."""

from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING

import pytest
from walking import come_in

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
from shelterwood.web.provider.evidence import services
now, spool = timezone.now(), Path(sys.argv[1])
for days in (1, 3, 3, 200):
    spool.write_bytes(b"shapes" * 9999)
    row = services.seal(event_id=uuid.uuid4(), spool=spool, mode=EvidenceMode.SEAL, media_type="png",
        digests=digests.digest(spool.read_bytes()), expires_at=now + timedelta(days=days), actor=OPERATOR, now=now)
services.hold(event_id=row.event_id, authority="court-of-appeal-7", reference="2026/118-K",
    until=now + timedelta(days=300), actor=OPERATOR, now=now)
"""


def test_a_filing_officer_sees_what_is_kept_and_until_when(service: Service, browser: Browser, tmp_path: Path) -> None:
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
