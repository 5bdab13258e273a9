"""The clocks of the law as data: one table a profile, so that a scheduler asks and never holds a number of its own.

Source of the names: the timer table of COM(2022) 209 (Arts. 3-5, 7, 9, 10, 12, 14-18, 22, 36, 37, 48-50, 84).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING

from shelterwood.policy.instants import as_utc
from shelterwood.policy.periods import Period, YearlyDate

if TYPE_CHECKING:
    from collections.abc import Mapping

    from shelterwood.policy.fields import Fields

__all__ = [
    "Hold",
    "Moment",
    "Sense",
    "Timer",
    "TimerRule",
    "due",
    "exceeds",
    "preservation_ends",
    "read_period",
    "user_notice_at",
]


class Timer(StrEnum):
    """Every clock that a profile may set."""

    RISK_ASSESSMENT = "risk_assessment"
    RISK_MITIGATION = "risk_mitigation"
    RISK_REPORT = "risk_report"
    RISK_RENEWAL = "risk_renewal"
    RISK_REVIEW = "risk_review"
    RISK_EXTRA_INFORMATION = "risk_extra_information"
    RISK_REDO = "risk_redo"
    DETECTION_OPINION = "detection_opinion"
    DETECTION_EARLIEST_START = "detection_earliest_start"
    DETECTION_LATEST_START = "detection_latest_start"
    DETECTION_LONGEST = "detection_longest"
    PLAN_NOTICE = "plan_notice"
    DETECTION_MIDTERM_REPORT = "detection_midterm_report"
    USER_NOTICE = "user_notice"
    USER_NOTICE_HOLD = "user_notice_hold"
    REMOVAL = "removal"
    REMOVAL_HOLD = "removal_hold"
    NON_DISCLOSURE = "non_disclosure"
    NON_DISCLOSURE_EXTENSION = "non_disclosure_extension"
    BLOCKING_LONGEST = "blocking_longest"
    BLOCKING_REVIEW = "blocking_review"
    BLOCKING_MIDTERM_REPORT = "blocking_midterm_report"
    PRESERVATION = "preservation"
    DESCRIPTION = "description"
    """How long digests are kept in place of the bytes they are of; counted from the identification."""
    DETECTION_EVENT = "detection_event"
    """How long a detection event says which item and account it is about; counted from the identification."""
    NATIONAL_ASSESSMENT = "national_assessment"
    NATIONAL_ASSESSMENT_COMPLEX = "national_assessment_complex"
    CROSS_BORDER_ANSWER = "cross_border_answer"
    NOTICE_SUSPENSION = "notice_suspension"
    TECHNOLOGY_OPINION = "technology_opinion"
    TECHNOLOGY_OPINION_EXTENSION = "technology_opinion_extension"
    PROVIDER_YEARLY_REPORT = "provider_yearly_report"
    AUTHORITY_YEARLY_REPORT = "authority_yearly_report"
    CENTRE_YEARLY_REPORT = "centre_yearly_report"


class Sense(StrEnum):
    """What the end of the clock means."""

    DEADLINE = "deadline"
    """To be done by then."""
    MAXIMUM = "maximum"
    """May not last longer."""
    MINIMUM = "minimum"
    """Not before then."""
    LEAD = "lead"
    """To be done at least this long before; counted backwards."""
    THRESHOLD = "threshold"
    """A duty that exists only when something lasts longer than this."""


class Moment(StrEnum):
    """What starts the preservation clock; where a rule names several, the first that happens."""

    IDENTIFIED = "identified"
    REPORTED = "reported"
    REMOVED = "removed"


@dataclass(frozen=True, slots=True, kw_only=True)
class TimerRule:
    """One line of the table: the clock, its length, what its end means, and where that is written."""

    timer: Timer
    when: Period | YearlyDate
    sense: Sense
    source: str
    counted_from: frozenset[Moment]

    @classmethod
    def read(cls, fields: Fields) -> TimerRule:
        """Read a rule from a profile; PolicyDataNotValid when a field is missing, unknown or of the wrong form."""
        timer = fields.choice("timer", Timer)
        starts = fields.choices("counted_from", Moment) if fields.has("counted_from") else frozenset[Moment]()
        if bool(starts) is not (timer is Timer.PRESERVATION):
            raise fields.wrong("counted_from belongs to the preservation clock, and it needs it")
        sense, source, when = fields.choice("sense", Sense), fields.text("source"), _when(fields)
        fields.end()
        return cls(timer=timer, when=when, sense=sense, source=source, counted_from=starts)


_UNITS = {
    "years": ("months", 12),
    "months": ("months", 1),
    "weeks": ("days", 7),
    "days": ("days", 1),
    "hours": ("hours", 1),
}


def _when(fields: Fields) -> Period | YearlyDate:
    if fields.has("every_year"):
        return _yearly(fields)
    return read_period(fields)


def read_period(fields: Fields) -> Period:
    """Read a period given in exactly one of years, months, weeks, days, hours."""
    units = [unit for unit in _UNITS if fields.has(unit)]
    if len(units) != 1:
        raise fields.wrong("a period has one unit of years, months, weeks, days, hours")
    name, factor = _UNITS[units[0]]
    amount = fields.integer(units[0], least=1) * factor
    if amount > 1200:
        raise fields.wrong("a period of this length is a slip")
    return Period(**{name: amount})


def _yearly(fields: Fields) -> YearlyDate:
    text = fields.text("every_year")
    try:
        day = datetime.strptime(f"2001-{text}", "%Y-%m-%d")  # noqa: DTZ007 - a day of any (common) year
    except ValueError as error:
        raise fields.wrong("every_year must be a day such as 01-31") from error
    return YearlyDate(month=day.month, day=day.day)


def due(rule: TimerRule, *, start: datetime) -> datetime:
    """Return when the clock that starts at `start` ends, in UTC.

    A LEAD is counted back from `start`; a yearly report counts for the year of `start` and is due in the next. A
    removal order whose clock restarts (Art. 14(5) and (6)) is asked again with the new start: it is a restart, not a
    pause.
    """
    if isinstance(rule.when, YearlyDate):
        return rule.when.for_year_of(start)
    return rule.when.before(start) if rule.sense is Sense.LEAD else rule.when.after(start)


def exceeds(rule: TimerRule, *, start: datetime, end: datetime) -> bool:
    """Tell whether something from `start` to `end` lasts longer than the rule's period."""
    return as_utc(end) > due(rule, start=start)


