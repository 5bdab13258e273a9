"""The two questions of whoever watches a service."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shelterwood.web.hall.running import readiness

if TYPE_CHECKING:
    import pytest
    from django.test import Client


def test_a_living_process_says_ok(client: Client) -> None:
    answer = client.get("/healthz")

    assert (answer.status_code, answer.content) == (200, b"ok\n")


def test_a_service_with_its_tables_is_ready(client: Client) -> None:
    answer = client.get("/readyz")

    assert (answer.status_code, answer.json()) == (200, {"ready": True, "reasons": {}})


def test_a_part_that_is_not_well_makes_the_service_unready(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(readiness, "_CONDITIONS", {})
    readiness.register("matcher", lambda: "index is not open")

    answer = client.get("/readyz")

    assert (answer.status_code, answer.json()["reasons"]) == (503, {"matcher": "index is not open"})


def test_a_stranger_is_led_to_the_sign_in(client: Client) -> None:
    answer = client.get("/")

    assert answer.headers["Location"] == "/sign-in?next=%2F"


def test_the_sign_in_page_may_load_nothing_foreign(client: Client) -> None:
    answer = client.get("/sign-in")

    policy = answer.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert "frame-ancestors 'none'" in policy
    assert answer.headers["Cache-Control"].startswith("no-store") or "no-store" in answer.headers["Cache-Control"]
