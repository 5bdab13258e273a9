"""Hosted media, a list in service that knows one of them, a token whose occasion is looking again, and its key."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import live_lists
import pytest
from grounds import issued_token
from uploads import entries_of, jpeg, make_key, picture

from shelterwood.policy import Occasion
from shelterwood.web.hall.settings.facts import facts
from shelterwood.web.provider.basis import live
from shelterwood.web.provider.evidence import opening
from shelterwood.web.provider.keys import buckets, holding, last_used
from shelterwood.web.provider.lists import live as lists_live
from shelterwood.web.provider.lists import publishing
from shelterwood.web.provider.rescan import at_the_desk
from shelterwood.web.provider.scan import neighbours

if TYPE_CHECKING:
    from pathlib import Path

    from pytest_django.fixtures import SettingsWrapper

    from shelterwood.web.provider.basis.models import Token
    from shelterwood.web.provider.lists.models import ProviderList

Rescan = Callable[..., tuple[int, str]]


@pytest.fixture(autouse=True)
def _own_vault(settings: SettingsWrapper, tmp_path: Path) -> object:
    settings.FACTS = replace(facts(), evidence=tmp_path / "evidence", keys=tmp_path / "keys")
    for part in (holding, buckets, last_used, live, neighbours, opening):
        part.forget()
    yield
    opening.forget()


@pytest.fixture
def cups() -> ProviderList:
    """Return the list in service; it knows picture 1."""
    row, shown = live_lists.new_list(name="coffee-cups"), picture(1)
    entries = entries_of(jpeg(shown), shown)
    live_lists.deliver(row, {"cup-1": {each.kind: each.value for each in entries}})
    live_lists.foresee(row, live_lists.manager())
    live_lists.put_in_service(row)
    publish()
    return row


def publish() -> None:
    """Publish as a commit would, which a test's transaction never comes to."""
    publishing.publish()
    lists_live.forget()
    neighbours.forget()


@pytest.fixture
def token(cups: ProviderList) -> Token:
    """Return a token that allows looking again, and nothing else."""
    assert cups.state == "live"
    return issued_token(now=datetime.now(UTC).replace(microsecond=0), occasion=Occasion.RESCAN)


@pytest.fixture
def key(token: Token) -> str:
    make_key(token.name, name="photos-again")
    return "photos-again"


@pytest.fixture
def hosted(tmp_path: Path) -> Path:
    """Return a folder of hosted media: one that the list knows, two that it does not, and what cannot be looked at."""
    folder = tmp_path / "hosted"
    (folder / "ab").mkdir(parents=True)
    (folder / "ab" / "photo-1.jpg").write_bytes(jpeg(picture(1)))
    (folder / "ab" / "photo-2.jpg").write_bytes(jpeg(picture(2)))
    (folder / "photo-3.jpg").write_bytes(jpeg(picture(3)))
    (folder / "a name with blanks.jpg").write_bytes(jpeg(picture(4)))
    (folder / "photo-5.jpg").symlink_to(folder / "photo-3.jpg")
    return folder


@pytest.fixture
def rescan(key: str) -> Rescan:
    def looking_again(path: Path, **changes: object) -> tuple[int, str]:
        usual: dict[str, object] = {
            "key": key,
            "list_name": "coffee-cups",
            "list_version": None,
            "per_second": 10_000,
            "again": False,
            "began": lambda _done, _in_all: None,
            "tell": lambda: None,
        }
        return at_the_desk.rescan(path, **(usual | changes))  # type: ignore[arg-type]

    return looking_again


@pytest.fixture
def soon() -> datetime:
    return datetime.now(UTC) + timedelta(minutes=1)
