"""Everything can be done without a mouse, in the order in which it is read, and one always sees where one is."""

from __future__ import annotations

import subprocess
import sys
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest
from hands import come_in_by_keyboard
from test_evidence_page import SEALING

if TYPE_CHECKING:
    from pathlib import Path

    from conftest import Service
    from playwright.sync_api import Browser

pytestmark = [pytest.mark.slow, pytest.mark.journey]


def test_an_officer_comes_in_and_sets_a_hold_without_a_mouse(
    new_service: Service, browser: Browser, tmp_path: Path
) -> None:
    service = new_service
    walk = come_in_by_keyboard(service, browser, name="keyboard-officer", role="filing-officer")
    environment = service.environment | {"DJANGO_SETTINGS_MODULE": "shelterwood.web.hall.settings.provider"}
    sealing = SEALING.replace("evidence-officer", "keyboard-officer").replace("2026/118-K", "2026/120-K")
    subprocess.run([sys.executable, "-c", sealing, str(tmp_path / "spooled")], env=environment, check=True)

    walk.go("Evidence", "Evidence")
    walk.go("Each object", "Objects")
    walk.tick("Choose which")
    walk.to("Show")
    walk.go("0", "Object of evidence")  # ids of this century begin so
    walk.go("Set a hold", "Set a hold")
    walk.write("Authority", "court-of-appeal-7")
    walk.write("Reference of the request", "2026/119-K")
    walk.choose("A court needs it", first="A complaint")
    walk.write("Last day of the hold", f"0630{datetime.now(UTC).year + 1}")
    walk.go("Set the hold", "Object of evidence")

    walk.page.get_by_text(f"Held until 1 Jul {datetime.now(UTC).year + 1}").wait_for()
    walk.go("Sign out")
    walk.page.get_by_role("heading", level=1).wait_for()


@pytest.mark.parametrize("role", ["administrator", "auditor", "filing-officer"])
def test_every_room_is_walked_through_with_tab(service: Service, browser: Browser, role: str) -> None:
    walk = come_in_by_keyboard(service, browser, name=f"tabs-{role}", role=role)
    rooms = walk.page.get_by_role("navigation", name="Rooms").get_by_role("link").all_inner_texts()
    assert rooms

    for room in ["Your work", *rooms]:
        if room != "Your work":
            walk.go(room)
            walk.page.get_by_role("navigation", name="Rooms").locator("[aria-current]").get_by_text(room).wait_for()
        walk.visit_every_stop(room)
