"""Sealing with the event, clocks, holds, purges with proof. Scenario 19 is that of eu-regulation.md section 7."""

from __future__ import annotations

import shutil
import uuid
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest
from django.db import IntegrityError, transaction
from people import make_person, signed_in

from shelterwood.fingerprints import digests
from shelterwood.policy import EvidenceMode
from shelterwood.vault import ObjectPurged, PurgeReason, Purpose
from shelterwood.web.hall.access.actors import Actor
from shelterwood.web.hall.access.permissions import Role
from shelterwood.web.hall.audit.models import Line
from shelterwood.web.hall.running import keeper
from shelterwood.web.hall.settings.facts import facts
from shelterwood.web.provider.evidence import opening, services, telling, upkeep
from shelterwood.web.provider.evidence.models import EvidenceObject
from shelterwood.web.provider.evidence.services.sealing import name_of
from shelterwood.web.provider.evidence.states import EvidenceState, HoldReason, may_move

if TYPE_CHECKING:
    from pathlib import Path

    from pytest_django.fixtures import SettingsWrapper

NOW = datetime(2026, 1, 1, 12, 0, tzinfo=UTC)
PERSON = Actor.person("7")
Seal = Callable[..., EvidenceObject]


def content(event_id: uuid.UUID, *, now: datetime = NOW) -> bytes:
    pieces = services.open_for(event_id=event_id, purpose=Purpose.REVIEW, actor=PERSON, now=now)
    return b"".join(pieces)


def last_action() -> str:
    return Line.objects.order_by("-seq").values_list("action", flat=True)[0]


def test_what_is_sealed_opens_for_a_purpose_and_the_record_says_so(seal: Seal) -> None:
    row = seal(b"shapes")

    assert (row.state, row.size, last_action()) == ("sealed", 6, "evidence.sealed")
    assert content(row.event_id) == b"shapes"
    line = Line.objects.order_by("-seq")[0]
    assert (line.action, line.codes, line.object_ref) == (
        "evidence.opened",
        {"purpose": "review"},
        f"evidence:{row.pk}",
    )


def test_scenario_19_a_year_after_the_removal_data_and_backups_are_unreadable_and_a_proof_exists(
    seal: Seal, tmp_path: Path
) -> None:
    row, other = seal(b"preserved"), seal(b"another of the week", lasts=timedelta(days=800))
    services.note_removal(event_id=row.event_id, at=NOW, actor=PERSON, now=NOW)
    reported = datetime(2026, 1, 10, 9, 0, tzinfo=UTC)
    row = services.note_report(event_id=row.event_id, at=reported, actor=PERSON, now=reported)
    shutil.copytree(tmp_path / "evidence", tmp_path / "backup")
    end = datetime(2027, 1, 1, 12, 0, tzinfo=UTC)
    assert row.expires_at == end

    upkeep.purge_round(end - timedelta(seconds=1))
    assert content(row.event_id) == b"preserved"
    upkeep.purge_round(end)

    row.refresh_from_db()
    proof = opening.vault().proof_of(name_of(row))
    assert (row.state, row.ends_because, last_action()) == ("purged", "clock_ended", "evidence.purged")
    assert proof is not None
    assert (row.proof, row.purged_at) == (proof.digest, end)
    with pytest.raises(ObjectPurged):
        content(row.event_id)
    shutil.rmtree(tmp_path / "evidence")
    shutil.copytree(tmp_path / "backup", tmp_path / "evidence")  # the backup comes back
    opening.forget()
    with pytest.raises(ObjectPurged):
        content(row.event_id)
    assert not list(tmp_path.glob(f"evidence/**/{row.pk}.sealed"))
    assert content(other.event_id) == b"another of the week"


def test_nothing_stays_of_an_event_that_was_not_committed(seal: Seal) -> None:
    with transaction.atomic():
        seal()
        transaction.set_rollback(True)

    assert not EvidenceObject.objects.exists()
    assert services.purge_strays(now=NOW + timedelta(days=6)) == 0  # time to notice a database that is too old
    assert services.purge_strays(now=NOW + timedelta(days=7, seconds=1)) == 1
    assert list(opening.vault().objects()) == []


def test_what_an_event_names_is_never_taken_for_a_stray(seal: Seal) -> None:
    row = seal(lasts=timedelta(days=900))

    assert services.purge_strays(now=NOW + timedelta(days=800)) == 0
    assert content(row.event_id) == b"shapes"


def test_an_upload_that_changed_on_the_disk_is_not_sealed(tmp_path: Path) -> None:
    spool = tmp_path / "spooled"
    spool.write_bytes(b"other")

    with pytest.raises(services.EvidenceAltered):
        services.seal(
            event_id=uuid.uuid4(),
            spool=spool,
            mode=EvidenceMode.SEAL,
            media_type="png",
            digests=digests.digest(b"shapes"),
            expires_at=NOW + timedelta(days=1),
            actor=PERSON,
            now=NOW,
        )
    assert not EvidenceObject.objects.exists()


def test_undecided_it_ends_with_its_quarantine(seal: Seal) -> None:
    row = seal(lasts=timedelta(hours=72))

    assert services.purge_due(now=NOW + timedelta(hours=72)) == 1
    row.refresh_from_db()
    assert row.ends_because == PurgeReason.UNDECIDED
    assert services.purge_due(now=NOW + timedelta(hours=72)) == 0


