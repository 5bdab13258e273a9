"""From a service that nobody looks at to one that is looked at on a ground: one person proposes, another signs."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest
from walking import Walk, come_in

if TYPE_CHECKING:
    from conftest import Service
    from playwright.sync_api import Browser

pytestmark = [pytest.mark.slow, pytest.mark.journey]

PASSPHRASE = "five quiet lanterns under snow"


def test_one_proposes_another_issues_and_the_service_is_looked_at(new_service: Service, browser: Browser) -> None:
    service = new_service  # on which nobody works alone: one journey switches that on
    administrator = come_in(service, browser, name="basis-admin", role="administrator")
    officer = come_in(service, browser, name="basis-officer", role="filing-officer")

    declare(administrator)
    make_a_key(officer, second=administrator, url=service.url)
    propose(administrator, url=service.url)
    sign(officer, url=service.url)

    for path, name in (
        ("profiles", "basis-profiles"),
        ("history", "basis-history"),
        ("orders/bring-in", "basis-order"),
    ):
        officer.page.goto(f"{service.url}/basis/{path}")
        officer.look(name)
    administrator.page.goto(f"{service.url}/basis/keys/register")
    administrator.look("basis-register")


def declare(administrator: Walk) -> None:
    page = administrator.page
    page.get_by_role("link", name="Legal basis").first.click()
    administrator.heading("On what ground do we detect?")
    administrator.look("basis-empty")
    page.get_by_role("link", name="Declare a service").click()
    administrator.look("basis-declare")
    page.get_by_label("Short name").fill("photos")
    page.get_by_label("Name for people").fill("Photo pages")
    page.get_by_label("Hosting: people store").check()
    page.get_by_label("Public uploads").check()
    page.get_by_label("Profile pictures").check()
    page.get_by_label("No: it is not").check()
    administrator.press("Declare")
    administrator.heading("On what ground do we detect?")
    page.get_by_text("Not detecting").wait_for()
    administrator.look("basis-not-detecting")


def make_a_key(officer: Walk, *, second: Walk, url: str) -> None:
    officer.page.goto(f"{url}/basis/keys")
    officer.page.get_by_role("link", name="Make my key").click()
    officer.look("basis-make-key")
    officer.page.get_by_label("Passphrase", exact=True).fill(PASSPHRASE)
    officer.page.get_by_label("The same passphrase again").fill(PASSPHRASE)
    officer.press("Make the key")
    officer.heading("Keys that may sign")
    second.page.goto(f"{url}/basis/keys")
    second.look("basis-keys-waiting")
    second.press("Confirm the key of basis-officer")
    second.page.get_by_text("Counts", exact=True).wait_for()
    second.look("basis-keys")


def propose(administrator: Walk, *, url: str) -> None:
    page = administrator.page
    page.goto(f"{url}/basis/")
    page.get_by_role("link", name="Propose a token").click()
    administrator.look("basis-propose")
    page.get_by_label("Document").fill("Terms of use, version 3")
    page.get_by_label("Last day").fill((datetime.now(UTC) + timedelta(days=300)).date().isoformat())
    page.get_by_label("Lists").fill("coffee-cups")
    page.get_by_label("Ground in data protection law").fill("Legitimate interest, assessment of 1 November 2026")
    page.get_by_label("National rule for data on offences").fill("Rule recorded by the data protection officer")
    page.get_by_label("Version of the impact assessment").fill("2")
    page.get_by_label("Consulted, and cleared").check()
    administrator.press("Show what would be signed")
    page.get_by_role("heading", name="What would be signed").wait_for()
    administrator.look("basis-preview")
    administrator.press("Propose this")
    administrator.heading("Token of Photo pages")
    administrator.look("basis-proposed")


def sign(officer: Walk, *, url: str) -> None:
    officer.page.goto(url)
    officer.page.get_by_text("1 waits for you").wait_for()
    officer.look("home-waits")
    officer.page.goto(f"{url}/basis/")
    officer.look("basis-waiting")
    officer.page.get_by_role("link", name="Photo pages,").click()
    officer.page.get_by_role("link", name="Look at it and issue it").click()
    officer.heading("Issue the token of Photo pages")
    officer.look("basis-issue")
    officer.page.get_by_label("Passphrase of your signing key").fill("not the right one at all")
    officer.press("Sign and issue")
    officer.page.get_by_text("does not open your key").wait_for()
    officer.expect_complaint("Failed to load resource")
    officer.page.get_by_label("Passphrase of your signing key").fill(PASSPHRASE)
    officer.press("Sign and issue")
    officer.heading("On what ground do we detect?")
    officer.page.get_by_text("Detecting", exact=True).wait_for()
    officer.look("basis-detecting")
    officer.page.get_by_role("link", name="The token of Photo pages").click()
    officer.look("basis-token")
