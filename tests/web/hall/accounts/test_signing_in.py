"""The door: two proofs, the same answer to every wrong one, counted before anything is looked up."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from django.contrib.auth import hashers
from django.test import Client
from django.utils import timezone
from people import NOW, PASSWORD, code_now, make_person, signed_in, token_of

from shelterwood.web.hall.access.actors import OPERATOR
from shelterwood.web.hall.access.permissions import Role
from shelterwood.web.hall.accounts import services, throttling
from shelterwood.web.hall.accounts.models import AttemptMark
from shelterwood.web.hall.audit.models import Line

if TYPE_CHECKING:
    from django.http import HttpResponse


def try_password(client: Client, name: str, password: str = PASSWORD) -> HttpResponse:
    return client.post("/sign-in", {"login": name, "password": password})


def comparable(answer: HttpResponse, name: str) -> tuple[int, str]:
    body = re.sub(r'name="csrfmiddlewaretoken" value="[^"]+"', "", answer.content.decode())
    return answer.status_code, body.replace(f'value="{name}"', "")


@pytest.fixture
def nobody_like_it() -> dict[str, str]:
    """Accounts of every sort that must be refused, and one that does not exist; and the passwords that are tried."""
    make_person(name="well-known")
    closed = make_person(name="closed-one")
    services.deactivate(account=closed, actor=OPERATOR, now=NOW)
    services.invite(name="invited-one", roles=frozenset({Role.REVIEWER}), actor=OPERATOR, now=NOW)
    return {"well-known": "wrong", "closed-one": PASSWORD, "invited-one": PASSWORD, "no-such-one": PASSWORD}


def test_every_refusal_is_the_same(nobody_like_it: dict[str, str]) -> None:
    answers = {comparable(try_password(Client(), name, tried), name) for name, tried in nobody_like_it.items()}

    assert len(answers) == 1
    assert next(iter(answers))[0] == 200


def test_every_refusal_computes_one_hash_and_writes_the_same_lines(
    nobody_like_it: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    counted: list[str] = []
    hasher = hashers.Argon2PasswordHasher
    for verb in ("encode", "verify"):
        real = getattr(hasher, verb)
        monkeypatch.setattr(hasher, verb, lambda *a, _real=real, **k: (counted.append("hash"), _real(*a, **k))[1])
    work = {}
    for name, tried in nobody_like_it.items():
        counted.clear()
        before = Line.objects.count()
        try_password(Client(), name, tried)
        work[name] = (len(counted), Line.objects.count() - before)

    assert set(work.values()) == {(1, 1)}


def test_a_refusal_names_nobody_in_the_record() -> None:
    make_person(name="well-known")

    try_password(Client(), "well-known", "wrong")

    line = Line.objects.latest("id")
    assert (line.action, line.actor, line.object_ref, line.codes) == (
        "sign-in.refused", "stranger", "", {"step": "password"}
    )  # fmt: skip


@pytest.mark.parametrize("name", ["well-known", "no-such-one"])
def test_too_many_attempts_are_refused_before_any_look_up(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    make_person(name="well-known")
    client = Client()
    for _ in range(throttling.PASSWORD.attempts):
        assert try_password(client, name, "wrong").status_code == 200
    monkeypatch.setattr(
        "django.contrib.auth.backends.ModelBackend.authenticate", lambda *_a, **_k: pytest.fail("looked")
    )

    answers = [try_password(client, name) for _ in range(2)]

    assert {answer.status_code for answer in answers} == {429}
    assert Line.objects.filter(action="sign-in.throttled").count() == 1


def test_the_throttle_holds_in_a_process_that_saw_no_attempt() -> None:
    for _ in range(throttling.PASSWORD.attempts + 1):
        throttling.may_try(throttling.PASSWORD, "somebody", now=NOW)
    throttling._full.clear()

    assert not throttling.may_try(throttling.PASSWORD, "SomeBody", now=NOW)


def test_the_throttle_ends_with_its_window_and_keeps_no_name() -> None:
    for _ in range(throttling.PASSWORD.attempts + 1):
        throttling.may_try(throttling.PASSWORD, "somebody", now=NOW)

    assert "somebody" not in str(list(AttemptMark.objects.values()))
    assert throttling.may_try(throttling.PASSWORD, "somebody", now=NOW + throttling.PASSWORD.window)


def test_a_password_leads_to_the_second_step_and_opens_nothing_itself() -> None:
    account, client = make_person(), Client()

    answer = try_password(client, account.name)

    assert answer.headers["Location"] == "/sign-in/second-step"
    assert client.get("/").headers["Location"].startswith("/sign-in")


def test_whoever_stops_half_way_can_start_again() -> None:
    account, client = make_person(), Client()
    try_password(client, account.name)

    client.post("/sign-out")

    assert client.get("/sign-in").status_code == 200


def test_a_code_completes_the_sign_in_and_works_once() -> None:
    account, client, other = make_person(), Client(), Client()
    code = code_now(account)
    try_password(client, account.name)
    assert client.post("/sign-in/second-step", {"code": code}).headers["Location"] == "/"
    assert client.get("/").status_code == 200
    try_password(other, account.name)

    answer = other.post("/sign-in/second-step", {"code": code})

    assert answer.status_code == 200
    assert b"Incorrect code" in answer.content


def test_a_recovery_code_stands_in_for_the_second_factor_once() -> None:
    account = make_person()
    code = RecoveryCodes(account.authenticator_set.get(type="recovery_codes")).get_unused_codes()[0]
    first, second = Client(), Client()
    try_password(first, account.name)
    try_password(second, account.name)

    assert first.post("/sign-in/second-step", {"code": code}).headers["Location"] == "/"
    assert first.get("/").status_code == 200
    assert b"Incorrect code" in second.post("/sign-in/second-step", {"code": code}).content
    assert Line.objects.filter(action="account.recovery-code-used").count() == 1


def test_codes_are_throttled_for_each_account() -> None:
    account, client = make_person(), Client()
    try_password(client, account.name)
    wrong = [
        client.post("/sign-in/second-step", {"code": "000000"}).status_code for _ in range(throttling.CODE.attempts)
    ]

    answer = client.post("/sign-in/second-step", {"code": code_now(account)})

    assert set(wrong) == {200}
    assert answer.status_code == 429


def test_a_session_without_second_factor_ends_when_one_is_set_up_elsewhere() -> None:
    account = make_person()
    client = signed_in(account, proved_seconds_ago=None)

    answer = client.get("/account")

    assert answer.headers["Location"].startswith("/sign-in")
    assert "_auth_user_id" not in client.session


def test_accepting_a_link_leads_to_the_second_factor_and_nowhere_else(client: Client) -> None:
    issued = services.invite(name="new-one", roles=frozenset({Role.REVIEWER}), actor=OPERATOR, now=timezone.now())

    answer = client.post(f"/invitation/{token_of(issued)}", {"password": PASSWORD, "again": PASSWORD})

    assert answer.headers["Location"] == "/second-factor"
    assert client.get("/second-factor").status_code == 200
    assert client.get("/account").headers["Location"].startswith("/second-factor")
