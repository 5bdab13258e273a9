"""How a list has grown since what is already here was last compared with it: nothing compares it by itself.

The room that looks at hosted media again lies above this one, so it registers the function that knows its runs.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from shelterwood.lists.settling import Outcome

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from shelterwood.web.provider.lists.models import ProviderList

__all__ = ["Growth", "LastScan", "growth_of", "tell"]

_NEW: Final = (Outcome.CAME, Outcome.CHANGED, Outcome.RETURNED)


@dataclass(frozen=True, slots=True, kw_only=True)
class LastScan:
    """The last time that what is here on one surface of a service was compared with a list, and in which version."""

    service: str
    surface: str
    version: int
    began_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Growth:
    """How many entries came since `scan`, or since the list went into service where there was none (None)."""

    scan: LastScan | None
    entries: int


_teller: Callable[[str], list[LastScan]] | None = None


def tell(teller: Callable[[str], list[LastScan]]) -> None:
    """Register the function that knows when a list (by name) was last compared with what is here."""
    global _teller  # noqa: PLW0603 - one teller a process, set when apps are made ready
    _teller = teller


def growth_of(row: ProviderList) -> tuple[Growth, ...]:
    """Return how a list in service has grown, for each place that was looked at again, or as a whole; else nothing."""
    if row.live_since is None:
        return ()
    scans = _teller(row.name) if _teller else []
    if not scans:
        return (Growth(scan=None, entries=_came(row, since=row.live_since)),)
    return tuple(Growth(scan=each, entries=_came(row, since=each.began_at, version=each.version)) for each in scans)


def _came(row: ProviderList, *, since: datetime, version: int | None = None) -> int:
    versions = row.versions.filter(number__lte=row.version)
    later = versions.filter(made_at__gt=since) if version is None else versions.filter(number__gt=version)
    added = row.changes.filter(at__gt=since).exclude(line__contains='"withdrawn_at":').count()
    return added + sum(
        outcomes.get(str(each), 0) for outcomes in later.values_list("outcomes", flat=True) for each in _NEW
    )
