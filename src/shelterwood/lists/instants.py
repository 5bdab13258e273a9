"""Times in list files: always with a zone, always kept in UTC, so that two deliveries of one instant are equal.

RFC 3339 with an offset or `Z`; any offset is converted and not kept. A time without a zone names no instant and is
refused (the one exception is a source whose format defines the zone; its reader says so). Years 1 to 9999; a leap
second is refused because the standard library cannot hold it.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime
from functools import lru_cache

from shelterwood.errors import ShelterwoodError

__all__ = ["TimeNotUnderstood", "format_instant", "parse_instant"]

_RFC3339 = re.compile(r"(\d{4}-\d\d-\d\d)[Tt ](\d\d:\d\d:\d\d)(\.\d{1,9})?([Zz]|[+-]\d\d:\d\d)?", flags=re.ASCII)


class TimeNotUnderstood(ShelterwoodError):
    """A time is not RFC 3339, has no zone, or does not exist."""


@lru_cache(maxsize=4096)  # a list repeats a few times of delivery over millions of rows
def parse_instant(text: str) -> datetime:
    """Return the instant that `text` (RFC 3339 with a zone) names, in UTC, to the microsecond.

    Digits beyond the microsecond are cut off. Raises TimeNotUnderstood.
    """
    found = _RFC3339.fullmatch(text)
    if not found:
        raise TimeNotUnderstood("The time is not of the form 2026-01-31T12:00:00Z.")
    day, clock, fraction, zone = found.groups()
    if zone is None:
        raise TimeNotUnderstood("The time has no zone.", remedy="Add Z for UTC, or the offset, as in +01:00.")
    try:
        return datetime.fromisoformat(
            f"{day}T{clock}{(fraction or '')[:7]:0<7}{zone.upper()}" if fraction else f"{day}T{clock}{zone.upper()}"
        ).astimezone(UTC)
    except (ValueError, OverflowError) as error:
        raise TimeNotUnderstood("The time does not exist.") from error


def format_instant(moment: datetime) -> str:
    """Return `moment` in the one canonical form: UTC, `Z`, a fraction of six digits only where it is not zero."""
    text = moment.astimezone(UTC).isoformat()
    return text.removesuffix("+00:00") + "Z"
