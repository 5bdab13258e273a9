"""The description of the API is true: its routes are those that are served, its refusals those that are given."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

import pytest
from django.test import Client
from django.urls import URLPattern
from uploads import Program, jpeg, picture

from shelterwood.web.provider.scan import api, urls
from shelterwood.web.provider.webhooks.states import Told

if TYPE_CHECKING:
    from django.http import HttpResponse


@pytest.fixture
def described() -> dict[str, Any]:
    found: dict[str, Any] = Client().get("/api/v1/openapi.json").json()
    return found


def test_every_route_of_the_api_is_described_and_no_other(described: dict[str, Any]) -> None:
    served = {
        "/" + re.sub(r"<\w+:(\w+)>", r"{\1}", str(each.pattern))
        for each in urls.urlpatterns
        if isinstance(each, URLPattern) and str(each.pattern).startswith("api/") and "openapi" not in str(each.pattern)
    }

    assert served == set(described["paths"])


def test_every_event_that_is_told_is_described(described: dict[str, Any]) -> None:
    assert set(described["webhooks"]) == set(Told)


def test_every_refusal_of_the_door_is_described(described: dict[str, Any]) -> None:
    said = described["paths"]["/api/v1/scan"]["post"]["responses"]

    assert {str(status) for status in api.STATUS_OF.values()} | {"401", "403", "405", "429"} == set(said) - {
        "200",
        "202",
    }


def test_answers_have_the_fields_that_are_described(described: dict[str, Any], program: Program) -> None:
    answers: dict[str, HttpResponse] = {
        "Answer": program.send(jpeg(picture(2))),
        "Waiting": program.send(jpeg(picture(2)), Prefer="respond-async"),
        "Problem": program.send(b"x", "text/x"),
    }

    for name, answer in answers.items():
        schema = described["components"]["schemas"][name]
        data = json.loads(answer.content)
        assert set(schema["required"]) <= set(data) <= set(schema["properties"])
    state = described["components"]["schemas"]["ItemState"]
    assert set(program.state_of("photo-1")) == set(state["required"])
