"""The auditor reads, searches and copies the record; each look is a line, and nobody else gets in."""

from __future__ import annotations

import json

import pytest
from people import NOW, make_person, signed_in

from shelterwood.web.hall.access.actors import OPERATOR, Actor
from shelterwood.web.hall.access.permissions import Role
from shelterwood.web.hall.accounts.actions import SIGNED_IN
from shelterwood.web.hall.audit import heads
from shelterwood.web.hall.audit.actions import RECORD_VERIFIED
from shelterwood.web.hall.audit.models import Line
from shelterwood.web.hall.audit.services import record


def line_about(ref: str) -> Line:
    return record(action=SIGNED_IN, actor=Actor.person("5"), object_ref=ref, now=NOW, codes={"kind": "passkey"})


def test_an_auditor_reads_the_record_and_the_look_is_recorded() -> None:
    line_about("account:77")
    auditor = make_person(Role.AUDITOR)

    page = signed_in(auditor).get("/record")

    assert page.status_code == 200
    assert b"account:77" in page.content
    assert Line.objects.latest("seq").action == "record.read"
    assert Line.objects.latest("seq").actor == f"person:{auditor.pk}"


def test_a_search_shows_what_fits_and_records_which_fields_were_used() -> None:
    line_about("account:77")
    line_about("account:78")

    page = signed_in(make_person(Role.AUDITOR)).get("/record?object=account:77&since=2026-11-24&action=sign-in")

    assert b"account:77" in page.content
    assert b"account:78" not in page.content
    assert Line.objects.latest("seq").codes == {"object_ref": "yes", "since": "yes", "action": "yes"}


def test_pages_follow_each_other_without_a_gap() -> None:
    made = [line_about("account:79").seq for _ in range(60)]
    browser = signed_in(make_person(Role.AUDITOR))

    first = browser.get("/record?object=account:79").context["page"]
    second = browser.get(f"/record?object=account:79&before={first.older}").context["page"]

    assert [line.seq for line in first.lines + second.lines] == sorted(made, reverse=True)
    assert second.older is None


def test_a_search_that_cannot_be_meant_says_so() -> None:
    page = signed_in(make_person(Role.AUDITOR)).get("/record?since=yesterday")

    assert page.status_code == 400
    assert b"Enter a valid date" in page.content


def test_the_page_says_when_the_chain_was_last_checked() -> None:
    codes = {"lines": "12", "faults": "1"}
    record(action=RECORD_VERIFIED, actor=OPERATOR, object_ref="", now=NOW, codes=codes)
    heads.sign_head(now=NOW)

    page = signed_in(make_person(Role.AUDITOR)).get("/record").content.decode()

    assert "1 fault found" in page
    assert "none. Without one kept elsewhere" not in page


def test_a_copy_has_every_line_and_is_recorded_before_it_leaves() -> None:
    line_about("account:77")
    browser = signed_in(make_person(Role.AUDITOR))

    answer = browser.post("/record/export")
    lines = [json.loads(text) for text in answer.getvalue().decode().splitlines()]  # type: ignore[attr-defined]

    assert [line["seq"] for line in lines] == list(range(1, len(lines) + 1))
    assert Line.objects.latest("seq").action == "record.exported"
    assert Line.objects.latest("seq").codes == {"lines": str(len(lines))}


@pytest.mark.parametrize("role", [role for role in Role if role is not Role.AUDITOR])
def test_nobody_else_reads_the_record(role: Role) -> None:
    assert signed_in(make_person(role)).get("/record").status_code == 403
