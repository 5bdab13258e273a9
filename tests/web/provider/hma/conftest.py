"""A service that HMA clients speak to: a token in force, banks that two people put in service, programs with keys."""

from __future__ import annotations

import shutil
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import live_lists
import pytest
from django.test import TestCase
from grounds import TECHNOLOGY, issued_token
from hma_clients import HmaClient
from uploads import make_key

from shelterwood.web.provider.basis import live
from shelterwood.web.provider.keys import buckets, holding, last_used
from shelterwood.web.provider.keys.scopes import Scope
from shelterwood.web.provider.lists import live as lists_live
from shelterwood.web.provider.lists import storage
from shelterwood.web.provider.lists.models import ProviderList
from shelterwood.web.provider.scan import neighbours, spool

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from shelterwood.web.provider.basis.models import Token


@pytest.fixture(autouse=True)
def _service(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    for part in (holding, buckets, last_used, live, neighbours, lists_live):
        part.forget()
    shutil.rmtree(storage.home())  # what a test before may have left
    monkeypatch.setattr(neighbours, "configured", lambda: TECHNOLOGY)
    yield
    assert list(spool.directory().iterdir()) == []
    shutil.rmtree(storage.home())
    lists_live.forget()


@pytest.fixture
def token() -> Token:
    return issued_token(now=datetime.now(UTC).replace(microsecond=0))


@pytest.fixture
def client(token: Token) -> HmaClient:
    """Return a program that may read and write."""
    return HmaClient(make_key(token.name, Scope.REVIEWER, Scope.LISTS, name="coop"))


@pytest.fixture
def bank_in_service(client: HmaClient) -> Callable[..., ProviderList]:
    """Return what makes a bank over the API and has two people put it in service."""

    def make(name: str = "CUPS") -> ProviderList:
        assert client.send("post", "/c/banks", {"name": name}).status_code == 201
        row = ProviderList.objects.get(name=name)
        with TestCase.captureOnCommitCallbacks(execute=True):
            live_lists.foresee(row, live_lists.manager())
            return live_lists.put_in_service(row)

    return make


@pytest.fixture
def bank(bank_in_service: Callable[..., ProviderList]) -> ProviderList:
    return bank_in_service()
