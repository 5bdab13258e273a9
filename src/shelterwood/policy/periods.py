"""Periods of the law in calendar months, weeks, days and hours, counted in UTC, where no day has 23 or 25 hours.

A month after the 31st of January is the last day of February: the same day of the month, or the last there is (the
rule of Regulation (EEC, Euratom) No 1182/71 Art. 3(2)(c)). Unlike that regulation nothing is rounded up to the end of
the day or to the next working day: the instant that comes out is never later than the lawful end, which is the safe
side for keeping data and for answering.
"""

from __future__ import annotations

import calendar
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from shelterwood.policy.instants import as_utc

__all__ = ["Period", "YearlyDate"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Period:
    """A length of time; always added to the first instant, never to an earlier sum (January 31 would drift)."""

    months: int = 0
    days: int = 0
    hours: int = 0

    def after(self, start: datetime) -> datetime:
        """Return the instant at which a period that began at `start` is over, in UTC."""
        return _shift(as_utc(start), months=self.months) + self._exact

    def before(self, end: datetime) -> datetime:
        """Return the latest instant at which something due this long before `end` may happen, in UTC."""
        return _shift(as_utc(end), months=-self.months) - self._exact

    @property
    def _exact(self) -> timedelta:
        return timedelta(days=self.days, hours=self.hours)

    def __str__(self) -> str:
        for amount, unit in ((self.months, "month"), (self.days, "day"), (self.hours, "hour")):
            if amount:
                return f"{amount} {unit}{'s' if amount > 1 else ''}"
        return "no time"


def _shift(moment: datetime, *, months: int) -> datetime:
    years, month = divmod(moment.month - 1 + months, 12)
    year = moment.year + years
    day = min(moment.day, calendar.monthrange(year, month + 1)[1])
    return moment.replace(year=year, month=month + 1, day=day)


@dataclass(frozen=True, slots=True, kw_only=True)
class YearlyDate:
    """A day of each year by which the report on the year before is due."""

    month: int
    day: int

    def for_year_of(self, moment: datetime) -> datetime:
        """Return the end (24:00 UTC) of this day in the year after that of `moment`."""
        return datetime(as_utc(moment).year + 1, self.month, self.day, tzinfo=UTC) + timedelta(days=1)

    def __str__(self) -> str:
        return f"{self.day} {calendar.month_name[self.month]}"
