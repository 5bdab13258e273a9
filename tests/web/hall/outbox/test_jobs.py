"""Jobs: asked for once, tried with longer and longer waits, dead after days, and what the database refuses."""

from __future__ import annotations

import time
import uuid
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from django.db import IntegrityError, transaction
from people import NOW

from shelterwood.web.hall.access.actors import OPERATOR
from shelterwood.web.hall.audit.models import Line
from shelterwood.web.hall.outbox import delivering, kinds, services
from shelterwood.web.hall.outbox.backing_off import BACK_OFF, wait_after
from shelterwood.web.hall.outbox.delivering import deliver_due
from shelterwood.web.hall.outbox.models import Job
from shelterwood.web.hall.outbox.outcomes import Done, GiveUp, Outcome, Tried, TryAgain
from shelterwood.web.hall.outbox.plain import PayloadNotPlain
from shelterwood.web.hall.outbox.states import TRANSITIONS, JobState

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from datetime import datetime

    from shelterwood.web.hall.outbox.at_work import JobAtWork


class Partner:
    """A handler that answers what it is told to, and keeps what it was given."""

    def __init__(self) -> None:
        self.answers: list[Outcome | Exception] = []
        self.seen: list[JobAtWork] = []
        self.doing: Callable[[JobAtWork], None] = lambda _job: None

    def __call__(self, job: JobAtWork) -> Outcome:
        self.seen.append(job)
        self.doing(job)
        answer = self.answers.pop(0) if self.answers else Done()
        if isinstance(answer, Exception):
            raise answer
        return answer


@pytest.fixture
def partner(monkeypatch: pytest.MonkeyPatch) -> Iterator[Partner]:
    monkeypatch.setattr(kinds, "_KINDS", {})
    found = Partner()
    kinds.register("tests.letter", found)
    return found


def put(key: str = "a") -> Job:
    return services.put(kind="tests.letter", key=key, payload={"report": "r-1"}, now=NOW)


def deliver(after: timedelta = timedelta()) -> int:
    return deliver_due(kinds.kind_of("tests.letter"), NOW + after)


def settle(job: Job, outcome: Outcome, *, now: datetime = NOW) -> dict[uuid.UUID, JobState]:
    return services.settle(tried=[Tried(job_id=job.pk, attempt=1, outcome=outcome)], now=now)


