"""Mode report and purge: digests and size in place of the bytes, with a clock that acts, a latest end, and a proof."""

from __future__ import annotations

import signal
import uuid
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest
from django.db import IntegrityError, transaction
from own_database import own_tables
from people import make_person, signed_in

from shelterwood.fingerprints import digests
from shelterwood.policy import EvidenceMode
from shelterwood.vault import ObjectPurged, Purpose, StepName
from shelterwood.web.hall.access.actors import Actor
from shelterwood.web.hall.access.permissions import Role
from shelterwood.web.hall.audit.models import Line
from shelterwood.web.provider.evidence import endings, opening, queries, services, upkeep
from shelterwood.web.provider.evidence.models import EvidenceObject
from shelterwood.web.provider.evidence.services.purging import NOTED
from shelterwood.web.provider.evidence.services.sealing import name_of
from shelterwood.web.provider.evidence.states import HoldReason

if TYPE_CHECKING:
    from pathlib import Path

    from own_database import OwnDatabase

__all__ = ["own_tables"]

NOW = datetime(2026, 1, 1, 12, 0, tzinfo=UTC)
PERSON = Actor.person("7")
DIGESTS = digests.digest(b"shapes")
Seal = Callable[..., EvidenceObject]


@pytest.fixture
def described(seal: Seal) -> EvidenceObject:
    return seal(mode=EvidenceMode.REPORT_AND_PURGE)


def description(row: EvidenceObject) -> dict[str, str | int]:
    return services.description_of(event_id=row.event_id, purpose=Purpose.REPORT, actor=PERSON, now=NOW)


def test_digests_are_sealed_in_place_of_the_bytes(described: EvidenceObject, tmp_path: Path) -> None:
    assert (described.state, described.size) == ("described", 6)
    assert description(described) == {
        "media_type": "png",
        "size": 6,
        "md5": DIGESTS.md5,
        "sha1": DIGESTS.sha1,
        "sha256": DIGESTS.sha256,
    }
    actions = list(Line.objects.order_by("seq").values_list("action", flat=True))
    assert actions == ["evidence.described", "evidence.opened"]
    (tmp_path / "spooled").unlink()
    kept = [path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()]
    assert not any(said in data for data in kept for said in (b"shapes", DIGESTS.sha256.encode()))
    with pytest.raises(services.NoSuchEvidence):
        services.open_for(event_id=described.event_id, purpose=Purpose.REVIEW, actor=PERSON, now=NOW)


def test_nothing_is_left_of_a_description_when_its_clock_has_ended(
    seal: Seal, described: EvidenceObject, monkeypatch: pytest.MonkeyPatch
) -> None:
    told: list[uuid.UUID] = []
    monkeypatch.setattr(endings, "_LISTENERS", {})
    other, due = seal(b"other", mode=EvidenceMode.REPORT_AND_PURGE, lasts=timedelta(days=9)), NOW + timedelta(days=3)
    endings.register("test", lambda event_id, *, now: told.append(event_id) if now == due else None)

    upkeep.purge_round(due - timedelta(seconds=1))
    assert description(described)["sha256"] == DIGESTS.sha256
    assert queries.overview(now=due + timedelta(hours=2)).overdue == 1
    upkeep.purge_round(due)

    described.refresh_from_db()
    proof = opening.vault().proof_of(name_of(described))
    assert proof is not None
    assert (described.state, described.proof, described.purged_at) == ("purged", proof.digest, due)
    forgotten = (described.md5, described.sha1, described.sha256, described.media_type, described.size)
    assert forgotten == ("", "", "", "", 0)
    assert told == [described.event_id]
    assert Line.objects.order_by("-seq")[0].action == "evidence.purged"
    with pytest.raises(ObjectPurged):
        description(described)
    assert description(other)["size"] == 5


def test_a_hold_keeps_a_description_too(described: EvidenceObject) -> None:
    officer, until = make_person(Role.FILING_OFFICER), NOW + timedelta(days=700)
    services.hold(
        event_id=described.event_id,
        authority="court:7",
        reason=HoldReason.PROCEEDINGS,
        reference="ref:1",
        until=until,
        person=officer,
        actor=Actor.person(officer.pk),
        now=NOW,
    )

    assert services.purge_due(now=until - timedelta(seconds=1)) == 0
    assert services.purge_due(now=until) == 1


