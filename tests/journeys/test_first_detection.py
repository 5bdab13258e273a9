"""docs/howto/check-uploads.md, walked: from a service that nobody has touched to the first detection event."""

from __future__ import annotations

import io
import json
import urllib.request
from typing import TYPE_CHECKING

import numpy as np
import pytest
from PIL import Image
from test_legal_basis import declare, make_a_key, propose, sign
from test_list_into_service import into_service
from walking import Walk, come_in

from shelterwood.fingerprints import pdq

if TYPE_CHECKING:
    from conftest import Service
    from playwright.sync_api import Browser

pytestmark = [pytest.mark.slow, pytest.mark.journey]


class _Passing(Walk):
    """A walk past pages that other journeys look at."""

    def look(self, name: str) -> None:
        """Go on."""


def a_cup() -> tuple[bytes, str]:
    """Return a picture as a JPEG, and the line of a list that names it."""
    coarse = np.random.Generator(np.random.PCG64(99)).integers(0, 255, (12, 16, 3), dtype=np.uint8)
    picture = Image.fromarray(coarse).resize((640, 480), Image.Resampling.BICUBIC)
    data = io.BytesIO()
    picture.save(data, "JPEG", quality=90)
    return data.getvalue(), f"cup-watch,the-cup,pdq,{pdq.compute(np.asarray(picture)).bits.hex()}"


def ask(url: str, path: str, secret: str, body: bytes | None = None, **headers: str) -> dict[str, object]:
    spelled = {name.replace("_", "-"): value for name, value in headers.items()}
    request = urllib.request.Request(  # noqa: S310 - our own address
        f"{url}/api/v1/{path}", data=body, headers={"Authorization": f"Bearer {secret}", **spelled}
    )
    with urllib.request.urlopen(request, timeout=30) as answer:  # noqa: S310 - our own address
        found: dict[str, object] = json.load(answer)
    return found


def test_from_nothing_to_the_first_detection(new_service: Service, browser: Browser) -> None:
    url, (cup, line) = new_service.url, a_cup()
    administrator = come_in(new_service, browser, name="house", role="administrator", walk=_Passing)
    officer = come_in(new_service, browser, name="basis-officer", role="filing-officer", walk=_Passing)
    second = come_in(new_service, browser, name="second", role="senior-reviewer", walk=_Passing)
    into_service(new_service, administrator, second, more=[line])
    administrator.page.goto(url)
    declare(administrator)
    make_a_key(officer, second=administrator, url=url)
    propose(administrator, url=url)
    sign(officer, url=url)

    secret = make_an_api_key(administrator, token=officer.page.url.rsplit("/", 1)[-1], url=url)
    found = ask(url, "scan", secret, cup, Content_Type="image/jpeg", Shelterwood_Item="photo-17")

    assert (found["outcome"], found.get("matches") or []) == ("match", [])  # a scan key learns no more
    assert ask(url, "items/photo-17/state", secret)["hidden"] is True
    officer.page.goto(f"{url}/detections")
    officer.heading("Detections")
    Walk.look(officer, "detections")
    officer.page.goto(f"{url}/evidence")
    officer.heading("Evidence")
    officer.page.get_by_text("1 object").first.wait_for()


def make_an_api_key(administrator: Walk, *, token: str, url: str) -> str:
    page = administrator.page
    page.goto(f"{url}/keys")
    page.get_by_role("link", name="Make a key").click()
    page.get_by_label("Name", exact=True).fill("photos-upload")
    page.locator("input[name=scopes][value=scan]").check()
    page.get_by_label("Service", exact=True).fill("photos")
    page.get_by_label("Type of service").select_option("hosting")
    page.get_by_label("What is sent with it").select_option("public_upload")
    page.get_by_label("Legal-basis token").fill(token)
    Walk.look(administrator, "keys-make")
    administrator.press("Make the key")
    administrator.heading("The secret of photos-upload")
    secret = page.locator("code.secret").inner_text()
    page.goto(f"{url}/keys")
    Walk.look(administrator, "keys")
    return secret
