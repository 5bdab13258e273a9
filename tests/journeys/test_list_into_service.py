"""A list from its name into service: one person brings it there and proposes, another looks at it and says yes."""

from __future__ import annotations

import random
import re
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest
from PIL import Image
from walking import Walk, come_in

from shelterwood.lists import shipped_benign_set

if TYPE_CHECKING:
    from collections.abc import Sequence

    from conftest import Service
    from playwright.sync_api import Browser

pytestmark = [pytest.mark.slow, pytest.mark.journey]


LONG_IMPORT = """
from shelterwood.web.hall.running.roles import become
become("provider")
from django.utils import timezone
from shelterwood.web.provider.lists.models import ImportRun, ProviderList
ImportRun.objects.create(list=ProviderList.objects.get(), state="running", file="large.csv", rows=412000,
                         asked_by="person:1", began_at=timezone.now())
"""


def put_files(service: Service, *, more: Sequence[str] = ()) -> None:
    home = Path(service.environment["SHELTERWOOD_DATA"]) / "lists"
    for folder in ("inbox", "sample"):
        (home / folder).mkdir(parents=True, exist_ok=True)
    codes = [random.Random(number).randbytes(32).hex() for number in range(200)]
    rows = [f"cup-watch,cup-{number},pdq,{code}" for number, code in enumerate(codes)]
    flag = next(picture for picture in shipped_benign_set() if picture.name.startswith("flag"))
    head = "source,entry_id,kind,value"
    (home / "inbox" / "cups.csv").write_text("\n".join([head, *rows, *more]) + "\n", encoding="ascii")
    bad = f"cup-watch,cup-of-a-flag,pdq,{flag.codes[:32].hex()}"
    (home / "inbox" / "cups-next.csv").write_text("\n".join([head, *rows, bad]) + "\n", encoding="ascii")
    for seed in range(5):
        coarse = np.random.Generator(np.random.PCG64(seed)).integers(0, 255, (12, 16, 3), dtype=np.uint8)
        Image.fromarray(coarse).resize((320, 240), Image.Resampling.BICUBIC).save(home / "sample" / f"{seed}.png")


def test_one_brings_a_list_there_and_another_puts_it_in_service(new_service: Service, browser: Browser) -> None:
    service = new_service  # on which nobody works alone: one journey switches that on
    manager = come_in(service, browser, name="list-manager", role="administrator")
    second = come_in(service, browser, name="list-second", role="senior-reviewer")
    page = manager.page
    into_service(service, manager, second)

    page.goto(f"{service.url}/lists/")
    page.get_by_role("link", name="coffee-cups").click()
    page.get_by_label("File in the inbox").select_option("cups-next.csv")
    import_it(manager)
    page.get_by_text("Version 2 is not used").wait_for()
    manager.look("lists-held-back")
    page.locator("summary", has_text="cup-of-a-flag").click()
    manager.look("lists-entry-that-was-hit")
    manager.press("Withdraw it for good")
    manager.press("Run it again")
    page.get_by_text("Clean: no entry of version 2").wait_for()
    page.get_by_role("link", name="Withdraw the list for good").click()
    manager.look("lists-withdraw")
    page.goto(f"{service.url}/lists/")
    manager.look("lists-overview")
    page.goto(f"{service.url}/lists/in-service")
    manager.look("lists-public")
    subprocess.run([sys.executable, "-c", LONG_IMPORT], env=service.environment, check=True, timeout=60)
    page.goto(f"{service.url}/lists/")
    page.get_by_role("link", name="coffee-cups").click()
    page.get_by_text("412,000 rows so far").wait_for()
    manager.look("lists-importing")


def import_it(manager: Walk) -> None:
    """Press the button, and look again, as the page says, until the import is over."""
    page = manager.page
    with page.expect_navigation():
        manager.press("Import")
    for _ in range(200):
        again = page.get_by_role("link", name="Look again")
        if not again.count():
            return
        with page.expect_navigation():  # between two pages there is no such link either
            again.first.click()
        page.wait_for_timeout(250)
    pytest.fail("the import does not end")


def into_service(service: Service, manager: Walk, second: Walk, *, more: Sequence[str] = ()) -> None:
    """Walk a list from its name into service: `manager` brings and proposes it, `second` approves."""
    page = manager.page
    page.goto(f"{service.url}/lists/")
    manager.heading("Lists")
    page.get_by_role("link", name="Register a list").click()
    page.get_by_label("Name", exact=True).fill("coffee-cups")
    page.get_by_label("Owner", exact=True).fill("Cup Watch")
    manager.look("lists-register")
    manager.press("Register")
    manager.heading("coffee-cups")
    put_files(service, more=more)
    page.reload()
    manager.look("lists-new")

    page.get_by_label("File in the inbox").select_option("cups.csv")
    import_it(manager)
    page.get_by_text(re.compile(r"Of (\d+) listed items, \1 can be matched perceptually")).first.wait_for()
    page.get_by_label("Agreement with the owner").fill("Agreement of 3 November 2026, folder 12")
    page.get_by_label("Legal reference").select_option("child_abuse_images")
    manager.press("Save")
    page.get_by_label("Pictures uploaded a day").fill("20000")
    manager.press("Make the forecast")
    page.get_by_text("hours of review a day").wait_for()
    manager.look("lists-checked")
    manager.press("Propose for service")
    page.get_by_text("A second person approves it").wait_for()

    second.page.goto(f"{service.url}/lists/")
    second.page.get_by_role("link", name="coffee-cups").click()
    second.page.get_by_role("link", name="Look at the proposal").click()
    second.heading("Put coffee-cups in service?")
    second.look("lists-approve")
    second.press("Yes, put it in service")
    second.page.get_by_text("in service since").wait_for()