def test_no_report_and_no_delay_moves_its_end_beyond_what_the_profile_allows(tmp_path: Path) -> None:
    (tmp_path / "spooled").write_bytes(b"shapes")
    latest = NOW + timedelta(days=90)
    row = services.seal(
        event_id=uuid.uuid4(),
        spool=tmp_path / "spooled",
        mode=EvidenceMode.REPORT_AND_PURGE,
        media_type="png",
        digests=DIGESTS,
        expires_at=NOW + timedelta(days=3),
        latest_end=latest,
        actor=PERSON,
        now=NOW,
    )
    far = NOW + timedelta(days=900)

    services.keep_longer(event_id=row.event_id, until=far, actor=PERSON, now=NOW)
    reported = services.note_report(event_id=row.event_id, at=NOW + timedelta(days=4), actor=PERSON, now=NOW)

    assert (reported.expires_at, reported.ends_because) == (latest, "clock_ended")


def test_without_a_profile_the_latest_end_is_twelve_months_from_the_identification(seal: Seal) -> None:
    row = seal(mode=EvidenceMode.REPORT_AND_PURGE, lasts=timedelta(days=4000))

    assert row.latest_end == row.expires_at == NOW.replace(year=2027)
    assert seal().latest_end is None


@pytest.mark.parametrize(
    "wrong",
    [
        {"latest_end": None},
        {"expires_at": NOW + timedelta(days=4000)},
        {"state": "sealed"},
        {"state": "purged", "purged_at": NOW, "proof": "0" * 64},
    ],
)
def test_the_database_refuses_a_description_without_end_or_that_outlives_its_proof(
    described: EvidenceObject, wrong: dict[str, object]
) -> None:
    assert described.state == "described"

    with pytest.raises(IntegrityError), transaction.atomic():
        EvidenceObject.objects.update(**wrong)


def test_rows_of_a_restored_database_forget_again_what_was_destroyed(described: EvidenceObject) -> None:
    services.purge_due(now=NOW + timedelta(days=3))
    EvidenceObject.objects.update(state="described", purged_at=None, proof="", sha256=DIGESTS.sha256, size=6)

    assert services.replay(now=NOW + timedelta(days=5)) == 1
    described.refresh_from_db()
    assert (described.state, described.sha256, described.size) == ("purged", "", 0)


def test_the_page_says_that_only_digests_are_kept(described: EvidenceObject) -> None:
    auditor = signed_in(make_person(Role.AUDITOR))

    assert "digests only" in auditor.get(f"/evidence/objects/{described.pk}").content.decode()
    assert "their bytes were never kept" in auditor.get("/evidence/").content.decode()


DESCRIBE = """
import uuid
from datetime import UTC, datetime, timedelta
from pathlib import Path
from shelterwood.fingerprints import digests
from shelterwood.policy import EvidenceMode
from shelterwood.web.hall.access.actors import OPERATOR
from shelterwood.web.provider.evidence import opening, services, upkeep
from shelterwood.web.provider.evidence.models import EvidenceObject
now, spool = datetime.now(UTC), Path(sys.argv[1])
for number in range(3):
    spool.write_bytes(b"shapes %d" % number)
    services.seal(event_id=uuid.uuid4(), spool=spool, mode=EvidenceMode.REPORT_AND_PURGE, media_type="png",
        digests=digests.digest(spool.read_bytes()), expires_at=now + timedelta(days=1 + 30 * (number == 2)),
        actor=OPERATOR, now=now)
"""
ROUND = """
from datetime import UTC, datetime, timedelta
from shelterwood.web.provider.evidence import opening, upkeep
from shelterwood.web.provider.evidence.models import EvidenceObject
upkeep.purge_round(datetime.now(UTC) + timedelta(days=2))
"""
TELL = """
rows = EvidenceObject.objects.order_by("expires_at")
print([(row.state, row.sha256 == "", bool(row.proof)) for row in rows])
print(len(opening.vault().ledger.every_proof()), models.Line.objects.filter(action="evidence.purged").count())
"""
PURGING = [step for step in StepName if step not in {StepName.KEY_ISSUED, StepName.STORED}]


@pytest.mark.slow
@pytest.mark.parametrize("step", [*PURGING, NOTED])
def test_a_keeper_killed_anywhere_in_the_end_of_descriptions_is_followed_by_one_that_finishes_it(
    step: str, own_tables: OwnDatabase, tmp_path: Path
) -> None:
    own_tables.run(DESCRIBE, str(tmp_path / "spooled"))
    dying = own_tables.start(f"import os\nos.environ['SHELTERWOOD_FAULT'] = '{step}'\n" + ROUND)
    _out, errors = dying.communicate(timeout=60)
    assert dying.returncode == -signal.SIGKILL, errors

    said = own_tables.run(ROUND + TELL).splitlines()

    assert said[0] == str([("purged", True, True)] * 2 + [("described", False, False)])
    assert said[1] == "2 2"
