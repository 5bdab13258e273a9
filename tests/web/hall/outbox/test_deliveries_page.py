"""The page of deliveries: what is dead is seen with its reason, and who decides about it stands in the record."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from people import NOW, make_person, signed_in

from shelterwood.web.hall.access.permissions import Role
from shelterwood.web.hall.audit.models import Line
from shelterwood.web.hall.outbox.models import Job
from shelterwood.web.hall.outbox.states import JobState

if TYPE_CHECKING:
    from django.test import Client


def make_dead(key: str = "a") -> Job:
    return Job.objects.create(
        kind="filing.report",
        key=key,
        state=JobState.DEAD,
        attempts=23,
        last_reason="partner_unreachable",
        created_at=NOW,
        next_attempt_at=NOW,
        finished_at=NOW,
    )


@pytest.fixture
def officer() -> Client:
    return signed_in(make_person(Role.FILING_OFFICER))


def test_a_quiet_page_says_that_nothing_waits(officer: Client) -> None:
    assert "Nothing waits for you" in officer.get("/deliveries").content.decode()


def test_a_dead_delivery_shows_its_reason_and_what_can_be_done(officer: Client) -> None:
    job = make_dead()

    page = officer.get("/deliveries").content.decode()

    for part in ("filing.report", "Partner unreachable", "23", f"/deliveries/{job.pk}/try-again"):
        assert part in page
    assert 'href="/deliveries" aria-current="page"' in page


@pytest.mark.parametrize(
    ("verb", "state", "action"),
    [
        ("try-again", JobState.PENDING, "delivery.tried-again"),
        ("give-up", JobState.GIVEN_UP, "delivery.given-up"),
    ],
)
def test_a_decision_is_carried_out_once_and_recorded(officer: Client, verb: str, state: str, action: str) -> None:
    job = make_dead()

    first = officer.post(f"/deliveries/{job.pk}/{verb}")
    second = officer.post(f"/deliveries/{job.pk}/{verb}")

    job.refresh_from_db()
    assert (first.status_code, second.status_code, job.state) == (302, 409, state)
    assert [line.actor.split(":")[0] for line in Line.objects.filter(action=action)] == ["person"]


def test_a_delivery_that_does_not_exist_is_not_found(officer: Client) -> None:
    address = "/deliveries/00000000-0000-0000-0000-000000000000/give-up"

    assert officer.post(address).status_code == 404


def test_a_reviewer_sees_no_deliveries() -> None:
    assert signed_in(make_person(Role.REVIEWER)).get("/deliveries").status_code == 403