def test_confirmed_it_is_kept_until_it_can_be_reported_and_no_longer_than_the_law_allows(seal: Seal) -> None:
    row = seal()
    later = NOW + timedelta(days=20)

    assert services.keep_longer(event_id=row.event_id, until=later, actor=PERSON, now=NOW).expires_at == later
    reported = services.note_report(event_id=row.event_id, at=NOW, actor=PERSON, now=NOW)
    assert reported.expires_at == NOW.replace(year=2027)
    longer = NOW + timedelta(days=900)
    assert services.keep_longer(event_id=row.event_id, until=longer, actor=PERSON, now=NOW).expires_at < longer


def test_a_purpose_that_ended_is_not_brought_back_by_a_report(seal: Seal) -> None:
    row = seal()

    services.end_purpose(event_id=row.event_id, reason=PurgeReason.UNFOUNDED, actor=PERSON, now=NOW)
    again = services.note_report(event_id=row.event_id, at=NOW, actor=PERSON, now=NOW)

    assert (again.expires_at, again.ends_because) == (NOW, "unfounded")
    assert services.purge_due(now=NOW) == 1


def test_a_purge_that_died_before_its_row_was_written_is_noted_by_the_next_round(seal: Seal) -> None:
    row = seal()
    with transaction.atomic():
        services.purge_due(now=NOW + timedelta(days=4))
        transaction.set_rollback(True)

    assert EvidenceObject.objects.get().state == EvidenceState.SEALED
    assert services.purge_due(now=NOW + timedelta(days=5)) == 1
    row.refresh_from_db()
    assert row.purged_at == NOW + timedelta(days=4)


def test_rows_of_a_restored_database_learn_what_was_destroyed(seal: Seal) -> None:
    row = seal()
    services.purge_due(now=NOW + timedelta(days=4))
    later = NOW + timedelta(days=400)
    EvidenceObject.objects.update(state="sealed", purged_at=None, proof="", expires_at=later)

    assert services.replay(now=NOW + timedelta(days=5)) == 1
    row.refresh_from_db()
    assert (row.state, last_action()) == ("purged", "evidence.purge-replayed")
    assert services.replay(now=NOW + timedelta(days=5)) == 0


@pytest.mark.parametrize(
    "wrong",
    [
        {"state": "purged"},
        {"state": "described"},
        {"state": "lost"},
        {"mode": "keep"},
        {"expires_at": None},
        {"expires_at": NOW},
        {"sealed_sha256": ""},
        {"ends_because": "boredom"},
        {"proof": "0" * 64},
    ],
)
def test_the_database_refuses_what_must_not_be(wrong: dict[str, object], seal: Seal) -> None:
    seal()

    with pytest.raises(IntegrityError), transaction.atomic():
        EvidenceObject.objects.update(**wrong)


def test_the_keeper_destroys_what_is_due_every_minute() -> None:
    rounds = {each.name: each for each in keeper.rounds()}

    assert rounds["evidence.purge"].every == timedelta(minutes=1)
    assert rounds["evidence.purge"].run is upkeep.purge_round
    assert rounds["evidence.strays"].run is upkeep.stray_round


def test_nothing_comes_back_from_a_purge() -> None:
    assert may_move(state=EvidenceState.SEALED, to=EvidenceState.PURGED)
    assert not any(may_move(state=EvidenceState.PURGED, to=state) for state in EvidenceState)


def test_a_service_that_cannot_seal_is_not_ready_and_doctor_says_why(tmp_path: Path, settings: SettingsWrapper) -> None:
    assert upkeep.why_not_ready() == ""
    assert {state for state, _ in telling.findings()} == {"ok"}

    (tmp_path / "file").write_text("in the way")
    settings.FACTS = replace(facts(), evidence=tmp_path / "file")
    upkeep.forget()

    assert upkeep.why_not_ready() == "evidence cannot be sealed"
    assert "BAD" in {state for state, _ in telling.findings()}


def test_doctor_says_when_a_backup_of_the_data_would_hold_the_keys(settings: SettingsWrapper) -> None:
    settings.FACTS = replace(facts(), keys=facts().places.root / "evidence" / "keys")

    assert next(telling.findings())[0] == "BAD"


def test_the_page_says_what_is_kept_until_when_and_what_is_held(seal: Seal) -> None:
    row, other = seal(), seal(lasts=timedelta(days=9))
    person = make_person(Role.FILING_OFFICER)
    officer = signed_in(person)
    services.hold(
        event_id=row.event_id,
        authority="court:7",
        reason=HoldReason.REDRESS,
        reference="ref:1",
        until=datetime.now(UTC) + timedelta(days=30),
        person=person,
        actor=Actor.person(person.pk),
        now=NOW,
    )

    page = officer.get("/evidence/").content.decode()

    assert other.state == "sealed"
    assert "2 objects" in page
    assert "10 Jan 2026" in page
    assert ">4 Jan 2026" not in page  # it is held: it does not end on the day of its clock
    assert "court:7" in page
    assert row.sha256 not in page
    assert signed_in(make_person(Role.REVIEWER)).get("/evidence/").status_code == 403