def test_a_round_begins_nothing_after_its_seconds_and_the_next_goes_on(
    partner: Partner, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(delivering, "_SECONDS_A_ROUND", 0.05)
    partner.doing = lambda _job: time.sleep(0.06)
    for key in ("a", "b", "c"):
        put(key)

    assert [deliver() for _ in range(4)] == [1, 1, 1, 0]


def test_a_kind_says_how_long_its_jobs_stay_when_they_are_over(partner: Partner) -> None:
    kinds.register("tests.letter", partner, kept=timedelta(days=1))
    put()
    deliver()

    assert services.forget_old(now=NOW + timedelta(hours=23)) == 0
    assert services.forget_old(now=NOW + timedelta(days=2)) == 1


def test_a_job_is_done_once(partner: Partner) -> None:
    job = put()

    assert (deliver(), deliver()) == (1, 0)
    job.refresh_from_db()
    assert (job.state, job.attempts) == (JobState.DONE, 1)
    assert [(each.id, each.payload) for each in partner.seen] == [(job.pk, {"report": "r-1"})]


def test_the_same_key_is_the_same_job_even_when_it_is_done(partner: Partner) -> None:
    first = put()
    deliver()

    assert put().pk == first.pk
    assert deliver() == 0
    assert len(partner.seen) == 1


def test_a_job_does_not_exist_if_its_transaction_is_undone(partner: Partner) -> None:
    with transaction.atomic():
        put()
        transaction.set_rollback(True)

    assert deliver() == 0
    assert not partner.seen


def test_a_job_waits_for_its_moment(partner: Partner) -> None:
    later = NOW + timedelta(hours=2)
    services.put(kind="tests.letter", key="a", payload={}, now=NOW, not_before=later)

    assert deliver(timedelta(minutes=119)) == 0
    assert deliver(timedelta(hours=2)) == 1
    assert len(partner.seen) == 1


def test_a_failed_job_waits_longer_each_time_and_says_why(partner: Partner) -> None:
    partner.answers = [TryAgain("partner_unreachable"), TryAgain("partner_busy")]
    job = put()

    deliver()
    job.refresh_from_db()
    assert (job.state, job.last_reason) == (JobState.PENDING, "partner_unreachable")
    assert deliver(timedelta(seconds=1)) == 0
    assert job.next_attempt_at > NOW + timedelta(seconds=7)


def test_a_handler_that_raises_stops_no_other_and_its_text_is_logged_nowhere(
    partner: Partner, caplog: pytest.LogCaptureFixture
) -> None:
    partner.answers = [ValueError("Jan Janssen, jan@example.org"), Done()]
    first, second = put("a"), put("b")

    assert deliver() == 2
    first.refresh_from_db()
    second.refresh_from_db()
    assert (first.state, first.last_reason, second.state) == (JobState.PENDING, "handler_failed", JobState.DONE)
    assert "ValueError" in caplog.text
    assert "Jan" not in caplog.text


def test_a_partner_that_is_down_for_six_hours_is_survived_without_a_person(partner: Partner) -> None:
    partner.doing = lambda _job: None
    job = put()
    clock = timedelta()
    while job.state == JobState.PENDING:
        partner.answers = [TryAgain("partner_unreachable")] if clock < timedelta(hours=6) else [Done()]
        deliver_due(kinds.kind_of("tests.letter"), NOW + clock)
        job.refresh_from_db()
        clock = max(clock + timedelta(seconds=1), job.next_attempt_at - NOW)

    assert job.state == JobState.DONE
    assert timedelta(hours=6) <= clock < timedelta(hours=10)


def test_a_job_that_always_fails_is_dead_after_days_and_stands_in_the_record(partner: Partner) -> None:
    job = put()
    for _ in range(len(BACK_OFF) + 1):
        partner.answers = [TryAgain("partner_unreachable")]
        job.refresh_from_db()
        deliver(job.next_attempt_at - NOW)

    job.refresh_from_db()
    assert job.state == JobState.DEAD
    assert timedelta(days=3) < job.next_attempt_at - NOW < timedelta(days=6)
    line = Line.objects.get(action="delivery.dead")
    assert line.codes["reason"] == "partner_unreachable"
    assert line.object_ref == f"job:{job.pk}"


def test_a_refusal_for_good_is_dead_at_once(partner: Partner) -> None:
    partner.answers = [GiveUp("refused_by_schema")]
    job = put()

    deliver()

    job.refresh_from_db()
    assert (job.state, job.last_reason) == (JobState.DEAD, "refused_by_schema")


def test_what_was_remembered_is_there_at_the_next_attempt(partner: Partner) -> None:
    partner.doing = lambda job: job.remember("opened", "report-7")
    partner.answers = [TryAgain("partner_busy"), Done()]
    put()

    deliver()
    partner.doing = lambda _job: None
    deliver(timedelta(minutes=1))

    assert partner.seen[-1].remembered == {"opened": "report-7"}


def test_a_job_whose_keeper_died_is_taken_up_after_its_lease(partner: Partner) -> None:
    put()
    services.claim(kind="tests.letter", now=NOW)

    assert deliver(kinds.LEASE - timedelta(seconds=1)) == 0
    assert deliver(kinds.LEASE) == 1
    assert partner.seen[-1].attempts == 2


def test_who_holds_the_lock_takes_up_at_once_what_was_left(partner: Partner) -> None:
    put()
    services.claim(kind="tests.letter", now=NOW)

    assert services.release_left(now=NOW) == 1
    assert deliver() == 1
    assert len(partner.seen) == 1


def test_a_job_that_kills_keepers_waits_as_one_that_failed(partner: Partner) -> None:
    job = put()
    for _ in range(3):
        services.claim(kind="tests.letter", now=NOW)
        services.release_left(now=NOW)

    job.refresh_from_db()
    assert (job.state, job.last_reason) == (JobState.PENDING, "interrupted")
    assert deliver() == 0
    assert not partner.seen


def test_what_was_left_of_a_kind_that_is_gone_stops_no_keeper(
    partner: Partner, monkeypatch: pytest.MonkeyPatch
) -> None:
    put()
    for _ in range(3):
        services.claim(kind="tests.letter", now=NOW)
        Job.objects.update(lease_until=NOW)
    monkeypatch.setattr(kinds, "_KINDS", {})

    assert services.release_left(now=NOW) == 0
    assert not partner.seen


def test_an_attempt_that_lost_its_lease_settles_nothing(partner: Partner) -> None:
    job = put()
    services.claim(kind="tests.letter", now=NOW)
    services.claim(kind="tests.letter", now=NOW + kinds.LEASE)

    assert settle(job, GiveUp("late"), now=NOW + kinds.LEASE) == {}
    job.refresh_from_db()
    assert (job.state, job.attempts, partner.seen) == (JobState.RUNNING, 2, [])


@pytest.mark.parametrize("value", ["Jan Janssen", "jan@example.org", "/home/jan/x.jpg", 1.5, b"x", {"a": ["b c"]}])
@pytest.mark.usefixtures("partner")
def test_what_is_no_id_or_code_may_not_stand_in_a_job(value: object) -> None:
    with pytest.raises(PayloadNotPlain):
        services.put(kind="tests.letter", key="a", payload={"what": value}, now=NOW)


def test_a_kind_that_nobody_does_is_refused_where_it_is_asked_for() -> None:
    with pytest.raises(kinds.JobKindNotRegistered):
        services.put(kind="no.such", key="a", payload={}, now=NOW)


@pytest.mark.usefixtures("partner")
def test_a_person_tries_a_dead_job_again_or_gives_it_up_and_both_are_recorded() -> None:
    first, second = put("a"), put("b")
    for job in (first, second):
        assert len(services.claim(kind="tests.letter", now=NOW)) == 1
        settle(job, GiveUp("refused"))

    services.try_again(job_id=first.pk, actor=OPERATOR, now=NOW)
    services.give_up(job_id=second.pk, actor=OPERATOR, now=NOW)

    states = dict(Job.objects.values_list("key", "state"))
    assert states == {"a": JobState.PENDING, "b": JobState.GIVEN_UP}
    written = list(Line.objects.order_by("seq").values_list("action", flat=True))
    assert written[-2:] == ["delivery.tried-again", "delivery.given-up"]
    with pytest.raises(services.JobStepNotPossible):
        services.give_up(job_id=first.pk, actor=OPERATOR, now=NOW)


@pytest.mark.usefixtures("partner")
def test_what_is_over_is_forgotten_after_its_time_and_what_is_dead_is_not() -> None:
    put("done")
    deliver()
    dead = put("dead")
    services.claim(kind="tests.letter", now=NOW)
    settle(dead, GiveUp("refused"))

    assert services.forget_old(now=NOW + timedelta(days=89)) == 0
    services.forget_old(now=NOW + timedelta(days=4000))
    assert [job.key for job in Job.objects.all()] == ["dead"]


@pytest.mark.parametrize(
    "wrong",
    [
        {"state": "lost"},
        {"state": JobState.RUNNING},
        {"state": JobState.PENDING, "lease_until": NOW},
        {"state": JobState.DONE},
        {"state": JobState.PENDING, "finished_at": NOW},
    ],
)
def test_the_database_refuses_a_job_that_cannot_be(wrong: dict[str, object]) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        Job.objects.create(kind="a", key=uuid.uuid4().hex, created_at=NOW, next_attempt_at=NOW, **wrong)


def test_every_state_has_its_row_in_the_table() -> None:
    assert set(TRANSITIONS) == set(JobState)


def test_waits_have_jitter_and_end() -> None:
    waits = {wait_after(3) for _ in range(50)}

    assert len(waits) > 10
    assert all(wait and timedelta(seconds=48) <= wait <= timedelta(seconds=72) for wait in waits)
    assert wait_after(len(BACK_OFF) + 1) is None
