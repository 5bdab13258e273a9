"""From a one-time link to the first page, with an authenticator app or a passkey, and what each page looks like."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from walking import PASSWORD, Walk, code_of, with_authenticator

if TYPE_CHECKING:
    from conftest import Service
    from playwright.sync_api import Browser

pytestmark = [pytest.mark.slow, pytest.mark.journey]


def accept(walk: Walk, link: str) -> None:
    walk.page.goto(link)
    walk.page.get_by_label("Password", exact=True).fill(PASSWORD)
    walk.page.get_by_label("The same password again").fill(PASSWORD)
    walk.press("Continue")
    walk.heading("Set up a second factor")


def sign_out(walk: Walk) -> None:
    walk.press("Sign out")
    walk.heading("Sign in")


def test_an_invited_reviewer_sets_up_an_app_and_signs_in_with_it(service: Service, browser: Browser) -> None:
    walk = Walk(browser)
    walk.page.goto(service.invite("reviewer-1", "reviewer"))
    walk.heading("Welcome, reviewer-1")
    walk.look("invitation")
    walk.page.get_by_label("Password", exact=True).fill("short")
    walk.page.get_by_label("The same password again").fill("other")
    walk.press("Continue")
    walk.look("invitation-refused")
    accept(walk, walk.page.url)
    walk.look("second-factor")

    walk.page.get_by_role("link", name="Authenticator app").click()
    walk.heading("Set up an authenticator app")
    walk.look("add-app")
    walk.page.get_by_text("Type it instead").click()
    secret = walk.page.locator("code.secret").inner_text()
    walk.page.get_by_label("Code that the app shows now").fill(code_of(secret))
    walk.press("Continue")
    walk.heading("Keep these codes on paper")
    walk.look("recovery-codes")
    recovery = walk.page.locator(".codes code").first.inner_text()
    walk.page.get_by_role("link", name="I have kept them").click()
    walk.heading("Your work")
    walk.look("home-reviewer")
    walk.page.get_by_role("link", name="reviewer-1").click()
    walk.heading("Your account")
    walk.look("account")

    sign_out(walk)
    walk.look("sign-in")
    walk.page.get_by_label("Sign-in name").fill("reviewer-1")
    walk.page.get_by_label("Password").fill("wrong")
    walk.press("Sign in with name and password")
    walk.look("sign-in-refused")
    walk.page.get_by_label("Password").fill(PASSWORD)
    walk.press("Sign in with name and password")
    walk.heading("Second step")
    walk.look("second-step")
    walk.page.get_by_label("Code").fill(code_of(secret, steps_ahead=1))
    walk.press("Continue")
    walk.heading("Your work")

    sign_out(walk)
    walk.page.get_by_label("Sign-in name").fill("reviewer-1")
    walk.page.get_by_label("Password").fill(PASSWORD)
    walk.press("Sign in with name and password")
    walk.page.get_by_label("Code").fill(recovery)
    walk.press("Continue")
    walk.heading("Your work")


def test_a_passkey_signs_in_by_itself_and_proves_again(service: Service, browser: Browser) -> None:
    walk = Walk(browser)
    with_authenticator(walk.page)
    accept(walk, service.invite("administrator-1", "administrator"))
    walk.page.get_by_role("link", name="Passkey").click()
    walk.heading("Set up a passkey")
    walk.look("add-passkey")
    walk.page.get_by_label("Name of this passkey").fill("blue key")
    walk.press("Make the passkey")
    walk.heading("Keep these codes on paper")
    walk.page.get_by_role("link", name="I have kept them").click()
    walk.heading("Your work")
    walk.look("home-administrator")

    sign_out(walk)
    walk.press("Sign in with a passkey")
    walk.heading("Your work")
    walk.page.get_by_role("link", name="People", exact=True).click()
    walk.heading("People")
    walk.look("people")
    walk.page.get_by_role("link", name="Invite somebody").click()
    walk.heading("Invite somebody")
    walk.look("invite")
    walk.page.get_by_label("Sign-in name").fill("officer-1")
    walk.page.get_by_label("Filing officer").check()
    walk.press("Make the link")
    walk.heading("Link for officer-1")
    walk.look("link")
    walk.page.get_by_role("link", name="Done").click()
    walk.page.get_by_role("link", name="officer-1").click()
    walk.look("person")
    walk.page.goto(f"{service.url}/about/solo-mode")
    walk.look("solo-mode")
    walk.page.goto(f"{service.url}/account/password")
    walk.look("password")
    walk.page.goto(f"{service.url}/prove-again?next=/people")
    walk.heading("Prove it is you")
    walk.look("prove-again")
    walk.press("Use your passkey")
    walk.heading("People")
    walk.page.goto(f"{service.url}/account")
    walk.look("account-passkey")
    walk.page.get_by_role("link", name="Remove the passkey blue key").click()
    walk.look("remove-last-factor")


def test_what_strangers_see(service: Service, browser: Browser) -> None:
    service.command(
        "user", "solo", "--outside-body", "The Example Ombuds Office", "--outside-contact", "https://ombuds.example"
    )
    walk = Walk(browser)
    walk.page.goto(f"{service.url}/about")
    walk.heading("About this service")
    walk.look("about-solo")
    for path, name in (("/nowhere", "not-found"), ("/invitation/none", "invitation-over")):
        walk.page.goto(f"{service.url}{path}")
        walk.expect_complaint("Failed to load resource")
        walk.look(name)
