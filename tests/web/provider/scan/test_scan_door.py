"""What the scan door answers, keeps and refuses. Numbers in names are those of review-consoles.md section 10."""

from __future__ import annotations

import shutil
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import TYPE_CHECKING

import live_lists
import pytest
from django.db import IntegrityError, transaction
from people import make_person, signed_in
from uploads import Program, jpeg, make_key, picture

from shelterwood.fingerprints import digests, pdq
from shelterwood.scanning import Match
from shelterwood.vault import DirectoryStore, Purpose, VaultFull
from shelterwood.web.hall.access.actors import Actor
from shelterwood.web.hall.access.permissions import Role
from shelterwood.web.hall.audit.models import Line
from shelterwood.web.provider.basis import live
from shelterwood.web.provider.basis.services import withdraw_token
from shelterwood.web.provider.basis.technology import technology_of
from shelterwood.web.provider.evidence.queries import evidence_of
from shelterwood.web.provider.evidence.services import open_for
from shelterwood.web.provider.keys.scopes import Scope
from shelterwood.web.provider.lists import live as lists_live
from shelterwood.web.provider.lists import publishing, storage
from shelterwood.web.provider.scan import neighbours, overdue, services, spool
from shelterwood.web.provider.scan.matching import exactness_of
from shelterwood.web.provider.scan.models import Detection, RememberedAnswer
from shelterwood.web.provider.scan.states import HoldState, may_move

if TYPE_CHECKING:
    from uploads import Program as ProgramType

    from shelterwood.web.provider.basis.models import Token


@pytest.fixture(autouse=True)
def _spool_is_left_empty() -> object:
    yield
    assert list(spool.directory().iterdir()) == []


def test_the_listed_file_is_an_exact_match_that_is_kept_before_the_answer(program: ProgramType, listed: bytes) -> None:
    answer = program.send(listed, Shelterwood_Item="photo-17").json()

    event = Detection.objects.get()
    assert answer["outcome"] == "match"
    assert answer["event"] == str(event.pk)
    assert (event.exactness, event.hold, event.kept, event.item) == ("exact", "held", "sealed", "photo-17")
    pieces = open_for(event_id=event.pk, purpose=Purpose.REVIEW, actor=Actor.person("7"), now=event.found_at)
    assert b"".join(pieces) == listed
    assert evidence_of(event.pk, now=event.found_at).expires_at == event.release_at


def test_13_a_match_stores_what_matched_how_near_and_in_which_list(reviewing: ProgramType) -> None:
    nearly = jpeg(picture(1), quality=60)

    answer = reviewing.send(nearly).json()

    stored = Detection.objects.get().matches.get()
    shown = answer["matches"][0]
    assert (shown["algorithm"], shown["list"], shown["entry"], shown["radius"]) == ("pdq", "coffee-cups", "cup-1", 31)
    assert shown["distance"] == stored.distance <= 31
    assert (stored.list_name, stored.list_version, stored.entry) == ("coffee-cups", str(shown["list_version"]), "cup-1")
    assert Detection.objects.get().exactness == "near"


def test_a_turned_picture_matches_in_another_orientation(reviewing: ProgramType) -> None:
    answer = reviewing.send(jpeg(picture(1).rotate(90, expand=True))).json()

    assert answer["outcome"] == "match"
    assert answer["matches"][0]["orientation"] != "identity"


def test_a_scan_key_learns_the_outcome_only_in_an_answer_of_one_shape_and_size(
    program: ProgramType, listed: bytes
) -> None:
    answers = [program.send(listed), program.send(jpeg(picture(2))), program.send(b"no picture at all")]

    assert [answer.json()["outcome"] for answer in answers] == ["match", "no_match", "not_scanned"]
    assert len({len(answer.content) for answer in answers}) == 1
    assert len({tuple(answer.json()) for answer in answers}) == 1
    assert all(answer.json()["matches"] == [] for answer in answers)


