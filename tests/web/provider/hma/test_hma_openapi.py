"""The description of HMA's routes names those that are served, with the methods that each takes, and no other."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import pytest
from django.test import Client
from django.urls import URLPattern

from shelterwood.web.provider.hma import urls
from shelterwood.web.provider.hma.door import _STATUS

if TYPE_CHECKING:
    from hma_clients import HmaClient

METHODS = ("get", "post", "put", "delete")


@pytest.fixture
def paths() -> dict[str, dict[str, Any]]:
    found: dict[str, dict[str, Any]] = Client().get("/api/v1/openapi-hma.json").json()["paths"]
    return found


def test_every_route_of_hma_is_described_and_no_other(paths: dict[str, dict[str, Any]]) -> None:
    served = {
        "/" + re.sub(r"<\w+:(\w+)>", r"{\1}", str(each.pattern))
        for each in urls.urlpatterns
        if isinstance(each, URLPattern) and "openapi" not in str(each.pattern)
    }

    assert served == set(paths)


def test_a_method_that_is_not_described_is_not_taken_and_the_others_are_named(
    client: HmaClient, paths: dict[str, dict[str, Any]]
) -> None:
    for path, described in paths.items():
        taken = {method for method in METHODS if method in described}
        for method in set(METHODS) - taken:
            answer = client.ask(method, path.format(bank="CUPS", content_id=1))
            assert (answer.status_code, method, path) == (405, method, path)
            assert {each.lower() for each in answer.headers["Allow"].split(", ")} == taken


def test_every_refusal_of_the_routes_is_described_somewhere(paths: dict[str, dict[str, Any]]) -> None:
    said = {
        status for path in paths.values() for method in METHODS for status in path.get(method, {}).get("responses", ())
    }

    given = {str(status) for status in _STATUS.values()} | {"401", "403", "405", "429", "503"}
    assert given == (said | {"422"}) - {"200", "201"}  # 422: none of these routes takes an Idempotency-Key
