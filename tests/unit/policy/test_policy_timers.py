"""Clocks: calendar months at their edges, the table of 2022, and the two clocks that depend on more than one event."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shelterwood.policy import (
    Hold,
    Moment,
    Period,
    Timer,
    TimerNotInProfile,
    TimeWithoutZone,
    exceeds,
    preservation_ends,
    shipped_profile,
    user_notice_at,
)

COM = shipped_profile("COM2022")
instants = st.datetimes(datetime(1990, 1, 1), datetime(2200, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001 - bounds


def day(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("start", "months", "end"),
    [
        ("2027-01-31", 1, "2027-02-28"),
        ("2028-01-31", 1, "2028-02-29"),
        ("2028-02-29", 12, "2029-02-28"),
        ("2028-02-29", 48, "2032-02-29"),
        ("2026-12-31", 2, "2027-02-28"),
        ("2026-11-30", 3, "2027-02-28"),
        ("2026-08-31", 1, "2026-09-30"),
        ("2026-12-01", 1, "2027-01-01"),
        ("2026-01-10", 24, "2028-01-10"),
        ("2026-03-01T23:59:59", 3, "2026-06-01T23:59:59"),
    ],
)
def test_a_month_ends_on_the_same_day_or_on_the_last_there_is(start: str, months: int, end: str) -> None:
    assert Period(months=months).after(day(start)) == day(end)


def test_months_are_counted_from_the_start_and_not_from_one_another() -> None:
    start, month = day("2027-01-31"), Period(months=1)

    assert month.after(month.after(start)) == day("2027-03-28")
    assert Period(months=2).after(start) == day("2027-03-31")


def test_counting_back_ends_on_the_last_day_there_is() -> None:
    assert Period(months=1).before(day("2028-03-31")) == day("2028-02-29")


@given(start=instants, months=st.integers(1, 120))
def test_months_keep_the_time_of_day_and_never_pass_the_month(start: datetime, months: int) -> None:
    end = Period(months=months).after(start)

    assert (end.year * 12 + end.month) - (start.year * 12 + start.month) == months
    assert end.timetz() == start.timetz()
    assert end.day == start.day or (end.day < start.day and (end + timedelta(days=1)).day == 1)


@given(start=instants, offset=st.integers(-12, 14))
def test_the_offset_in_which_a_start_is_written_changes_nothing(start: datetime, offset: int) -> None:
    elsewhere = start.astimezone(timezone(timedelta(hours=offset)))

    assert Period(months=3).after(elsewhere) == Period(months=3).after(start)


def test_a_day_has_24_hours_also_when_clocks_change_in_brussels() -> None:
    start = datetime.fromisoformat("2027-03-27T12:00:00+01:00")  # the night in which summer time begins

    assert COM.due(Timer.REMOVAL, start=start) == datetime(2027, 3, 28, 11, 0, tzinfo=UTC)


def test_a_start_without_a_time_zone_is_refused() -> None:
    with pytest.raises(TimeWithoutZone):
        COM.due(Timer.REMOVAL, start=datetime(2026, 11, 23, 10))  # noqa: DTZ001 - the point of the test


@pytest.mark.parametrize(
    ("timer", "end"),
    [
        (Timer.RISK_ASSESSMENT, "2026-06-01"),
        (Timer.RISK_RENEWAL, "2029-03-01"),
        (Timer.RISK_EXTRA_INFORMATION, "2026-03-15"),
        (Timer.DETECTION_OPINION, "2026-03-29"),
        (Timer.DETECTION_EARLIEST_START, "2026-06-01"),
        (Timer.DETECTION_LATEST_START, "2027-03-01"),
        (Timer.DETECTION_LONGEST, "2028-03-01"),
        (Timer.PLAN_NOTICE, "2026-02-01"),
        (Timer.USER_NOTICE, "2026-06-01"),
        (Timer.USER_NOTICE_HOLD, "2027-09-01"),
        (Timer.REMOVAL, "2026-03-02"),
        (Timer.NON_DISCLOSURE, "2026-04-12"),
        (Timer.BLOCKING_LONGEST, "2031-03-01"),
        (Timer.PRESERVATION, "2027-03-01"),
        (Timer.NATIONAL_ASSESSMENT, "2026-04-01"),
        (Timer.NATIONAL_ASSESSMENT_COMPLEX, "2026-05-01"),
        (Timer.TECHNOLOGY_OPINION, "2026-04-26"),
        (Timer.PROVIDER_YEARLY_REPORT, "2027-02-01"),  # the end of 31 January
        (Timer.AUTHORITY_YEARLY_REPORT, "2027-04-01"),
        (Timer.CENTRE_YEARLY_REPORT, "2027-07-01"),
    ],
)
def test_the_table_of_the_2022_proposal(timer: Timer, end: str) -> None:
    assert COM.due(timer, start=day("2026-03-01")) == day(end)


def test_the_2022_proposal_sets_every_clock_there_is() -> None:
    # no act has a clock of its own for digests and events; a national profile may
    ours = {Timer.DESCRIPTION, Timer.DETECTION_EVENT}
    assert {rule.timer for rule in COM.timers} == set(Timer) - ours


def test_a_clock_that_a_profile_does_not_set_is_an_error_and_not_a_guess() -> None:
    with pytest.raises(TimerNotInProfile):
        shipped_profile("NATIONAL_HOSTING").due(Timer.REMOVAL, start=day("2026-03-01"))


def test_preserved_data_end_a_year_after_the_first_of_report_and_removal() -> None:
    moments = {Moment.REMOVED: day("2026-01-01"), Moment.REPORTED: day("2026-01-10")}
    rule = COM.timer(Timer.PRESERVATION)

    assert preservation_ends(rule, moments=moments) == day("2027-01-01")
    assert preservation_ends(rule, moments=moments, extended_until=day("2027-03-01")) == day("2027-03-01")
    assert preservation_ends(rule, moments=moments, extended_until=day("2026-06-01")) == day("2027-01-01")


def test_under_the_interim_act_preservation_counts_from_identification() -> None:
    rule = shipped_profile("INTERIM2026").timer(Timer.PRESERVATION)

    assert preservation_ends(rule, moments={Moment.IDENTIFIED: day("2026-12-01")}) == day("2027-12-01")
    assert preservation_ends(rule, moments={Moment.REPORTED: day("2026-12-01")}) is None


def test_a_user_is_told_after_three_months_at_once_if_unfounded_or_after_a_hold() -> None:
    rule, reported = COM.timer(Timer.USER_NOTICE), day("2026-03-01")
    hold = Hold(received_at=day("2026-05-20"), until=day("2026-11-20"))
    late = Hold(received_at=day("2026-06-02"), until=day("2026-11-20"))

    assert user_notice_at(rule, reported_at=reported) == day("2026-06-01")
    assert user_notice_at(rule, reported_at=reported, unfounded_at=day("2026-03-05")) == day("2026-03-05")
    assert user_notice_at(rule, reported_at=reported, hold=hold) == day("2026-11-20")
    assert user_notice_at(rule, reported_at=reported, hold=late) == day("2026-06-01")


def test_a_hold_of_nineteen_months_is_too_long() -> None:
    rule, start = COM.timer(Timer.USER_NOTICE_HOLD), day("2026-05-20")

    assert exceeds(rule, start=start, end=day("2027-12-20"))
    assert not exceeds(rule, start=start, end=day("2027-11-20"))
