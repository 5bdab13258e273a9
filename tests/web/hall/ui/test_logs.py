"""Log lines never hold the secret of a link."""

from __future__ import annotations

import contextlib
import logging

import pytest
from django.test import RequestFactory
from django.urls import Resolver404, resolve

from shelterwood.web.hall.ui.logs import WithoutSecrets


def test_the_secret_of_an_invitation_stays_out_of_the_log() -> None:
    line = logging.LogRecord("django.request", 30, "", 0, "%s: %s", ("Gone", "/invitation/s3cret-Token"), None)

    WithoutSecrets().filter(line)

    assert line.getMessage() == "Gone: /invitation/..."


@pytest.mark.parametrize(
    ("path", "said"),
    [
        ("/api/v1/items/anna-photo/state", "Not Found: /api/v1/items/<str:item>/state"),
        ("/anna/of/14/some/street", "Not Found: (no such address)"),
    ],
)
def test_a_line_names_the_route_and_nothing_of_the_path(path: str, said: str) -> None:
    request = RequestFactory().get(path)
    with contextlib.suppress(Resolver404):
        request.resolver_match = resolve(path)
    line = logging.LogRecord("django.request", 30, "", 0, "%s: %s", ("Not Found", path), None)
    line.request = request

    WithoutSecrets().filter(line)

    assert line.getMessage() == said


def test_the_handler_of_the_service_has_the_filter(settings: object) -> None:
    assert settings.LOGGING["handlers"]["stderr"]["filters"] == ["secrets"]
