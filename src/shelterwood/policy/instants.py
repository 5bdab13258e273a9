"""Instants as the law's paperwork needs them: an offset when written, UTC when compared, never naive."""

from __future__ import annotations

import re
from datetime import UTC, datetime

from shelterwood.errors import ShelterwoodError

__all__ = ["TimeWithoutZone", "as_utc", "parse_instant", "write_instant"]

# A subset of RFC 3339: whole seconds and an offset that is always there.
_INSTANT = re.compile(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(Z|[+-]\d{2}:\d{2})", re.ASCII)


class TimeWithoutZone(ShelterwoodError):
    """A time without an offset says nothing: it could be any of twenty-six hours."""


def as_utc(moment: datetime) -> datetime:
    """Return `moment` in UTC; TimeWithoutZone when it has no offset."""
    if moment.utcoffset() is None:
        raise TimeWithoutZone(
            f"The time {moment.isoformat()} has no time zone.", remedy="Give an aware datetime, best datetime.now(UTC)."
        )
    return moment.astimezone(UTC)


def parse_instant(text: str) -> datetime:
    """Read `2028-04-04T00:00:00+02:00` into UTC; ValueError for any other form."""
    if not _INSTANT.fullmatch(text):
        raise ValueError(f"{text!r} is not of the form 2028-04-04T00:00:00+02:00")
    return datetime.fromisoformat(text).astimezone(UTC)


def write_instant(moment: datetime) -> str:
    """Write an instant the one way that signed data have it: UTC, whole seconds (rounded down), Z."""
    return as_utc(moment).strftime("%Y-%m-%dT%H:%M:%SZ")
