"""Legal holds: asked for by an authority, answered for by a named person, ended on a day; form and command alike."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from django.db import IntegrityError, transaction
from people import make_person, signed_in

from shelterwood.cli import evidence as command
from shelterwood.vault import Act, CodeNotValid, HoldNotValid, ObjectPurged, Purpose
from shelterwood.web.hall.access.actors import OPERATOR, Actor
from shelterwood.web.hall.access.permissions import Role
from shelterwood.web.hall.audit.models import Line
from shelterwood.web.provider.evidence import at_the_desk, objects, opening, queries, services, upkeep
from shelterwood.web.provider.evidence.models import EvidenceHold, EvidenceObject
from shelterwood.web.provider.evidence.services.sealing import name_of
from shelterwood.web.provider.evidence.states import Clock, Held, HoldReason, Kept, LiftReason

if TYPE_CHECKING:
    from django.test import Client

    from shelterwood.web.hall.accounts.models import Account

NOW = datetime(2026, 1, 1, 12, 0, tzinfo=UTC)
DUE, UNTIL = NOW + timedelta(days=3), NOW + timedelta(days=30)
Seal = Callable[..., EvidenceObject]


@pytest.fixture
def officer() -> Account:
    return make_person(Role.FILING_OFFICER, name="officer-1")


def held(row: EvidenceObject, person: Account, **changes: Any) -> EvidenceHold:  # noqa: ANN401 - any field
    usual = {
        "event_id": row.event_id,
        "authority": "court:7",
        "reason": HoldReason.REDRESS,
        "reference": "2026/118-K",
        "until": UNTIL,
        "person": person,
        "actor": Actor.person(person.pk),
        "now": NOW,
    }
    return services.hold(**(usual | changes))


def lift(hold: EvidenceHold, person: Account, *, now: datetime = DUE) -> EvidenceHold:
    return services.lift_hold(
        hold_id=hold.pk, reason=LiftReason.WITHDRAWN, person=person, actor=Actor.person(person.pk), now=now
    )


def is_here(row: EvidenceObject) -> bool:
    row.refresh_from_db()
    return row.state == "sealed"


def lines_of(action: str) -> list[dict[str, str]]:
    return list(Line.objects.filter(action=action).order_by("seq").values_list("codes", flat=True))


def test_a_hold_suspends_the_end_and_what_is_past_it_goes_when_the_hold_is_lifted_or_ends(
    seal: Seal, officer: Account
) -> None:
    first, second = seal(b"one"), seal(b"two")
    hold = held(first, officer)
    held(second, officer)

    assert services.purge_due(now=DUE) == 0
    assert queries.overview(now=DUE + timedelta(days=1)).overdue == 0
    lift(hold, officer)
    assert services.purge_due(now=DUE) == 1
    assert not is_here(first)
    assert services.purge_due(now=UNTIL - timedelta(seconds=1)) == 0
    assert services.purge_due(now=UNTIL) == 1  # nobody had to do anything
    assert not is_here(second)


def test_the_clock_does_not_stand_still_under_a_hold(seal: Seal, officer: Account) -> None:
    row = seal(lasts=timedelta(days=90))
    before = row.expires_at
    hold = held(row, officer)
    lift(hold, officer)

    row.refresh_from_db()
    assert row.expires_at == before


def test_a_hold_says_who_asked_why_and_who_answers_for_it_in_both_records(seal: Seal, officer: Account) -> None:
    row = seal()
    hold = held(row, officer)

    (codes,) = lines_of("evidence.held")
    assert codes == {
        "hold": str(hold.pk),
        "authority": "court:7",
        "reason": "redress",
        "until": "2026-01-31T12:00:00+00:00",
        "person": str(officer.pk),
    }
    line = opening.vault().record(name_of(row)).lines[-1]
    assert (line.text("act"), line.text("by")) == (Act.HELD, f"person:{officer.pk}")
    assert (line.text("reason"), line.text("reference")) == ("redress", "2026/118-K")


def test_a_hold_can_be_extended_and_only_to_a_later_day(seal: Seal, officer: Account) -> None:
    row, later = seal(), UNTIL + timedelta(days=60)
    hold = held(row, officer)
    who = {"person": officer, "actor": Actor.person(officer.pk), "now": NOW}

    with pytest.raises(HoldNotValid, match="not later"):
        services.extend_hold(hold_id=hold.pk, until=UNTIL - timedelta(days=1), **who)
    services.extend_hold(hold_id=hold.pk, until=later, **who)

    assert services.purge_due(now=UNTIL) == 0
    assert lines_of("evidence.hold-extended")[0]["until"] == later.isoformat()
    assert services.purge_due(now=later) == 1
    with pytest.raises(ObjectPurged):
        services.extend_hold(hold_id=hold.pk, until=later + timedelta(days=1), **(who | {"now": later}))


def test_a_hold_that_has_ended_is_neither_extended_nor_lifted(seal: Seal, officer: Account) -> None:
    row = seal(lasts=timedelta(days=90))
    hold = held(row, officer)

    with pytest.raises(HoldNotValid):
        lift(hold, officer, now=UNTIL)
    with pytest.raises(HoldNotValid):
        services.extend_hold(
            hold_id=hold.pk, until=UNTIL + timedelta(days=1), person=officer, actor=OPERATOR, now=UNTIL
        )
    with pytest.raises(HoldNotValid):
        services.lift_hold(hold_id=uuid.uuid4(), reason=LiftReason.MISTAKEN, person=officer, actor=OPERATOR, now=NOW)


@pytest.mark.parametrize(
    ("wrong", "error"),
    [
        ({"until": NOW}, HoldNotValid),
        ({"until": NOW + timedelta(days=4000)}, HoldNotValid),
        ({"authority": "the court of appeal"}, CodeNotValid),
        ({"reference": "case of somebody"}, CodeNotValid),
        ({"event_id": uuid.uuid4()}, services.NoSuchEvidence),
    ],
)
def test_a_hold_that_cannot_be_meant_is_refused(
    seal: Seal, officer: Account, wrong: dict[str, Any], error: type[Exception]
) -> None:
    row = seal()

    with pytest.raises(error):
        held(row, officer, **wrong)
    assert not EvidenceHold.objects.exists()
    assert services.purge_due(now=DUE) == 1


def test_only_a_person_who_may_answers_for_a_hold(seal: Seal, officer: Account) -> None:
    row, reviewer = seal(), make_person(Role.REVIEWER)
    hold = held(row, officer)

    with pytest.raises(services.PersonMayNotHold):
        held(row, reviewer)
    with pytest.raises(services.PersonMayNotHold):
        lift(hold, reviewer)


@pytest.mark.parametrize(
    "wrong",
    [{"set_by": None}, {"reason": ""}, {"reason": "habit"}, {"until": NOW}, {"lifted_because": "withdrawn"}],
)
def test_the_database_refuses_a_hold_without_person_reason_or_end(
    seal: Seal, officer: Account, wrong: dict[str, Any]
) -> None:
    held(seal(), officer)

    with pytest.raises(IntegrityError), transaction.atomic():
        EvidenceHold.objects.update(**wrong)


def test_a_hold_that_only_the_custody_record_knows_stops_the_purge_and_comes_onto_the_page(
    seal: Seal, officer: Account
) -> None:
    row, other = seal(), seal(b"another")
    opening.vault().hold(name_of(row), authority="court:7", reason="redress", until=UNTIL, actor="person:7", now=NOW)

    upkeep.purge_round(DUE)

    assert (is_here(row), is_here(other)) == (True, False)
    hold = EvidenceHold.objects.get()
    row.refresh_from_db()
    assert (hold.object_id, hold.until, hold.from_custody) == (row.pk, UNTIL, True)
    assert len(lines_of("evidence.hold-found")) == 1
    lift(hold, officer)
    assert services.purge_due(now=DUE) == 1


def test_a_lifting_that_died_between_custody_record_and_table_can_be_finished(seal: Seal, officer: Account) -> None:
    hold = held(seal(), officer)
    with transaction.atomic():
        lift(hold, officer)
        transaction.set_rollback(True)

    assert lift(hold, officer).lifted_at == DUE
    assert services.purge_due(now=DUE) == 1
    with pytest.raises(HoldNotValid, match="lifted already"):
        lift(hold, officer)


def test_objects_are_found_by_clock_hold_and_id(seal: Seal, officer: Account) -> None:
    soon, late, gone = seal(), seal(b"late", lasts=timedelta(days=90)), seal(b"gone", lasts=timedelta(hours=1))
    services.purge_due(now=NOW + timedelta(hours=2))
    held(late, officer)
    wanted = objects.Wanted

    def found(**asked: Any) -> set[str]:  # noqa: ANN401 - any field
        return {str(row.id) for row in objects.objects(wanted(**asked), now=NOW + timedelta(hours=2)).rows}

    assert found() == {soon.pk, late.pk}
    assert found(kept=Kept.DESTROYED) == {gone.pk}
    assert found(kept=Kept.ALL) == {soon.pk, late.pk, gone.pk}
    assert found(clock=Clock.SOON) == {soon.pk}
    assert found(clock=Clock.ENDED) == set()
    assert found(held=Held.YES) == {late.pk}
    assert found(held=Held.NO) == {soon.pk}
    assert found(name=late.event_id) == found(name=late.pk) == {late.pk}


def fill(client: Client, row: EvidenceObject, **changes: str) -> Any:  # noqa: ANN401 - a response
    usual = {"authority": "court-7", "reference": "2026/118-K", "reason": "redress", "until": "2099-12-31"}
    return client.post(f"/evidence/objects/{row.pk}/hold", usual | changes)


def test_a_person_sets_extends_and_lifts_a_hold_on_the_pages(seal: Seal, officer: Account) -> None:
    row, client, year = seal(), signed_in(officer), datetime.now(UTC).year

    assert "more than ten years" in fill(client, row).content.decode()
    assert "without blanks" in fill(client, row, authority="court of appeal").content.decode()
    assert fill(client, row, until=f"{year + 1}-06-30").status_code == 302
    hold = EvidenceHold.objects.get()
    assert (hold.set_by, hold.until) == (officer, datetime(year + 1, 7, 1, tzinfo=UTC))
    page = client.get(f"/evidence/objects/{row.pk}").content.decode()
    assert "Held until" in page
    assert "by officer-1" in page
    assert client.post(f"/evidence/holds/{hold.pk}/extend", {"until": f"{year + 2}-06-30"}).status_code == 302
    asking = client.get(f"/evidence/holds/{hold.pk}/lift").content.decode()
    assert "is destroyed within a minute of lifting" in asking  # its clock, of January 2026, has ended
    assert client.post(f"/evidence/holds/{hold.pk}/lift", {"reason": "withdrawn"}).status_code == 302
    hold.refresh_from_db()
    assert (hold.lifted_by, hold.lifted_because) == (officer, "withdrawn")


def test_the_pages_show_no_content_and_each_look_is_recorded(seal: Seal) -> None:
    row, auditor = seal(), signed_in(make_person(Role.AUDITOR))
    list(services.open_for(event_id=row.event_id, purpose=Purpose.REVIEW, actor=Actor.system("test"), now=NOW))

    pages = [auditor.get(f"/evidence/{path}") for path in ("", "objects?clock=ended", f"objects/{row.pk}")]

    text = "".join(page.content.decode() for page in pages)
    assert "to decide what it is" in text
    assert str(row.pk) in text
    assert not any(said in text for said in (row.sha256, row.md5, row.sha1, row.sealed_sha256))
    assert "Set a hold" not in text  # an auditor reads
    looks = Line.objects.filter(action="evidence.looked-at").order_by("seq")
    assert [(line.codes["page"], line.object_ref) for line in looks] == [
        ("overview", ""),
        ("objects", ""),
        ("object", f"evidence:{row.pk}"),
    ]
    assert auditor.get("/evidence/objects?clock=never").status_code == 400


def test_a_broken_custody_record_is_said_and_not_shown(seal: Seal) -> None:
    row = seal()
    (path,) = (opening.evidence_directory() / "records").rglob(f"{row.pk}.jsonl")
    path.write_text(path.read_text().replace('"sealed"', '"opened"'))

    page = signed_in(make_person(Role.AUDITOR)).get(f"/evidence/objects/{row.pk}").content.decode()

    assert "was altered" in page


def test_the_command_does_the_same_in_a_persons_name(seal: Seal, officer: Account) -> None:
    row, year = seal(), datetime.now(UTC).year
    day = datetime(year + 1, 7, 1, tzinfo=UTC)

    said = at_the_desk.hold(
        str(row.event_id), authority="court-7", reason="redress", reference="ref-1", until=day, person="officer-1"
    )
    hold = EvidenceHold.objects.get()
    assert str(hold.pk) in said
    assert (hold.set_by, lines_of("evidence.held")[0]["person"]) == (officer, str(officer.pk))
    (line,) = at_the_desk.lines(kept="here", clock="ended", held="yes")
    assert line.startswith(str(row.pk))
    assert f"held until {year + 1}-07-01 00:00 UTC" in line
    at_the_desk.extend(hold.pk, until=day + timedelta(days=9), person="officer-1")
    said = at_the_desk.release(hold.pk, reason="mistaken", person="officer-1")
    assert "destroyed within a minute" in said
    with pytest.raises(services.NoSuchEvidence):
        at_the_desk.hold("x", authority="a", reason="redress", reference="r", until=day, person="officer-1")
    with pytest.raises(services.PersonMayNotHold, match="no account 'ghost'"):
        at_the_desk.release(hold.pk, reason="mistaken", person="ghost")


def test_the_command_offers_every_reason_that_there_is() -> None:
    assert set(command._HOLD_REASONS) == set(HoldReason)
    assert set(command._LIFT_REASONS) == set(LiftReason)
