"""Uploads that are accepted now and scanned later: durable first, nothing told, everything found in the end."""

from __future__ import annotations

import os
import time
import uuid
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from django.db import IntegrityError, OperationalError, transaction
from uploads import Program, jpeg, make_key, picture

from shelterwood.fingerprints import digests
from shelterwood.vault import DirectoryStore, VaultFull
from shelterwood.web.hall.access.actors import Actor
from shelterwood.web.hall.audit.models import Line
from shelterwood.web.hall.outbox import kinds
from shelterwood.web.hall.outbox.delivering import deliver_due
from shelterwood.web.hall.outbox.models import Job
from shelterwood.web.hall.outbox.services import forget_old
from shelterwood.web.hall.settings.facts import facts
from shelterwood.web.provider.basis.services import withdraw_token
from shelterwood.web.provider.lists.storage import MARKS
from shelterwood.web.provider.scan import neighbours, spool, tidying
from shelterwood.web.provider.scan.models import Detection, RememberedAnswer, WaitingScan
from shelterwood.web.provider.scan.waiting import files, services

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from django.http import HttpResponse
    from pytest_django.fixtures import SettingsWrapper

    from shelterwood.web.provider.basis.models import Token


@pytest.fixture(autouse=True)
def _the_spool_is_left_empty() -> Iterator[None]:
    yield
    assert list(spool.directory().iterdir()) == []


def bodies() -> list[Path]:
    """Return the files that wait; beside them lie the marks for programs that make backups."""
    return [path for path in files.directory().iterdir() if path.name not in MARKS]


def later(program: Program, body: bytes, kind: str = "image/jpeg", **headers: str) -> HttpResponse:
    return program.send(body, kind, Prefer="respond-async", **headers)


def work(now: datetime | None = None) -> int:
    return deliver_due(kinds.kind_of(services.KIND), now or datetime.now(UTC))


def told(program: Program, accepted: HttpResponse) -> dict[str, Any]:
    found: dict[str, Any] = program.get(f"/api/v1/scans/{accepted.json()['scan']}").json()
    return found


def test_202_says_nothing_of_what_was_sent_and_nothing_was_looked_at(program: Program, listed: bytes) -> None:
    answers = [later(program, listed), later(program, jpeg(picture(2))), later(program, b"no picture")]

    assert {answer.status_code for answer in answers} == {202}
    assert {len(answer.content) for answer in answers} == {1024}
    assert {(answer.json()["state"], answer.json()["answer"]) for answer in answers} == {("waiting", None)}
    assert not Detection.objects.exists()
    assert len(bodies()) == 3
    assert {path.stat().st_mode & 0o777 for path in bodies()} == {0o600}


def test_a_match_is_kept_as_at_the_door_and_told_to_the_key_that_sent_it(program: Program, listed: bytes) -> None:
    accepted = later(program, listed, Shelterwood_Item="photo-17", Shelterwood_Account="a-1")
    waiting = program.get(f"/api/v1/scans/{accepted.json()['scan']}")

    assert work() == 1

    event, finished = Detection.objects.get(), told(program, accepted)
    assert waiting.json() == accepted.json()
    assert (finished["state"], finished["answer"]["outcome"]) == ("finished", "match")
    assert finished["answer"]["event"] == str(event.pk)
    assert finished["answer"]["matches"] == []
    assert (event.exactness, event.hold, event.kept, event.item) == ("exact", "held", "sealed", "photo-17")
    assert event.account_mark
    assert program.state_of("photo-17")["hidden"]
    assert bodies() == []


def test_a_reviewers_key_sees_the_matches_as_the_synchronous_answer_has_them(reviewing: Program, listed: bytes) -> None:
    accepted = later(reviewing, listed)
    work()

    at_once = reviewing.send(listed).json()

    assert [each["algorithm"] for each in at_once["matches"]]
    shown = told(reviewing, accepted)["answer"]["matches"]
    assert shown == [each | {"list_version": str(each["list_version"])} for each in at_once["matches"]]


def test_nothing_is_kept_of_an_upload_that_matches_nothing(program: Program) -> None:
    lines = Line.objects.count()
    accepted = later(program, jpeg(picture(2)), Shelterwood_Item="photo-2", Shelterwood_Account="a-1")

    work()

    assert told(program, accepted)["answer"]["outcome"] == "no_match"
    row = WaitingScan.objects.get()
    assert (row.item, row.account_mark, row.sha256, row.prints) == ("", "", "", "")
    assert Line.objects.count() == lines
    with pytest.raises(IntegrityError), transaction.atomic():
        WaitingScan.objects.update(sha256="0" * 64)


