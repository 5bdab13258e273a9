"""A service that may scan: a token in force, a technology, a list that knows one picture, a key."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest
from grounds import TECHNOLOGY, issued_token
from uploads import Program, entries_of, jpeg, lists_of, make_key, picture

from shelterwood.web.provider.basis import live
from shelterwood.web.provider.keys import buckets, holding, last_used
from shelterwood.web.provider.keys.scopes import Scope
from shelterwood.web.provider.lists.storage import MARKS
from shelterwood.web.provider.scan import neighbours
from shelterwood.web.provider.scan.waiting import files

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from shelterwood.web.provider.basis.models import Token


@pytest.fixture
def listed() -> bytes:
    """Return the file that the list knows, byte for byte."""
    return jpeg(picture(1))


@pytest.fixture(autouse=True)
def _lists_in_service(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, listed: bytes) -> None:
    lists = lists_of(tmp_path / "cups.swl", entries_of(listed, picture(1)))
    monkeypatch.setattr(neighbours, "configured", lambda: TECHNOLOGY)
    monkeypatch.setattr(neighbours, "current_lists", lambda now: lists)  # noqa: ARG005 - the signature


@pytest.fixture(autouse=True)
def _nothing_remembered() -> None:
    for part in (holding, buckets, last_used, live, neighbours):
        part.forget()


@pytest.fixture(autouse=True)
def _no_file_waits_on() -> Iterator[None]:
    """Remove what a test left waiting: its rows are rolled back, its files are not."""
    yield
    for left in files.directory().iterdir():
        if left.name not in MARKS:
            left.unlink()


@pytest.fixture
def token() -> Token:
    return issued_token(now=datetime.now(UTC).replace(microsecond=0))  # tokens keep seconds


@pytest.fixture
def program(token: Token) -> Program:
    """Return an upload server: it holds the scope `scan` only."""
    return Program(make_key(token.name))


@pytest.fixture
def reviewing(token: Token) -> Program:
    """Return a program that may also see what matched."""
    return Program(make_key(token.name, Scope.REVIEWER, name="review-tool"))
