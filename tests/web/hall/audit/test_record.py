"""The record takes registered actions only."""

from __future__ import annotations

import pytest
from people import NOW

from shelterwood.web.hall.access.actors import OPERATOR, Actor
from shelterwood.web.hall.accounts.actions import SIGNED_IN
from shelterwood.web.hall.audit.actions import Action, ActionNotRegistered, ActionRegisteredTwice, register
from shelterwood.web.hall.audit.services import record


def test_a_line_says_who_did_what_to_what_and_when() -> None:
    line = record(action=SIGNED_IN, actor=Actor.person("5"), object_ref="account:5", now=NOW, codes={"kind": "passkey"})

    assert str(line) == f"{line.pk} sign-in.done person:5 account:5"


def test_an_action_that_nobody_registered_is_refused() -> None:
    with pytest.raises(ActionNotRegistered):
        record(action=Action(name="made.up", meaning=""), actor=OPERATOR, object_ref="", now=NOW)


def test_a_name_is_registered_once() -> None:
    with pytest.raises(ActionRegisteredTwice):
        register("sign-in.done", "again")
