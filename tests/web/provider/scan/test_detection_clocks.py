"""Detection events and their fingerprints end on their day, wait for their evidence, and leave nothing but a number."""

from __future__ import annotations

import json
import signal
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import grounds
import numpy as np
import pytest
from django.db import IntegrityError, transaction
from own_database import own_database, own_tables
from people import make_person
from uploads import Program, make_key, picture

from shelterwood.fingerprints import pdq
from shelterwood.policy import Quarantine, QuarantineMode
from shelterwood.web.hall.access.actors import Actor
from shelterwood.web.hall.access.permissions import Role
from shelterwood.web.hall.audit.models import Line
from shelterwood.web.provider.evidence import services as evidence
from shelterwood.web.provider.evidence import upkeep
from shelterwood.web.provider.evidence.models import EvidenceObject
from shelterwood.web.provider.evidence.states import HoldReason, LiftReason
from shelterwood.web.provider.scan import overdue, queries, tidying
from shelterwood.web.provider.scan.ending import EVENTS_ENDED, PRINTS_ENDED
from shelterwood.web.provider.scan.models import Detection

if TYPE_CHECKING:
    from own_database import OwnDatabase

    from shelterwood.web.hall.accounts.models import Account
    from shelterwood.web.provider.evidence.models import EvidenceHold

__all__ = ["own_database", "own_tables"]

MOMENT = timedelta(seconds=1)
HEADERS = {"Shelterwood_Item": "photo-1", "Shelterwood_Account": "account-7"}


def found_by_prints(program: Program) -> Detection:
    body = {"pdq": pdq.compute(np.asarray(picture(1))).hex, "md5": "0" * 32, "quality": 90, "size": 7}
    assert program.send(json.dumps(body).encode(), "application/json", **HEADERS).json()["outcome"] == "match"
    return Detection.objects.get()


def prints_of(event: Detection) -> list[object]:
    event.refresh_from_db()
    return [event.md5, event.sha1, event.sha256, event.pdq, event.format, event.size, event.quality]


FORGOTTEN = ["", "", "", "", "", None, None]


def lines(action: str) -> int:
    return Line.objects.filter(action=action).count()


def test_fingerprints_that_came_without_an_object_end_when_nobody_has_decided(program: Program) -> None:
    event = found_by_prints(program)
    assert event.prints_end_at == event.release_at == event.found_at + timedelta(hours=72)

    tidying.round_of_scan(event.prints_end_at - MOMENT)
    assert (event.pdq != "", prints_of(event) == FORGOTTEN) == (True, False)
    for _ in range(2):
        tidying.round_of_scan(event.prints_end_at)

    assert prints_of(event) == FORGOTTEN
    assert (event.prints_ended_at, event.ended_at) == (event.prints_end_at, None)
    assert (event.item, event.matches.count(), lines("detection.prints-ended")) == ("photo-1", 1, 1)


def test_an_event_ends_after_the_months_of_its_profile_and_is_a_number_then(program: Program) -> None:
    event = found_by_prints(program)
    assert event.ends_at == event.found_at.replace(year=event.found_at.year + 1)

    tidying.round_of_scan(event.ends_at - MOMENT)
    before = queries.days()
    event.refresh_from_db()
    assert (event.item, event.account_mark != "", event.matches.count()) == ("photo-1", True, 1)
    for _ in range(2):
        tidying.round_of_scan(event.ends_at)

    event.refresh_from_db()
    assert (event.item, event.account_mark, event.matches.count(), event.ended_at) == ("", "", 0, event.ends_at)
    assert (queries.days(), program.state_of("photo-1")["state"]) == (before, "not_held")
    said = Line.objects.get(action="detection.ended")
    assert (said.object_ref, said.codes) == (f"detection:{event.pk}", {"exactness": "near", "hold": "released"})


