"""From a service that nobody has touched to the first match, by four people of whom none has a mouse."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hands import Hands, come_in_by_keyboard
from test_first_detection import a_cup, ask
from test_legal_basis import PASSPHRASE
from test_list_into_service import put_files

if TYPE_CHECKING:
    from conftest import Service
    from playwright.sync_api import Browser

pytestmark = [pytest.mark.slow, pytest.mark.journey]

BASIS = "On what ground do we detect?"


def test_token_list_and_key_are_made_without_a_mouse_and_an_upload_matches(
    new_service: Service, browser: Browser
) -> None:
    service, (cup, line) = new_service, a_cup()
    administrator = come_in_by_keyboard(service, browser, name="house", role="administrator")
    second = come_in_by_keyboard(service, browser, name="second", role="senior-reviewer")
    proposer = come_in_by_keyboard(service, browser, name="officer-1", role="filing-officer")
    signer = come_in_by_keyboard(service, browser, name="officer-2", role="filing-officer")

    bring_a_list(administrator, service, line)
    approve_it(second)
    declare(proposer)
    make_a_signing_key(signer, second=proposer)
    propose(proposer)
    issue(signer)
    secret = make_an_api_key(administrator)

    found = ask(service.url, "scan", secret, cup, Content_Type="image/jpeg", Shelterwood_Item="photo-17")
    assert found["outcome"] == "match"
    administrator.go("Legal basis", BASIS)
    administrator.page.get_by_text("Detecting", exact=True).wait_for()


def bring_a_list(administrator: Hands, service: Service, line: str) -> None:
    walk = administrator
    walk.go("Lists", "Lists")
    walk.go("Register a list", "Register a list")
    walk.write("Name", "coffee-cups")
    walk.write("Owner", "Cup Watch")
    walk.go("Register", "coffee-cups")
    put_files(service, more=[line])
    walk.page.reload()
    walk.write("File in the inbox", "cups.csv")
    walk.go("Import")
    while walk.page.get_by_role("link", name="Look again").count():
        walk.go("Look again")
    walk.page.get_by_text("Clean: no entry of version 1").wait_for()
    walk.write("Agreement with the owner", "Agreement of 3 November 2026, folder 12")
    walk.write("Legal reference", "child_abuse_images")
    walk.go("Save")
    walk.write("Pictures uploaded a day", "20000")
    walk.go("Make the forecast")
    walk.page.get_by_text("hours of review a day").wait_for()
    walk.go("Propose for service")
    walk.page.get_by_text("A second person approves it").wait_for()


def approve_it(second: Hands) -> None:
    second.go("Lists", "Lists")
    second.go("coffee-cups", "coffee-cups")
    second.go("Look at the proposal", "Put coffee-cups in service?")
    second.go("Yes, put it in service", "coffee-cups")
    second.page.get_by_text("in service since").wait_for()


def declare(officer: Hands) -> None:
    officer.go("Legal basis", BASIS)
    officer.go("Declare a service", "Declare a service")
    officer.write("Short name", "photos")
    officer.write("Name for people", "Photo pages")
    officer.tick("Hosting: people store")
    officer.tick("Public uploads")
    officer.tick("No: it is not")
    officer.go("Declare", BASIS)
    officer.page.get_by_text("Not detecting").wait_for()


def make_a_signing_key(signer: Hands, *, second: Hands) -> None:
    signer.go("Legal basis", BASIS)
    signer.go("Signing keys", "Keys that may sign")
    signer.go("Make my key", "Make your signing key")
    signer.write("Passphrase", PASSPHRASE)
    signer.write("The same passphrase again", PASSPHRASE)
    signer.go("Make the key", "Keys that may sign")
    second.go("Legal basis", BASIS)
    second.go("Signing keys", "Keys that may sign")
    second.go("Confirm")
    second.page.get_by_text("Counts", exact=True).wait_for()


def propose(officer: Hands) -> None:
    """Propose what the form starts from: the list in service, a year, all that was declared."""
    officer.go("Legal basis", BASIS)
    officer.go("Propose a token", "Propose a token for Photo pages")
    officer.write("Document", "Terms of use, version 3")
    officer.write("Ground in data protection law", "Legitimate interest, assessment of 1 November 2026")
    officer.write("National rule for data on offences", "Rule recorded by the data protection officer")
    officer.write("Version of the impact assessment", "2")
    officer.choose("Consulted, and cleared", first="Not required")
    officer.go("Show what would be signed")
    officer.page.get_by_role("heading", name="What would be signed").wait_for()
    officer.go("Propose this", "Token of Photo pages")


def issue(signer: Hands) -> None:
    signer.go("Legal basis", BASIS)
    signer.go("Photo pages,", "Token of Photo pages")
    signer.go("Look at it and issue it", "Issue the token of Photo pages")
    signer.write("Passphrase of your signing key", PASSPHRASE)
    signer.go("Sign and issue", BASIS)
    signer.page.get_by_text("Detecting", exact=True).wait_for()


def make_an_api_key(administrator: Hands) -> str:
    """Make a key from the token's page, which fills in what the token says."""
    administrator.go("Legal basis", BASIS)
    administrator.go("The token", "Token of Photo pages")
    administrator.go("Make an API key for it", "Make an API key")
    administrator.write("Name", "photos-upload")
    administrator.tick("scan: send uploads")
    administrator.go("Make the key", "The secret of photos-upload")
    return administrator.page.locator("code.secret").inner_text()
