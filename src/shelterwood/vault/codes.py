"""Names that may stand in custody records and proofs: ids and fixed words, never free text, a name or an address.

An object's name is a UUIDv7 (RFC 9562 section 5.7): its first 48 bits are the instant of sealing in milliseconds, so
the week whose epoch key wraps the object's key follows from the name alone.
"""

from __future__ import annotations

import re
import secrets
from datetime import UTC, datetime, timedelta
from typing import NewType
from uuid import UUID

from shelterwood.vault.faults import VaultFault

__all__ = ["CodeNotValid", "ObjectId", "Week", "code", "new_object_id", "object_id", "sealed_at", "utc", "week_of"]

ObjectId = NewType("ObjectId", str)
"""A UUIDv7 in its usual text form, lower case."""

Week = NewType("Week", str)
"""An ISO 8601 week such as `2026-W48`: always eight ASCII characters."""

_CODE = re.compile(r"[A-Za-z0-9][A-Za-z0-9._:/+-]{0,79}", re.ASCII)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class CodeNotValid(VaultFault):
    """What was given for the record is not an id or a fixed word."""


def code(text: str, *, what: str) -> str:
    """Return `text` if it may stand in the record; CodeNotValid otherwise (blanks, @, quotes, 81 characters)."""
    if not _CODE.fullmatch(text):
        raise CodeNotValid(
            f"The {what} is not a code.", remedy="Give an id or a fixed word of letters, digits and . _ : / + -."
        )
    return text


def utc(moment: datetime) -> datetime:
    """Return an aware instant in UTC; CodeNotValid for one without zone, which could be any of twenty-six hours."""
    if moment.utcoffset() is None:
        raise CodeNotValid("A time has no time zone.", remedy="Give an aware datetime.")
    return moment.astimezone(UTC)


def new_object_id(now: datetime) -> ObjectId:
    """Return a fresh UUIDv7 of `now`: 48 bits of milliseconds, 74 random bits."""
    milliseconds = (utc(now) - _EPOCH) // timedelta(milliseconds=1)
    random = secrets.randbits(74)
    high, low = random >> 62, random & ((1 << 62) - 1)
    return ObjectId(str(UUID(int=(milliseconds << 80) | (7 << 76) | (high << 64) | (2 << 62) | low)))


def object_id(text: str) -> ObjectId:
    """Return `text` as the name of an object; CodeNotValid if it is not a UUIDv7 in its usual form."""
    try:
        parsed = UUID(text)
    except ValueError as error:
        raise CodeNotValid("This is not the name of an object.", remedy="Give its UUIDv7.") from error
    if str(parsed) != text or parsed.version != 7:
        raise CodeNotValid("This is not the name of an object.", remedy="Give its UUIDv7 in lower case.")
    return ObjectId(text)


def sealed_at(name: ObjectId) -> datetime:
    """Return the instant of sealing that the name carries, in UTC, to the millisecond."""
    return _EPOCH + timedelta(milliseconds=UUID(name).int >> 80)


def week_of(name: ObjectId) -> Week:
    """Return the ISO week (UTC) in which the object was sealed: the epoch of its key."""
    year, week, _ = sealed_at(name).isocalendar()
    return Week(f"{year:04d}-W{week:02d}")