@dataclass(frozen=True, slots=True, kw_only=True)
class Hold:
    """A request of an investigating authority to wait with a notice: when it arrived and until when it asks to wait."""

    received_at: datetime
    until: datetime


def preservation_ends(
    rule: TimerRule, *, moments: Mapping[Moment, datetime], extended_until: datetime | None = None
) -> datetime | None:
    """Return when kept data must be gone: the period after the first of the rule's moments that has happened.

    None while none of them has (the caller then has another clock: quarantine). An extension that an authority or
    court ordered for pending redress moves the end later, never earlier (Art. 22).
    """
    starts = [as_utc(moments[moment]) for moment in rule.counted_from if moment in moments]
    if not starts:
        return None
    end = due(rule, start=min(starts))
    return end if extended_until is None else max(end, as_utc(extended_until))


def user_notice_at(
    rule: TimerRule, *, reported_at: datetime, unfounded_at: datetime | None = None, hold: Hold | None = None
) -> datetime:
    """Return when a reported user is told (Art. 12(2)).

    At once when the Centre finds the report manifestly unfounded; else at the end of a hold that arrived within the
    waiting period, else at the end of that period. Whether a hold is too long is asked with `exceeds` when it
    arrives.
    """
    if unfounded_at is not None:
        return as_utc(unfounded_at)
    end = due(rule, start=reported_at)
    return as_utc(hold.until) if hold is not None and as_utc(hold.received_at) < end else end
