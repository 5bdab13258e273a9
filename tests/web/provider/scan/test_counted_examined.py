"""How many uploads were looked up under each token on each list, for the limit of errors among examined items."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest
from django.urls import reverse
from live_lists import new_list
from people import make_person, signed_in
from uploads import jpeg, picture

from shelterwood.web.hall.access.permissions import Role
from shelterwood.web.hall.outbox import kinds
from shelterwood.web.hall.outbox.delivering import deliver_due
from shelterwood.web.hall.running import flushing, tallies
from shelterwood.web.hall.running.shared import Table
from shelterwood.web.provider.basis.models import Measured
from shelterwood.web.provider.scan import neighbours
from shelterwood.web.provider.scan.waiting.services import KIND

if TYPE_CHECKING:
    from uploads import Program

    from shelterwood.web.provider.basis.models import Token


@pytest.fixture(autouse=True)
def _fresh_tallies(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("_marks", "_counted", "_written"):
        monkeypatch.setattr(tallies, name, Table(rows=129, columns=128))
    monkeypatch.setattr(tallies, "_places", {})
    new_list(name="coffee-cups")


def test_every_upload_that_was_looked_up_counts_at_the_door_and_later(
    program: Program, token: Token, listed: bytes
) -> None:
    for body in (listed, jpeg(picture(2)), b"no picture: its digests were looked up"):
        program.send(body)
    program.send(listed, Prefer="respond-async")
    deliver_due(kinds.kind_of(KIND), datetime.now(UTC))

    flushing.flush(datetime.now(UTC))
    flushing.flush(datetime.now(UTC))

    page = signed_in(make_person(Role.AUDITOR)).get(reverse("basis_token", args=[token.pk])).content.decode()
    assert "<td>4</td><td>0</td><td>0</td><td>no match decided yet</td>" in page
    measured = Measured.objects.get()
    assert (measured.token, measured.list_source, measured.examined, measured.decided) == (token, "coffee-cups", 4, 0)


def test_what_was_not_looked_up_does_not_count(program: Program, monkeypatch: pytest.MonkeyPatch) -> None:
    missing = neighbours.NothingSetUp(reason="list_files_missing")
    monkeypatch.setattr(neighbours, "current_lists", lambda now: missing)  # noqa: ARG005 - the signature
    assert program.send(b"x").json()["outcome"] == "not_scanned"

    flushing.flush(datetime.now(UTC))

    assert not Measured.objects.exists()