def test_nothing_is_stored_of_what_does_not_match(program: ProgramType) -> None:
    lines = Line.objects.count()

    assert program.send(jpeg(picture(2))).json()["outcome"] == "no_match"

    assert not Detection.objects.exists()
    assert Line.objects.count() == lines


def test_12_a_form_of_any_field_name_and_hostile_file_name_is_scanned(program: ProgramType, listed: bytes) -> None:
    body = (
        b'--edge\r\nContent-Disposition: form-data; name="whatever"; filename="../../etc/passwd"\r\n'
        b"Content-Type: text/plain\r\n\r\n" + listed + b"\r\n--edge--\r\n"
    )

    answer = program.send(body, "multipart/form-data; boundary=edge").json()

    assert answer["outcome"] == "match"
    assert Detection.objects.get().sha256 == digests.digest(listed).sha256


def test_fingerprints_alone_are_looked_up_and_leave_an_event_without_an_object(program: ProgramType) -> None:
    import numpy as np  # noqa: PLC0415 - for this test only

    code = pdq.compute(np.asarray(picture(1))).hex
    body = f'{{"pdq": "{code}"}}'.encode()

    answer = program.send(body, "application/json").json()

    assert answer["outcome"] == "match"
    assert answer["checked"] == {"md5": "not_given", "sha1": "not_given", "sha256": "not_given", "pdq": True}
    assert Detection.objects.get().kept == "nothing"
    assert Detection.objects.get().exactness == "near"


def test_fingerprints_of_which_some_were_not_given_are_never_no_match(program: ProgramType) -> None:
    answer = program.send(b'{"pdq": "%s"}' % (b"5a" * 32), "application/json").json()

    assert (answer["outcome"], answer["reason"]) == ("not_scanned", "not_given")


def test_scenario_1_no_basis_no_scan_nothing_is_read(token: Token, monkeypatch: pytest.MonkeyPatch) -> None:
    stranger = Program(make_key("no-such-token", name="other"))
    monkeypatch.setattr(spool, "receive", lambda *_a, **_k: pytest.fail("the body was read"))

    refused = stranger.send(b"x")

    assert token.state == "issued"  # for another key
    assert refused.status_code == 403
    assert "no_token" in refused.json()["type"]
    assert Line.objects.filter(action__contains="refus").exists()


def test_scenario_2_an_ended_token_stops_detection(
    program: ProgramType, token: Token, monkeypatch: pytest.MonkeyPatch
) -> None:
    later = datetime.now(UTC) + timedelta(days=400)
    live.forget()
    monkeypatch.setattr("shelterwood.web.provider.scan.api.timezone", SimpleNamespace(now=lambda: later))

    refused = program.send(b"x")

    assert token.state == "issued"
    assert (refused.status_code, refused.json()["type"]) == (403, "about:blank#token_ended")


def test_the_same_request_twice_gets_the_first_answer_and_one_event(program: ProgramType, listed: bytes) -> None:
    first = program.send(listed, Idempotency_Key="upload-1")
    second = program.send(listed, Idempotency_Key="upload-1")

    assert first.content == second.content


def test_an_idempotency_key_with_other_content_is_refused(program: ProgramType) -> None:
    program.send(jpeg(picture(2)), Idempotency_Key="upload-1")

    assert program.send(jpeg(picture(3)), Idempotency_Key="upload-1").status_code == 422
    assert program.send(jpeg(picture(2)), Idempotency_Key="upload-1", Shelterwood_Item="b").status_code == 422


def test_an_idempotency_key_is_that_of_one_api_key_and_of_one_day(program: ProgramType, token: Token) -> None:
    other = Program(make_key(token.name, name="another-server"))
    program.send(jpeg(picture(2)), Idempotency_Key="upload-1")
    assert other.send(jpeg(picture(3)), Idempotency_Key="upload-1").status_code == 200

    begun_at = datetime.now(UTC) - timedelta(hours=23, minutes=59)
    RememberedAnswer.objects.update(begun_at=begun_at)
    assert program.send(jpeg(picture(3)), Idempotency_Key="upload-1").status_code == 422
    RememberedAnswer.objects.update(begun_at=begun_at - timedelta(minutes=1))
    assert program.send(jpeg(picture(3)), Idempotency_Key="upload-1").status_code == 200


