"""The pages of people, of one's own account, and of what the service waives."""

from __future__ import annotations

from django.test import Client
from people import NOW, PASSWORD, make_person, signed_in

from shelterwood.web.hall.access.actors import OPERATOR
from shelterwood.web.hall.access.permissions import Role
from shelterwood.web.hall.accounts import solo
from shelterwood.web.hall.accounts.models import Account


def test_an_administrator_invites_and_sees_the_link_once() -> None:
    browser = signed_in(make_person(Role.ADMINISTRATOR))

    answer = browser.post("/people/invite", {"name": "reviewer-9", "roles": ["reviewer"]})

    assert b"http://localhost:8000/invitation/" in answer.content
    link = answer.content.decode().split("/invitation/")[1].split("<")[0]
    welcome = Client().get(f"/invitation/{link}")
    assert b"Welcome, reviewer-9" in welcome.content


def test_roles_that_do_not_go_together_are_refused_on_the_form() -> None:
    browser = signed_in(make_person(Role.ADMINISTRATOR))

    answer = browser.post("/people/invite", {"name": "reviewer-9", "roles": ["reviewer", "auditor"]})

    assert b"cannot hold roles" in answer.content
    assert not Account.objects.filter(name="reviewer-9").exists()


def test_closing_an_account_ends_its_sessions_at_once() -> None:
    browser, colleague = signed_in(make_person(Role.ADMINISTRATOR)), make_person()
    theirs = signed_in(colleague)

    browser.post(f"/people/{colleague.pk}/deactivate")

    assert theirs.get("/").headers["Location"].startswith("/sign-in")


def test_an_administrator_cannot_close_their_own_account() -> None:
    oneself = make_person(Role.ADMINISTRATOR)
    make_person(Role.ADMINISTRATOR)

    answer = signed_in(oneself).post(f"/people/{oneself.pk}/deactivate")

    assert answer.status_code == 409
    assert b"Nobody changes their own roles" in answer.content


def test_what_a_service_of_one_person_waives_is_public() -> None:
    before = Client().get("/about").content
    solo.begin(
        outside_body="The Example Ombuds Office", outside_contact="https://ombuds.example", actor=OPERATOR, now=NOW
    )

    after = Client().get("/about").content.decode()

    assert b"Run by one person" not in before
    assert "Run by one person" in after
    assert "The Example Ombuds Office" in after
    assert all(line in after for line in solo.WAIVED)


def test_recovery_codes_are_shown_once() -> None:
    browser = signed_in(make_person())

    first, second = browser.get("/second-factor/codes").content, browser.get("/second-factor/codes").content

    assert b"Keep these codes on paper" in first
    assert first.count(b"<li><code>") == 10
    assert second.count(b"<li><code>") == 0


def test_the_last_second_factor_stays() -> None:
    account = make_person()
    browser = signed_in(account)

    page = browser.get("/second-factor/app/remove")
    browser.post("/second-factor/app/remove")

    assert b"your only second factor" in page.content
    assert account.authenticator_set.filter(type="totp").exists()


def test_seeds_of_second_factors_are_sealed_in_the_table() -> None:
    account = make_person()

    secret = account.authenticator_set.get(type="totp").data["secret"]

    assert secret.startswith("gAAAA")


def test_a_password_alone_does_not_set_up_a_further_second_factor() -> None:
    stale = signed_in(make_person(), proved_seconds_ago=1000)

    assert stale.get("/second-factor/passkey").headers["Location"].startswith("/prove-again")
    assert stale.post("/prove-again", {"code": PASSWORD}).status_code == 200
