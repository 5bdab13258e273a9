"""What every web test starts from: a database that forgets, and no memory of earlier attempts.

Tests that speak to a service as it is served (served.py) speak to one whose database is SQLite, whatever DATABASE_URL
says. They are marked `sqlite` here, by what their module imports, so that `bin/test` need not run them again on
PostgreSQL (`-m "not sqlite"`). Such a module cannot reach the database of the tests: nothing that depends on it can be
left out unseen.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING

import pytest
import served
from django.db import connection

from shelterwood.web.hall.accounts import throttling
from shelterwood.web.hall.audit.models import ChainHead
from shelterwood.web.provider.basis import live, sealing
from shelterwood.web.provider.lists import live as lists_live
from shelterwood.web.provider.lists import storage

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pytest_django.plugin import DjangoDbBlocker


def pytest_itemcollected(item: pytest.Item) -> None:
    """Mark a test whose module starts services of its own on SQLite."""
    module = getattr(item, "module", None)
    if getattr(module, "served", None) is served.served:
        item.add_marker("sqlite")


APPEND_ONLY = importlib.import_module("shelterwood.web.hall.audit.migrations.0003_append_only")


def _commits(request: pytest.FixtureRequest) -> bool:
    marker = request.node.get_closest_marker("django_db")
    return marker is not None and bool(marker.kwargs.get("transaction"))


@pytest.fixture(autouse=True)
def _from_nothing(
    request: pytest.FixtureRequest,
    db: None,  # noqa: ARG001 - asked for, not used
    django_db_blocker: DjangoDbBlocker,
) -> Iterator[None]:
    """Let every web test use the database, each in a transaction that is rolled back; what is marked `sqlite` may not.

    After a test that asks to commit, all tables are emptied. The record's guard refuses that, as it should, so it is
    lifted before, and put back by the next such test; pytest-django runs them after all others.
    """
    throttling._full.clear()
    if request.node.get_closest_marker("sqlite"):
        with django_db_blocker.block():
            yield
        return
    if not _commits(request):
        yield
        return
    if not ChainHead.objects.exists():
        with connection.schema_editor() as editor:
            APPEND_ONLY.guard(None, editor)
        ChainHead.objects.create()
    yield
    with connection.schema_editor() as editor:
        APPEND_ONLY.unguard(None, editor)


@pytest.fixture(autouse=True)
def _quick_basis(monkeypatch: pytest.MonkeyPatch) -> None:
    """Seal officers' keys with the real algorithm and little memory; forget what another test issued."""
    monkeypatch.setattr(sealing, "MEMORY_KIB", 64)
    monkeypatch.setattr(sealing, "PASSES", 1)
    live.forget()


@pytest.fixture(autouse=True)
def _no_list_in_service() -> None:
    """Take away what another test put in service: workers read it from a file, which no rollback removes."""
    storage.manifest().unlink(missing_ok=True)
    lists_live.forget()