def test_a_hold_on_the_evidence_keeps_the_event_and_its_fingerprints(program: Program, listed: bytes) -> None:
    program.send(listed, **HEADERS)
    event, officer = Detection.objects.get(), make_person(Role.FILING_OFFICER, name="officer-1")
    hold = held(event, officer, until=event.ends_at + timedelta(days=90))
    later = event.ends_at + timedelta(days=30)

    upkeep.purge_round(later)
    tidying.round_of_scan(later)
    assert (prints_of(event) == FORGOTTEN, event.item, event.ended_at) == (False, "photo-1", None)

    person = Actor.person(officer.pk)
    evidence.lift_hold(hold_id=hold.pk, reason=LiftReason.WITHDRAWN, person=officer, actor=person, now=later)
    upkeep.purge_round(later + MOMENT)
    tidying.round_of_scan(later + MOMENT)

    assert (prints_of(event), event.item, event.ended_at) == (FORGOTTEN, "", later + MOMENT)
    assert lines("detection.prints-ended") == 0  # they went with the object, whose own line says so


def held(event: Detection, officer: Account, *, until: datetime) -> EvidenceHold:
    return evidence.hold(
        event_id=event.pk,
        authority="court:7",
        reason=HoldReason.REDRESS,
        reference="2026/118-K",
        until=until,
        person=officer,
        actor=Actor.person(officer.pk),
        now=event.found_at,
    )


def test_an_item_that_a_person_confirmed_stays_out_of_sight_when_its_event_ends(program: Program) -> None:
    event = found_by_prints(program)
    Detection.objects.update(hold="confirmed")

    tidying.round_of_scan(event.ends_at)

    event.refresh_from_db()
    assert (event.account_mark, event.matches.count(), event.ended_at) == ("", 0, event.ends_at)
    assert program.state_of("photo-1")["hidden"] is True


def test_no_hold_and_no_fingerprint_outlasts_its_event_whatever_the_token_says() -> None:
    quarantine = Quarantine(mode=QuarantineMode.QUARANTINE, release_after_hours=20_000)
    token = grounds.issued_token(now=datetime.now(UTC).replace(microsecond=0), quarantine=quarantine)

    event = found_by_prints(Program(make_key(token.name)))

    assert event.release_at == event.prints_end_at == event.ends_at
    tidying.round_of_scan(event.ends_at)
    event.refresh_from_db()
    assert (event.hold, event.item) == ("released", "")


def test_without_a_quarantine_fingerprints_are_kept_as_long_as_an_object_would_be(listed: bytes) -> None:
    quarantine = Quarantine(mode=QuarantineMode.NONE, release_after_hours=None)
    program = Program(make_key(grounds.issued_token(now=datetime.now(UTC), quarantine=quarantine).name))
    program.send(listed)
    by_object = Detection.objects.get()
    assert by_object.prints_end_at == EvidenceObject.objects.get().expires_at == by_object.found_at + timedelta(days=14)


@pytest.mark.parametrize(
    "wrong",
    [
        {"prints_end_at": None},
        {"ends_at": None},
        {"ends_at": datetime(2020, 1, 1, tzinfo=UTC)},
        {"prints_ended_at": datetime(2026, 1, 1, tzinfo=UTC)},
        {"ended_at": datetime(2026, 1, 1, tzinfo=UTC)},
    ],
)
def test_the_database_refuses_an_event_without_clocks_or_an_end_that_forgets_nothing(
    program: Program, wrong: dict[str, object]
) -> None:
    found_by_prints(program)

    with pytest.raises(IntegrityError), transaction.atomic():
        Detection.objects.update(**wrong)


def test_doctor_names_what_should_have_ended(program: Program) -> None:
    event = found_by_prints(program)
    assert list(overdue.findings()) == [("ok", "1 detection events stand, none is past its clock.")]

    past = datetime.now(UTC) - timedelta(days=1)
    Detection.objects.update(
        hold="released", released_at=past, why_released="undecided",
        found_at=past - timedelta(days=9), prints_end_at=past - timedelta(days=8), ends_at=past,
    )  # fmt: skip

    states = [state for state, _ in overdue.findings()]
    assert states == ["BAD", "BAD"]
    tidying.round_of_scan(datetime.now(UTC))
    event.refresh_from_db()
    assert (event.item, list(overdue.findings())) == ("", [("ok", "0 detection events stand, none is past its clock.")])


