"""An auditor reads the record, searches it, takes a copy, and the copy is sound."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from walking import come_in

if TYPE_CHECKING:
    from pathlib import Path

    from conftest import Service
    from playwright.sync_api import Browser

pytestmark = [pytest.mark.slow, pytest.mark.journey]


def test_an_auditor_reads_searches_and_copies_the_record(service: Service, browser: Browser, tmp_path: Path) -> None:
    walk = come_in(service, browser, name="record-auditor", role="auditor")
    page = walk.page
    page.get_by_role("navigation", name="Rooms").get_by_role("link", name="Record").click()
    walk.heading("Record")
    walk.look("record")

    page.get_by_text("Search", exact=True).click()
    page.get_by_label("Action").fill("account.")
    walk.press("Show")
    walk.heading("Record")
    assert page.locator("tbody tr").count() >= 2
    walk.look("record-searched")

    with page.expect_download() as coming:
        walk.press("Take a copy")
    copy = tmp_path / "record.jsonl"
    coming.value.save_as(copy)
    assert "The record holds" in service.command("log", "verify", "--file", str(copy))
    service.command("log", "head")
    service.command("log", "verify")
    page.goto(f"{service.url}/record")
    walk.look("record-checked")
