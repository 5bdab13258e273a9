"""Everything can be done without a mouse, in the order in which it is read, and one always sees where one is."""

from __future__ import annotations

import subprocess
import sys
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest
from test_evidence_page import SEALING
from walking import PASSWORD, Walk, with_authenticator

if TYPE_CHECKING:
    from pathlib import Path

    from conftest import Service
    from playwright.sync_api import Browser

pytestmark = [pytest.mark.slow, pytest.mark.journey]

MOST_STOPS = 150
FOCUSED = """() => {
    const at = document.activeElement;
    if (!at || at === document.body || at === document.documentElement) return null;
    const style = getComputedStyle(at), label = at.labels && at.labels[0];
    const seen = (style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) > 0) || style.boxShadow !== 'none';
    return {name: (at.ariaLabel || (label && label.innerText) || at.innerText || at.value || '').trim(), seen,
            place: window.stops().indexOf(at)};
}"""
STOPS = """() => { window.stops = () => [...document.querySelectorAll(
    'a[href], button:not([disabled]), input:not([type=hidden]):not([disabled]), select, textarea, summary, ' +
    '[tabindex="0"]')]
    .filter(each => each.checkVisibility({visibilityProperty: true}) && each.tabIndex >= 0);
    return window.stops().map(each => each.type === 'radio' ? 'radio ' + each.name : ''); }"""


class Hands(Walk):
    """A walk on the keys Tab, Enter, Space and letters."""

    def to(self, name: str) -> None:
        """Go on with Tab until what has this name has the focus."""
        self.page.evaluate(STOPS)
        for _ in range(MOST_STOPS):
            self.page.keyboard.press("Tab")
            at = self.page.evaluate(FOCUSED)
            if at is not None:
                assert at["seen"], f"nobody sees that the focus is on '{at['name']}'"
                if at["name"].startswith(name):
                    return
        pytest.fail(f"Tab never comes to '{name}' on {self.page.url}")

    def go(self, name: str, heading: str | None = None) -> None:
        """Follow a link or press a button."""
        self.to(name)
        with self.page.expect_navigation():
            self.page.keyboard.press("Enter")
        if heading is not None:
            self.heading(heading)

    def write(self, name: str, text: str) -> None:
        self.to(name)
        self.page.keyboard.type(text)

    def visit_every_stop(self, room: str) -> None:
        """Tab through the page: every control once, in reading order, none that holds the focus."""
        self.page.reload()
        stops = self.page.evaluate(STOPS)
        groups = [name for name in stops if name]  # Tab enters a group of radio buttons once
        expected = len(stops) - len(groups) + len(set(groups))
        places: list[int] = []
        for _ in range(expected + 1):
            self.page.keyboard.press("Tab")
            at = self.page.evaluate(FOCUSED)
            if at is None:
                break
            assert at["seen"], f"{room}: nobody sees that the focus is on '{at['name']}'"
            places.append(at["place"])
        reached = sorted(set(places))
        assert len(reached) >= expected, f"{room}: {expected} controls, {len(reached)} reached"
        assert places[:expected] == reached, f"{room}: the focus does not go in the order of reading"


def come_in_by_keyboard(service: Service, browser: Browser, *, name: str, role: str) -> Hands:
    walk = Hands(browser)
    with_authenticator(walk.page)
    walk.page.goto(service.invite(name, role))
    walk.write("Password", PASSWORD)
    walk.write("The same password again", PASSWORD)
    walk.go("Continue")
    walk.go("Passkey")
    walk.page.get_by_label("Name of this passkey").wait_for()
    walk.write("Name of this passkey", "key")
    walk.go("Make the passkey")
    walk.page.get_by_role("link", name="I have kept them").wait_for()
    walk.go("I have kept them", "Your work")
    return walk


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
    walk.to("Choose which")
    walk.page.keyboard.press("Space")
    walk.to("Show")
    walk.go("0", "Object of evidence")  # ids of this century begin so
    walk.go("Set a hold", "Set a hold")
    walk.write("Authority", "court-of-appeal-7")
    walk.write("Reference of the request", "2026/119-K")
    walk.to("A complaint")
    walk.page.keyboard.press("ArrowDown")
    walk.write("Last day of the hold", f"0630{datetime.now(UTC).year + 1}")
    walk.go("Set the hold", "Object of evidence")

    walk.page.get_by_text(f"Held until {datetime.now(UTC).year + 1}-07-01").wait_for()
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
