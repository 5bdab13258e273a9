"""An organisation's provider opens an account here only if it vouches for a second factor."""

from __future__ import annotations

import json
import time
from typing import ClassVar, Self
from urllib.parse import parse_qs, urlsplit

import jwt
import pytest
from django.test import Client
from people import make_person, signed_in

from shelterwood.web.hall.accounts.models import Account
from shelterwood.web.hall.accounts.openid import OrganisationAdapter, vouches_for_second_factor
from shelterwood.web.hall.audit.models import Line

GOLD = frozenset({"https://id.example.org/acr/gold"})


@pytest.mark.parametrize(
    "claims", [{"amr": ["pwd", "mfa"]}, {"amr": ["mfa"]}, {"acr": "https://id.example.org/acr/gold"}]
)
def test_a_claim_of_a_second_factor_is_believed(claims: dict[str, object]) -> None:
    assert vouches_for_second_factor(claims, accepted_acr=GOLD)


@pytest.mark.parametrize(
    "claims",
    [
        {},
        {"amr": ["pwd"]},
        {"amr": "mfa"},
        {"amr": None},
        {"acr": "1"},
        {"acr": ["https://id.example.org/acr/gold"]},
        {"acr": ""},
    ],
)
def test_anything_less_is_not(claims: dict[str, object]) -> None:
    assert not vouches_for_second_factor(claims, accepted_acr=GOLD)


class Answer:
    """What the provider answers to one request."""

    status_code = 200
    headers: ClassVar = {"content-type": "application/json"}

    def __init__(self, body: dict[str, object]) -> None:
        self.body = body
        self.text = json.dumps(body)

    def json(self) -> dict[str, object]:
        return self.body

    def raise_for_status(self) -> None:
        """Do nothing: every answer is a success."""


class Provider:
    """The organisation's provider, without a network: `subject` signs in there, and `claims` say how."""

    def __init__(self, *, subject: str, **claims: object) -> None:
        now = int(time.time())
        standard = {"iss": "https://id.example.org", "aud": "shelterwood", "sub": subject, "iat": now, "exp": now + 60}
        self.token = jwt.encode(standard | claims, "a key that nobody checks: it came over TLS", algorithm="HS256")
        self.subject = subject

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_error: object) -> None:
        """Close nothing."""

    def get(self, url: str, **_options: object) -> Answer:
        if "well-known" in url:
            names = ("token", "authorization", "userinfo")
            urls = {f"{name}_endpoint": f"https://id.example.org/{name}" for name in names}
            return Answer(urls | {"issuer": "https://id.example.org", "jwks_uri": "https://id.example.org/keys"})
        return Answer({"sub": self.subject})

    def request(self, _method: str, _url: str, **_options: object) -> Answer:
        return Answer({"access_token": "x", "token_type": "Bearer", "id_token": self.token})

    def post(self, url: str, **options: object) -> Answer:
        return self.request("POST", url, **options)


def go_through(browser: Client, provider: Provider, monkeypatch: pytest.MonkeyPatch, *, process: str = "login") -> str:
    """Press the button, come back from the provider, and return where that led."""
    monkeypatch.setattr(OrganisationAdapter, "get_requests_session", lambda _self: provider)
    there = browser.post(f"/sign-in/organisation/begin?process={process}").headers["Location"]
    assert there.startswith("https://id.example.org/authorization")
    state = parse_qs(urlsplit(there).query)["state"][0]
    return browser.get("/sign-in/organisation/answer", {"code": "c", "state": state}).headers["Location"]


def test_a_connected_account_opens_with_a_vouched_second_factor(monkeypatch: pytest.MonkeyPatch) -> None:
    account, elsewhere = make_person(), Client()
    vouched = Provider(subject="person-77", amr=["pwd", "mfa"])
    assert "refused" not in go_through(signed_in(account), vouched, monkeypatch, process="connect")

    led_to = go_through(elsewhere, vouched, monkeypatch)

    assert led_to == "/"
    assert Line.objects.filter(action="account.factor-added", codes={"kind": "organisation"}).exists()
    assert account.name in elsewhere.get("/").content.decode()


def test_connecting_needs_fresh_proof(monkeypatch: pytest.MonkeyPatch) -> None:
    stale = signed_in(make_person(), proved_seconds_ago=1000)

    led_to = go_through(stale, Provider(subject="person-79", amr=["mfa"]), monkeypatch, process="connect")

    assert led_to == "/prove-again?next=/account"


def test_without_a_second_factor_there_the_account_stays_closed(monkeypatch: pytest.MonkeyPatch) -> None:
    account, elsewhere = make_person(), Client()
    go_through(signed_in(account), Provider(subject="person-78", amr=["mfa"]), monkeypatch, process="connect")

    led_to = go_through(elsewhere, Provider(subject="person-78", amr=["pwd"]), monkeypatch)

    assert led_to == "/sign-in?organisation=refused"
    assert elsewhere.get("/").headers["Location"].startswith("/sign-in")


def test_somebody_without_an_account_here_does_not_get_one(monkeypatch: pytest.MonkeyPatch) -> None:
    before = Account.objects.count()

    led_to = go_through(Client(), Provider(subject="a stranger", amr=["mfa"]), monkeypatch)

    assert led_to == "/sign-in?organisation=refused"
    assert Account.objects.count() == before