def test_a_second_request_while_the_first_is_at_work_waits_its_turn(program: ProgramType) -> None:
    program.send(jpeg(picture(2)), Idempotency_Key="upload-1")
    RememberedAnswer.objects.update(status=None, answer=None)
    assert program.send(jpeg(picture(2)), Idempotency_Key="upload-1").status_code == 409

    RememberedAnswer.objects.update(begun_at=datetime.now(UTC) - timedelta(minutes=2))
    assert program.send(jpeg(picture(2)), Idempotency_Key="upload-1").status_code == 200


def test_a_failure_while_keeping_gives_no_answer_no_event_and_frees_the_idempotency_key(
    program: ProgramType, listed: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        raise VaultFull("The disk is full.", remedy="Make room.")

    with monkeypatch.context() as patch:
        patch.setattr(DirectoryStore, "put", fail)
        assert program.send(listed, Idempotency_Key="upload-1").status_code == 507

    assert not Detection.objects.exists()
    assert program.send(listed, Idempotency_Key="upload-1").json()["outcome"] == "match"


def test_what_nobody_decides_is_released_when_the_token_says(program: ProgramType, listed: bytes) -> None:
    program.send(listed)
    event = Detection.objects.get()
    before, after = event.release_at - timedelta(seconds=1), event.release_at

    assert services.release_undecided(before) == 0
    assert services.release_undecided(after) == 1
    assert services.release_undecided(after) == 0
    event.refresh_from_db()
    assert (event.hold, event.why_released) == ("released", "undecided")
    assert event.release_at - event.found_at == timedelta(hours=72)


def test_many_near_variants_of_one_account_are_said_once(program: ProgramType) -> None:
    for quality in range(40, 40 + services.VARIANTS_A_DAY + 2):
        program.send(jpeg(picture(1), quality=quality), Shelterwood_Account="account-7")

    assert Line.objects.filter(action="detection.variants").count() == 1
    assert "account-7" not in str(list(Detection.objects.values_list("account_mark", flat=True)))


def test_many_near_variants_are_an_alarm_on_the_page_and_of_doctor(program: ProgramType) -> None:
    """Uploads that came at once may have missed each other: the number is passed and nobody has seen it reached."""
    browser = signed_in(make_person(Role.ADMINISTRATOR))
    for quality in range(40, 40 + services.VARIANTS_A_DAY):
        program.send(jpeg(picture(1), quality=quality))
    quiet = browser.get("/detections").content
    Detection.objects.update(
        account_mark=services.account_mark("account-7", service=Detection.objects.all()[0].service)
    )

    program.send(jpeg(picture(1), quality=70), Shelterwood_Account="account-7")

    assert b"trying out" not in quiet
    assert b"trying out" in browser.get("/detections").content
    assert any(state == "BAD" and "near variants" in sentence for state, sentence in overdue.findings())


@pytest.mark.parametrize(
    ("algorithm", "sure"), [("sha256", "exact"), ("sha1", "near"), ("md5", "near"), ("pdq", "near")]
)
def test_only_sha256_is_the_very_same_file(algorithm: str, sure: str) -> None:
    found = Match(
        list="cups", list_version=1, source="owner", entry="cup-1", algorithm=algorithm, distance=0, radius=0,
        orientation=None, frame=None, scheme=None, label=None,
    )  # fmt: skip

    assert exactness_of((found,)) == sure


def test_a_hold_moves_only_as_the_table_says() -> None:
    allowed = {(a, b) for a in HoldState for b in HoldState if may_move(state=a, to=b)}

    assert (HoldState.HELD, HoldState.RELEASED) in allowed
    assert not any(to in {HoldState.HELD, HoldState.NOT_HELD} for _, to in allowed)


@pytest.mark.parametrize("wrong", [{"hold": "gone"}, {"release_at": None}, {"hold": "released"}, {"token_id": ""}])
def test_the_database_refuses_a_detection_that_cannot_be(
    program: ProgramType, listed: bytes, wrong: dict[str, object]
) -> None:
    program.send(listed)

    with pytest.raises(IntegrityError), transaction.atomic():
        Detection.objects.update(**wrong)


def test_what_a_list_in_service_knows_is_found_through_the_lists_themselves(
    token: Token, listed: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.undo()
    row = live_lists.new_list(name="coffee-cups")
    live_lists.deliver(row, {"cup-9": {"sha256": digests.digest(listed).sha256}})
    live_lists.foresee(row, live_lists.manager())
    live_lists.put_in_service(row)
    publishing.publish()  # as the commit would
    neighbours.forget()

    answer = Program(make_key(token.name, Scope.REVIEWER)).send(listed).json()

    shutil.rmtree(storage.home())
    lists_live.forget()
    assert [match["entry"] for match in answer["matches"]] == ["cup-9"]
    assert Detection.objects.get().exactness == "exact"


def test_14_what_a_new_version_of_a_list_knows_is_found_when_it_is_sent_again_and_each_hit_is_one_event(
    token: Token, listed: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.undo()
    row = live_lists.new_list(name="coffee-cups")
    live_lists.deliver(row, {"other": {"sha256": digests.digest(jpeg(picture(5))).sha256}})
    live_lists.foresee(row, live_lists.manager())
    live_lists.put_in_service(row)
    publishing.publish()  # as the commit would
    neighbours.forget()
    program = Program(make_key(token.name))
    before = program.send(listed, Shelterwood_Item="photo-1").json()["outcome"]

    known = {
        "other": {"sha256": digests.digest(jpeg(picture(5))).sha256},
        "cup-9": {"sha256": digests.digest(listed).sha256},
    }
    live_lists.deliver(row, known, now=live_lists.NOW + timedelta(days=1))
    publishing.publish()
    again = [program.send(listed, Shelterwood_Item="photo-1", Idempotency_Key="looked-again") for _ in range(2)]

    shutil.rmtree(storage.home())
    lists_live.forget()
    assert (before, [each.json()["outcome"] for each in again]) == ("no_match", ["match", "match"])
    event = Detection.objects.get()
    assert (event.item, event.matches.get().list_version) == ("photo-1", "2")


def test_another_list_is_another_technology_and_the_door_closes(
    program: ProgramType, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert program.send(jpeg(picture(2))).status_code == 200
    monkeypatch.setattr(neighbours, "configured", lambda: technology_of(lists=["coffee-cups", "tea-cups"]))
    monkeypatch.setattr(neighbours, "SECONDS_BELIEVED", 0)

    refused = program.send(jpeg(picture(2)))

    assert (refused.status_code, refused.json()["type"]) == (403, "about:blank#technology_changed")


def test_a_withdrawn_token_closes_the_door_although_it_was_open_a_moment_ago(
    program: ProgramType, token: Token
) -> None:
    assert program.send(jpeg(picture(2))).status_code == 200
    person = Actor.person(token.issued_by_id)
    withdraw_token(token_id=token.pk, actor=person, now=datetime.now(UTC))

    assert program.send(jpeg(picture(2))).status_code == 403


def test_the_platform_learns_what_to_hide_and_when_to_show_it_again(program: ProgramType, listed: bytes) -> None:
    program.send(listed, Shelterwood_Item="photo-17")
    event = Detection.objects.get()

    held, unknown = program.state_of("photo-17"), program.state_of("photo-18")
    services.release_undecided(event.release_at)

    assert (held["hidden"], held["event"]) == (True, str(event.pk))
    assert (unknown["hidden"], unknown["state"]) == (False, "not_held")
    assert program.state_of("photo-17")["hidden"] is False


def test_the_page_of_detections_counts_and_shows_no_item(program: ProgramType, listed: bytes) -> None:
    program.send(listed, Shelterwood_Item="photo-17")

    page = signed_in(make_person(Role.ADMINISTRATOR)).get("/detections").content.decode()

    assert "<td>1</td>" in page
    assert "photo-17" not in page