def test_fingerprints_are_looked_up_later_too(program: Program, listed: bytes) -> None:
    code = digests.digest(listed).sha256
    accepted = later(program, f'{{"sha256": "{code}"}}'.encode(), "application/json")

    work()

    assert told(program, accepted)["answer"]["outcome"] == "match"
    assert Detection.objects.get().kept == "nothing"


def test_a_token_that_ended_meanwhile_gives_not_scanned_with_the_reason_and_a_line(
    program: Program, token: Token, listed: bytes
) -> None:
    accepted = later(program, listed)
    withdraw_token(token_id=token.pk, actor=Actor.person(token.issued_by_id), now=datetime.now(UTC))

    work()

    answer = told(program, accepted)["answer"]
    assert (answer["outcome"], answer["event"]) == ("not_scanned", None)
    assert answer["reason"]
    assert not Detection.objects.exists()
    assert Line.objects.filter(action__contains="refus").exists()
    assert bodies() == []


def test_what_another_key_sent_is_as_if_it_had_never_been(program: Program, token: Token) -> None:
    other = Program(make_key(token.name, name="other"))
    accepted = later(program, b"x").json()["scan"]

    refused = [other.get(f"/api/v1/scans/{name}") for name in (accepted, uuid.uuid4())]

    assert [answer.status_code for answer in refused] == [404, 404]
    assert refused[0].content == refused[1].content


def test_the_same_request_again_is_the_same_upload(program: Program) -> None:
    first = later(program, b"x", Idempotency_Key="upload-1")
    again = later(program, b"x", Idempotency_Key="upload-1")
    other = later(program, b"y", Idempotency_Key="upload-1")
    at_once = program.send(b"x", Idempotency_Key="upload-1")

    assert (again.status_code, again.content) == (202, first.content)
    assert (other.status_code, at_once.status_code) == (422, 422)
    assert WaitingScan.objects.count() == Job.objects.filter(kind=services.KIND).count() == 1
    assert len(bodies()) == 1


