"""What the record covers: who came in and who did not, what was read, what left, what was set."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from django.test import Client
from people import PASSWORD, code_now, make_person, signed_in

from shelterwood.web.hall.access.permissions import Role
from shelterwood.web.hall.audit.models import Line

if TYPE_CHECKING:
    from collections.abc import Callable

    from shelterwood.web.hall.accounts.models import Account


def _come_in(account: Account) -> None:
    browser = Client()
    browser.post("/sign-in", {"login": account.name, "password": PASSWORD})
    browser.post("/sign-in/second-step", {"code": code_now(account)})
    browser.post("/sign-out")


def _begin_solo_mode(account: Account) -> None:
    said = {"act": "begin", "outside_body": "The Example Ombuds Office", "outside_contact": "https://ombuds.example"}
    signed_in(account).post("/about/solo-mode", said)


@pytest.mark.parametrize(
    ("role", "act", "actions"),
    [
        (Role.REVIEWER, _come_in, ["sign-in.done", "sign-in.ended"]),
        (
            Role.REVIEWER,
            lambda one: Client().post("/sign-in", {"login": one.name, "password": "x"}),
            ["sign-in.refused"],
        ),
        (Role.AUDITOR, lambda one: signed_in(one).get("/record"), ["sign-in.done", "record.read"]),
        (
            Role.AUDITOR,
            lambda one: signed_in(one).post("/record/export").getvalue(),
            ["sign-in.done", "record.exported"],
        ),
        (Role.ADMINISTRATOR, _begin_solo_mode, ["sign-in.done", "solo-mode.begun"]),
    ],
    ids=["login", "refused-login", "read", "export", "setting"],
)
def test_27_logins_reads_exports_and_settings_are_lines(
    role: Role, act: Callable[[Account], object], actions: list[str]
) -> None:
    account = make_person(role)
    before = Line.objects.count()

    act(account)

    assert list(Line.objects.order_by("seq").values_list("action", flat=True))[before:] == actions
