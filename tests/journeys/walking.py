"""What journeys do on every page: see whether it is sound (axe, console), take its picture in every size and light."""

from __future__ import annotations

import base64
import hashlib
import hmac
import os
import struct
import time
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import TimeoutError  # noqa: A004 - its name there

if TYPE_CHECKING:
    from conftest import Service
    from playwright.sync_api import Browser, BrowserContext, Page

__all__ = ["Walk", "code_of", "come_in", "with_authenticator"]

PICTURES = Path(__file__).parents[2] / "build" / "screenshots"
WIDTHS = (360, 768, 1440)
CUT_OFF = """() => [...document.querySelectorAll('.scroll')].filter(each => each.scrollWidth > each.clientWidth)
    .map(each => `${each.ariaLabel}: ${each.scrollWidth} of ${each.clientWidth}`)"""
PASSWORD = "a lantern in the quiet wood"


def code_of(secret: str, *, steps_ahead: int = 0) -> str:
    """RFC 6238, apart from the code under test."""
    key = base64.b32decode(secret.replace(" ", ""))
    counter = struct.pack(">Q", int(time.time()) // 30 + steps_ahead)
    digest = hmac.new(key, counter, hashlib.sha1).digest()
    at = digest[-1] & 15
    return f"{(struct.unpack('>I', digest[at : at + 4])[0] & 0x7FFFFFFF) % 10**6:06d}"


def with_authenticator(page: Page) -> None:
    """Give the page's browser a passkey device that says yes to everything (Chromium's virtual authenticator)."""
    devtools = page.context.new_cdp_session(page)
    devtools.send("WebAuthn.enable")
    options = {
        "protocol": "ctap2",
        "transport": "internal",
        "hasResidentKey": True,
        "hasUserVerification": True,
        "isUserVerified": True,
        "automaticPresenceSimulation": True,
    }
    devtools.send("WebAuthn.addVirtualAuthenticator", {"options": options})


class Walk:
    """One person's way through the service; nothing may be blocked by the content policy on it."""

    def __init__(self, browser: Browser) -> None:
        self.context: BrowserContext = browser.new_context()
        self.page: Page = self.context.new_page()
        self.page.set_default_timeout(30_000)  # of which an idle machine needs one
        self.complaints: list[str] = []
        self.page.on("console", lambda m: self.complaints.append(m.text) if m.type in {"error", "warning"} else None)
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))

    def look(self, name: str) -> None:
        """Check the page with axe in light and dark; with JOURNEY_PICTURES=1 keep its pictures."""
        for light in ("light", "dark"):
            self.page.emulate_media(color_scheme=light)
            found = Axe().run(self.page)
            assert not found.violations_count, f"{name}, {light}: {found.generate_report()}"
            for width in WIDTHS:
                self.page.set_viewport_size({"width": width, "height": 800})
                wide = self.page.evaluate("document.documentElement.scrollWidth")
                assert wide <= width, f"{name} is {wide} wide on a screen of {width}"
                cut = self.page.evaluate(CUT_OFF)
                assert not cut, f"{name}: on a screen of {width} is cut off: {cut}"
                if os.environ.get("JOURNEY_PICTURES"):
                    PICTURES.mkdir(parents=True, exist_ok=True)
                    self.page.screenshot(path=PICTURES / f"{name}-{width}-{light}.png", full_page=True)
        assert not self.complaints, self.complaints

    def expect_complaint(self, part: str) -> None:
        """Forget one console line that belongs to what was just shown (an error page's status)."""
        self.complaints = [line for line in self.complaints if part not in line]

    def press(self, name: str) -> None:
        self.page.get_by_role("button", name=name).click()

    def heading(self, text: str) -> None:
        try:
            self.page.get_by_role("heading", name=text, level=1).wait_for()
        except TimeoutError:
            shown = self.page.locator("body").inner_text()
            pytest.fail(f"no heading '{text}', but:\n{shown}\n{self.complaints}")


def come_in(service: Service, browser: Browser, *, name: str, role: str, walk: type[Walk] = Walk) -> Walk:
    """Accept an invitation with a password and a passkey; return the walk on the first page."""
    walking = walk(browser)
    with_authenticator(walking.page)
    walking.page.goto(service.invite(name, role))
    walking.page.get_by_label("Password", exact=True).fill(PASSWORD)
    walking.page.get_by_label("The same password again").fill(PASSWORD)
    walking.press("Continue")
    walking.page.get_by_role("link", name="Passkey").click()
    walking.page.get_by_label("Name of this passkey").fill("key")
    walking.press("Make the passkey")
    walking.page.get_by_role("link", name="I have kept them").click()
    walking.heading("Your work")
    return walking
