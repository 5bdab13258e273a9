"""A person has a server told: registers it, copies the secret, sees a test event heard, rotates, ends it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from receiver import receiver
from test_legal_basis import declare
from walking import come_in

if TYPE_CHECKING:
    from conftest import Service
    from playwright.sync_api import Browser, Page

pytestmark = [pytest.mark.slow, pytest.mark.journey]


def until_heard(page: Page) -> None:
    for _ in range(200):
        page.reload()
        if not page.get_by_text("not yet", exact=True).count():
            return
        page.wait_for_timeout(250)
    pytest.fail("the test event was not heard")


def test_a_person_registers_a_server_and_sees_that_it_hears(new_demo: Service, browser: Browser) -> None:
    walk = come_in(new_demo, browser, name="hook-admin", role="administrator")
    declare(walk)
    page = walk.page
    page.get_by_role("navigation", name="Rooms").get_by_role("link", name="Webhooks").click()
    walk.heading("Webhooks")
    walk.look("webhooks-none")
    page.get_by_role("link", name="Register a webhook").click()
    page.get_by_label("Service").select_option("photos")
    page.get_by_label("Address of your server").fill("http://hooks.example.org/")
    walk.press("Register it")
    page.get_by_text("The address is not https").wait_for()
    walk.look("webhooks-register")

    with receiver() as hook:
        page.get_by_label("Address of your server").fill(hook.url)
        walk.press("Register it")
        walk.heading("The secret of the webhook for photos")
        walk.look("webhooks-secret")
        page.get_by_role("link", name="Done").click()
        walk.press("Send a test event")
        assert "on its way" in page.get_by_role("status").inner_text()
        until_heard(page)
        assert len(hook.heard) == 1
    walk.look("webhooks-heard")

    page.get_by_text("New secret", exact=True).click()
    walk.press("Make a new secret")
    page.get_by_role("link", name="Done").click()
    page.get_by_text("signs too until").wait_for()
    walk.look("webhooks-rotated")
    page.get_by_text("End", exact=True).click()
    walk.press("End the webhook for photos")
    walk.heading("Webhooks")
    walk.look("webhooks-ended")
