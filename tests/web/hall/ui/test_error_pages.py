"""What people and programs are told when something cannot be answered."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from django.db import OperationalError
from django.test import Client, RequestFactory
from people import make_person, signed_in

from shelterwood.web.hall.access.permissions import Role
from shelterwood.web.hall.accounts.models import Account
from shelterwood.web.hall.ui import errors

if TYPE_CHECKING:
    from pytest_django.fixtures import SettingsWrapper


def test_a_person_reads_a_plain_sentence_for_an_address_without_page() -> None:
    answer = Client().get("/nowhere")

    assert answer.status_code == 404
    assert b"There is nothing at this address." in answer.content


@pytest.mark.parametrize("path", ["/api/v1/nowhere", "/m/nowhere"])
def test_a_program_reads_a_problem_document(path: str) -> None:
    answer = Client().get(path)

    assert (answer.status_code, answer.headers["Content-Type"]) == (404, "application/problem+json")
    assert answer.json()["title"] == "There is nothing at this address."


def test_a_person_without_the_role_is_told_whom_to_ask() -> None:
    answer = signed_in(make_person(Role.AUDITOR)).get("/people")

    assert answer.status_code == 403
    assert b"ask an administrator" in answer.content


def test_a_form_from_elsewhere_changes_nothing() -> None:
    administrator, colleague = make_person(Role.ADMINISTRATOR), make_person()
    browser = signed_in(administrator)
    browser.handler.enforce_csrf_checks = True

    answer = browser.post(f"/people/{colleague.pk}/deactivate", headers={"Origin": "https://elsewhere.example"})

    assert answer.status_code == 403
    assert b"was not sent from this service" in answer.content
    assert Account.objects.get(pk=colleague.pk).is_active


def _hold() -> None:
    raise OperationalError("database is locked")


@pytest.mark.parametrize(
    ("path", "shape"), [("/about", "text/html; charset=utf-8"), ("/m/x", "application/problem+json")]
)
def test_a_database_that_is_held_is_no_defect_and_says_when_to_come_back(path: str, shape: str) -> None:
    request = RequestFactory().get(path)
    try:
        _hold()
    except OperationalError:
        held = errors.defect(request)
    broken = errors.defect(request)

    assert (held.status_code, held.headers["Retry-After"], held.headers["Content-Type"]) == (503, "5", shape)
    assert broken.status_code == 500


def test_an_unknown_host_is_refused() -> None:
    assert Client().get("/sign-in", headers={"Host": "elsewhere.example"}).status_code == 400


@pytest.mark.parametrize("path", ["/sign-in", "/about", "/nowhere", "/api/nowhere", "/healthz"])
def test_every_answer_forbids_caches_frames_and_foreign_content(path: str) -> None:
    headers = Client().get(path).headers

    assert "no-store" in headers["Cache-Control"]
    assert "frame-ancestors 'none'" in headers["Content-Security-Policy"]
    assert "unsafe" not in headers["Content-Security-Policy"]
    assert headers["Cross-Origin-Opener-Policy"] == "same-origin"
    assert headers["Referrer-Policy"] == "same-origin"
    assert headers["X-Content-Type-Options"] == "nosniff"


def test_without_a_proxy_of_ours_nobody_chooses_their_address(settings: SettingsWrapper) -> None:
    from dataclasses import replace  # noqa: PLC0415 - two tests of many

    from shelterwood.web.hall.accounts import throttling  # noqa: PLC0415 - the same

    def refused_at_last(browser: Client) -> bool:
        tries = range(throttling.PASSWORD_BY_ADDRESS.attempts + 1)
        return [
            browser.post(
                "/sign-in", {"login": f"name-{i}", "password": "x"}, headers={"X-Forwarded-For": f"203.0.113.{i}"}
            ).status_code
            for i in tries
        ][-1] == 429

    assert refused_at_last(Client())
    throttling._full.clear()
    settings.FACTS = replace(settings.FACTS, behind_proxy=True)
    assert not refused_at_last(Client())