MAKE = """
from datetime import UTC, datetime, timedelta
sys.path.insert(0, sys.argv[1])
import uploads
from shelterwood.web.provider.keys.models import ApiKey
from shelterwood.web.provider.scan.models import Detection, DetectionMatch
uploads.make_key("some-token")
then = datetime.now(UTC) - timedelta(days=500)
for number in range(3):
    event = Detection.objects.create(key=ApiKey.objects.get(), found_at=then, item=f"photo-{number}", token_id="token",
        profile_id="NONE", profile_version=1, sha256="ab" * 32, exactness="exact", kept="nothing", hold="not_held",
        prints_end_at=then + timedelta(days=14), ends_at=then + timedelta(days=365 if number else 900))
    DetectionMatch.objects.create(detection=event, place=0, list_name="cups", entry="1", distance=0, radius=0)
"""
ROUND = """
from datetime import UTC, datetime
from shelterwood.web.provider.scan import tidying
from shelterwood.web.provider.scan.models import Detection, DetectionMatch
tidying.round_of_scan(datetime.now(UTC))
"""
TELL = """
print(sorted(Detection.objects.values_list("item", "sha256")), DetectionMatch.objects.count())
print([models.Line.objects.filter(action=f"detection.{what}").count() for what in ("prints-ended", "ended")])
"""


@pytest.mark.slow
@pytest.mark.parametrize("step", [PRINTS_ENDED, EVENTS_ENDED])
def test_a_keeper_killed_while_events_end_is_followed_by_one_that_ends_each_once(
    step: str, own_tables: OwnDatabase
) -> None:
    own_tables.run(MAKE, str(__file__).rsplit("/provider/", 1)[0])
    dying = own_tables.start(f"import os\nos.environ['SHELTERWOOD_FAULT'] = '{step}'\n" + ROUND)
    _out, errors = dying.communicate(timeout=60)
    assert dying.returncode == -signal.SIGKILL, errors

    said = own_tables.run(ROUND + TELL).splitlines()

    assert said == ["[('', ''), ('', ''), ('photo-0', '')] 1", "[3, 2]"]


EARLIER = """
call_command("migrate", "scan", "0002", verbosity=0)
from datetime import UTC, datetime, timedelta
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
apps = MigrationExecutor(connection).loader.project_state([("scan", "0002_waiting"), ("keys", "0001_initial")]).apps
then = datetime(2026, 1, 31, 12, tzinfo=UTC)
key = apps.get_model("keys", "ApiKey").objects.create(name="photos-upload", token_id="some-token", service="photos",
    service_type="hosting", surface="public_upload", per_second=1, made_at=then, expires_at=then + timedelta(days=1))
kept = {"kept": "nothing", "exactness": "near", "token_id": "some-token", "profile_version": 1, "found_at": then}
events = apps.get_model("scan", "Detection").objects
events.create(key=key, item="looked-up", pdq="0f" * 32, hold="not_held", **kept)
events.create(key=key, item="held", md5="0" * 32, hold="held", release_at=then + timedelta(hours=72), **kept)
events.create(key=key, item="long", md5="0" * 32, hold="held", release_at=then + timedelta(days=800), **kept)
events.create(key=key, item="purged", format="jpeg", hold="not_held", **kept)
"""
AFTER = """
call_command("migrate", verbosity=0)
from shelterwood.web.provider.scan.models import Detection
for event in Detection.objects.order_by("item"):
    days = [(end - event.found_at).days for end in (event.prints_end_at, event.ends_at)]
    print(event.item, *days, event.prints_ended_at is not None, repr(event.format))
"""


@pytest.mark.slow
def test_events_of_an_earlier_version_get_the_clocks_that_they_would_have_got(own_database: OwnDatabase) -> None:
    own_database.run(EARLIER)

    assert own_database.run(AFTER).splitlines() == [
        "held 3 365 False ''", "long 365 365 False ''", "looked-up 14 365 False ''", "purged 14 365 True ''",
    ]  # fmt: skip