def test_what_cannot_be_kept_is_not_accepted(program: Program, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(files, "_sync", full)

    refused = later(program, b"x", Idempotency_Key="upload-1")

    assert refused.status_code == 507
    assert not WaitingScan.objects.exists()
    assert not RememberedAnswer.objects.exists(), "the key may be used again"


def test_a_database_that_does_not_take_it_leaves_nothing(program: Program, monkeypatch: pytest.MonkeyPatch) -> None:
    def locked(**_: object) -> None:
        raise OperationalError("database is locked")

    monkeypatch.setattr(services.outbox, "put", locked)

    with pytest.raises(OperationalError):
        later(program, b"x", Idempotency_Key="upload-1")

    assert bodies() == []
    assert not WaitingScan.objects.exists()
    assert not RememberedAnswer.objects.exists(), "the key may be used again"


@pytest.mark.parametrize("limit", [{"most_waiting": 1}, {"most_waiting_bytes": 1500}])
def test_more_than_may_wait_is_refused_before_it_is_read(
    program: Program, settings: SettingsWrapper, monkeypatch: pytest.MonkeyPatch, limit: dict[str, int]
) -> None:
    settings.FACTS = replace(facts(), **limit)
    assert later(program, b"x" * 1000).status_code == 202
    with monkeypatch.context() as patched:
        patched.setattr(spool, "receive", lambda *_a, **_k: pytest.fail("the body was read"))
        refused = later(program, b"y" * 1000)

    assert refused.status_code == 503
    assert refused.headers["Retry-After"] == "30"
    assert "TooManyWait" in refused.json()["type"]
    work()
    assert later(program, b"y" * 10).status_code == 202


@pytest.mark.parametrize("limit", [{"most_waiting": 4}, {"most_waiting_bytes": 4999}])
def test_no_key_takes_the_place_of_all_others(
    program: Program, token: Token, settings: SettingsWrapper, monkeypatch: pytest.MonkeyPatch, limit: dict[str, int]
) -> None:
    settings.FACTS = replace(facts(), **limit)
    other = Program(make_key(token.name, name="other"))
    assert [later(program, bytes([n]) * 1000).status_code for n in range(2)] == [202, 202]
    with monkeypatch.context() as patched:
        patched.setattr(spool, "receive", lambda *_a, **_k: pytest.fail("the body was read"))
        refused = later(program, b"y" * 1000)

    assert (refused.status_code, refused.headers["Retry-After"]) == (429, "30")
    assert "TooManyWaitOfKey" in refused.json()["type"]
    assert program.send(b"y" * 1000).status_code == 200, "what is looked at now does not wait"
    assert [later(other, bytes([n]) * 1000).status_code for n in range(3)] == [202, 202, 503]
    work()
    assert later(program, b"y" * 1000).status_code == 202


def test_an_upload_larger_than_the_share_of_its_key_has_a_place_where_nothing_else_of_the_key_waits(
    program: Program, settings: SettingsWrapper
) -> None:
    settings.FACTS = replace(facts(), most_waiting_bytes=1500, waiting_share=1)

    assert [later(program, bytes([n]) * 700).status_code for n in range(2)] == [202, 429]


def test_a_refusal_comes_before_anything_is_read_as_in_the_synchronous_mode(
    token: Token, monkeypatch: pytest.MonkeyPatch
) -> None:
    stranger = Program(make_key("no-such-token", name="other"))
    monkeypatch.setattr(spool, "receive", lambda *_a, **_k: pytest.fail("the body was read"))

    assert token.state == "issued"  # for another key
    assert later(stranger, b"x").status_code == 403


def test_bytes_that_changed_on_the_disk_are_not_scanned(program: Program, listed: bytes) -> None:
    accepted, gone = later(program, listed), later(program, jpeg(picture(2)))
    names = [files.directory() / uuid.UUID(each.json()["scan"]).hex for each in (accepted, gone)]
    names[0].write_bytes(b"other")
    names[1].unlink()

    work()

    assert {told(program, each)["answer"]["reason"] for each in (accepted, gone)} == {"upload_lost"}


def test_a_full_vault_is_waited_for(program: Program, listed: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_a: object, **_k: object) -> None:
        raise VaultFull("The vault is full.", remedy="Make room.")

    accepted = later(program, listed)
    with monkeypatch.context() as patched:
        patched.setattr(DirectoryStore, "put", full)
        work()
    assert told(program, accepted)["state"] == "waiting"
    assert Job.objects.get(kind=services.KIND).last_reason == "no_room"

    work(datetime.now(UTC) + timedelta(minutes=1))

    assert told(program, accepted)["answer"]["outcome"] == "match"
    assert Detection.objects.get().kept == "sealed"


def test_11_missing_list_files_are_waited_for_and_never_no_match(
    program: Program, listed: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    accepted = later(program, listed)
    missing = neighbours.NothingSetUp(reason="list_files_missing")
    with monkeypatch.context() as patched:
        patched.setattr(neighbours, "current_lists", lambda now: missing)  # noqa: ARG005 - the signature
        work()
    assert told(program, accepted)["answer"] is None

    work(datetime.now(UTC) + timedelta(minutes=1))

    assert told(program, accepted)["answer"]["outcome"] == "match"


def test_what_waited_too_long_ends_as_not_scanned_and_its_file_goes(program: Program) -> None:
    accepted = later(program, b"x")
    WaitingScan.objects.update(accepted_at=datetime.now(UTC) - timedelta(hours=25))

    tidying.round_of_scan(datetime.now(UTC))

    answer = told(program, accepted)["answer"]
    assert (answer["outcome"], answer["reason"]) == ("not_scanned", "waited_too_long")
    assert bodies() == []
    assert work() == 1, "the job ends too, and does nothing"
    assert not Detection.objects.exists()


def test_outcomes_and_jobs_are_forgotten_after_a_day(program: Program) -> None:
    accepted, tomorrow = later(program, b"x"), datetime.now(UTC) + timedelta(hours=25)
    work()

    tidying.round_of_scan(tomorrow)
    forget_old(now=tomorrow)

    assert program.get(f"/api/v1/scans/{accepted.json()['scan']}").status_code == 404
    assert not Job.objects.filter(kind=services.KIND).exists()


def test_files_without_a_row_are_swept_up_and_those_that_wait_are_not(program: Program) -> None:
    waiting = uuid.UUID(later(program, b"x").json()["scan"]).hex
    orphan, young = uuid.uuid4().hex, uuid.uuid4().hex
    for name in (orphan, young):
        (files.directory() / name).write_bytes(b"left by a worker that was killed")
    for name in (orphan, waiting):
        os.utime(files.directory() / name, (time.time() - 7200,) * 2)

    tidying.round_of_scan(datetime.now(UTC))

    assert {path.name for path in bodies()} == {waiting, young}


def test_other_wishes_are_not_heard(program: Program, reviewing: Program) -> None:
    assert program.send(b"x", Prefer="return=minimal").status_code == 200
    assert reviewing.send(b"x", Prefer="wait=10, respond-async").status_code == 202
