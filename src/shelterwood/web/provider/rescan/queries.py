"""What the page of looking again shows, and what a list's page asks: how far runs are, when each list was compared."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from shelterwood.web.provider.lists.growth import LastScan
from shelterwood.web.provider.rescan.models import RescanRun
from shelterwood.web.provider.rescan.states import RunState

if TYPE_CHECKING:
    from datetime import datetime

__all__ = ["RunSeen", "last_scans", "runs"]


@dataclass(frozen=True, slots=True, kw_only=True)
class RunSeen:
    """One run: items done of all, what came of them, and why it stopped."""

    state: str
    why: str
    service: str
    surface: str
    key: str
    list_name: str
    list_version: int
    in_all: int
    items: int
    matched: int
    known: int
    unmatched: int
    not_scanned: int
    reasons: tuple[tuple[str, int], ...]
    began_at: datetime
    ended_at: datetime | None

    @property
    def percent(self) -> int:
        """How much is done, rounded down; a source may have grown meanwhile."""
        return min(100, 100 * self.items // self.in_all) if self.in_all else 100


def runs(*, most: int = 50) -> list[RunSeen]:
    """Return the latest runs, the newest first."""
    return [_run(row) for row in RescanRun.objects.select_related("key").order_by("-began_at")[:most]]


def _run(row: RescanRun) -> RunSeen:
    return RunSeen(
        state=row.state,
        why=row.why.replace("_", " "),
        service=row.key.service,
        surface=row.key.surface.replace("_", " "),
        key=row.key.name,
        list_name=row.list_name,
        list_version=row.list_version,
        in_all=row.in_all,
        items=row.items,
        matched=row.matched,
        known=row.known,
        unmatched=row.unmatched,
        not_scanned=row.not_scanned,
        reasons=tuple((reason.replace("_", " "), count) for reason, count in sorted(row.reasons.items())),
        began_at=row.began_at,
        ended_at=row.ended_at,
    )


def last_scans(list_name: str) -> list[LastScan]:
    """Return, for each service and surface, the last run to its end that compared what is here with a list."""
    found: dict[tuple[str, str], LastScan] = {}
    for row in RescanRun.objects.filter(state=RunState.DONE).select_related("key").order_by("began_at"):
        version = row.versions.get(list_name)
        if version is not None:
            place = (row.key.service, row.key.surface.replace("_", " "))
            found[place] = LastScan(service=place[0], surface=place[1], version=version, began_at=row.began_at)
    return [found[place] for place in sorted(found)]
