"""What pages read about lists, as values: no page touches a table."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from uuid import UUID

from shelterwood.lists import Counts, ListFileNotReadable, format_of
from shelterwood.web.hall.access.permissions import Permission
from shelterwood.web.provider.lists import storage
from shelterwood.web.provider.lists.growth import Growth, growth_of
from shelterwood.web.provider.lists.models import ProviderList
from shelterwood.web.provider.lists.policy import Step, missing, steps
from shelterwood.web.provider.lists.sampling import Forecast, forecast_of
from shelterwood.web.provider.lists.states import UNDER_WAY, ListState, orientations_in

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime
    from pathlib import Path

    from shelterwood.web.hall.access.visitor import Visitor
    from shelterwood.web.provider.lists.models import ImportRun, ListVersion

__all__ = ["FileWaiting", "ListSeen", "Overview", "PublicList", "RunSeen", "VersionSeen", "files_waiting", "in_public",
           "one_list", "overview", "waiting_for"]  # fmt: skip

_VERSIONS_SHOWN = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class VersionSeen:
    """One version as a page shows it: what it holds, what changed, whether it is clean."""

    number: int
    digest: str
    made_at: datetime
    items: int
    perceptual: int
    exact: int
    unmatchable: int
    sentences: tuple[str, ...]
    changes: tuple[tuple[str, int], ...]
    skipped: tuple[tuple[str, int], ...]
    benign_set: str
    hits: int | None
    named: tuple[dict[str, str], ...]
    signed: bool

    @property
    def blind(self) -> str:
        """A word for a list that cannot do much here: "nearly blind here", "exact only", or nothing."""
        if self.unmatchable * 2 > self.items:
            return "nearly blind here"
        return "identical files only" if self.items and self.perceptual * 2 < self.items else ""


@dataclass(frozen=True, slots=True, kw_only=True)
class RunSeen:
    """One import as a page shows it."""

    file: str
    state: str
    rows: int
    began_at: datetime
    sentences: tuple[str, ...]

    @property
    def is_under_way(self) -> bool:
        """Whether more will be said of it."""
        return self.state in UNDER_WAY


@dataclass(frozen=True, slots=True, kw_only=True)
class Overview:
    """One list in the table of all."""

    id: UUID
    name: str
    owner: str
    state: str
    fault: str
    own: bool
    solo: bool
    version: VersionSeen | None
    newest: VersionSeen | None
    lacking: int

    @property
    def held_back(self) -> VersionSeen | None:
        """The newest version, where it is not the one in use."""
        newer = self.newest and self.version and self.newest.number > self.version.number
        return self.newest if newer else None


@dataclass(frozen=True, slots=True, kw_only=True)
class ListSeen(Overview):
    """One list with its path into service."""

    agreement: str
    legal_reference: str
    has_owner_key: bool
    radius: int
    orientations: tuple[str, ...]
    steps: tuple[Step, ...]
    proposed_by: str
    approved_by: str
    live_since: datetime | None
    versions: tuple[VersionSeen, ...]
    runs: tuple[RunSeen, ...]
    withdrawn: tuple[tuple[str, str, datetime], ...]
    forecast: Forecast | None
    forecast_of: int
    uploads_per_day: int
    minutes_per_match: int
    growth: tuple[Growth, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class PublicList:
    """What anyone may know of a list in service."""

    owner: str
    own: bool
    since: datetime
    people: int


@dataclass(frozen=True, slots=True, kw_only=True)
class FileWaiting:
    """A file in the inbox, with the format that its content shows, or why it is none."""

    name: str
    size: int
    format: str


def overview() -> list[Overview]:
    """Return every list, those in service first."""
    rows = ProviderList.objects.prefetch_related("versions").order_by("name")
    order = {state: place for place, state in enumerate([ListState.LIVE, ListState.DISABLED, ListState.PROPOSED])}
    found = [Overview(**_at_a_glance(row, list(row.versions.all()))) for row in rows]
    return sorted(
        found, key=lambda each: (order.get(ListState(each.state), 5 + (each.state == "withdrawn")), each.name)
    )


def _at_a_glance(row: ProviderList, versions: Sequence[ListVersion]) -> dict[str, Any]:
    """Return what every page of lists shows of one: the fields of Overview."""
    current = next((each for each in versions if each.number == row.version), None)
    newest = max(versions, key=lambda each: each.number, default=None)
    return {
        "id": row.pk,
        "name": row.name,
        "owner": row.owner,
        "state": row.state,
        "fault": row.fault,
        "own": row.kind == "own",
        "solo": row.solo,
        "version": _version(current) if current else None,
        "newest": _version(newest) if newest else None,
        "lacking": len(missing(row)),
    }


def one_list(row: ProviderList) -> ListSeen:
    """Return one list with everything its page shows."""
    versions = list(row.versions.order_by("-number")[:_VERSIONS_SHOWN])
    withdrawn = row.changes.filter(line__contains='"withdrawn_at":').order_by("-number")[:_VERSIONS_SHOWN]
    return ListSeen(
        **_at_a_glance(row, versions),
        agreement=row.agreement,
        legal_reference=row.legal_reference,
        has_owner_key=bool(row.owner_key),
        radius=row.radius,
        orientations=tuple(sorted(orientations_in(row.orientations))),
        steps=tuple(steps(row)),
        proposed_by=row.proposed_by.name if row.proposed_by else "",
        approved_by=row.approved_by.name if row.approved_by else "",
        live_since=row.live_since,
        versions=tuple(_version(each) for each in versions),
        runs=_runs(row),
        withdrawn=tuple((each.source, each.entry, each.at) for each in withdrawn),
        forecast=forecast_of(
            pictures=row.forecast_of,
            matched=row.forecast_matched,
            uploads_per_day=row.uploads_per_day,
            minutes_per_match=row.minutes_per_match,
        ),
        forecast_of=row.forecast_of,
        uploads_per_day=row.uploads_per_day,
        minutes_per_match=row.minutes_per_match,
        growth=growth_of(row),
    )


def _version(row: ListVersion) -> VersionSeen:
    counts = Counts.from_json(row.counts)
    return VersionSeen(
        number=row.number,
        digest=row.digest,
        made_at=row.made_at,
        items=counts.items_live,
        perceptual=counts.items_perceptual,
        exact=counts.items_exact_only,
        unmatchable=counts.items_unmatchable,
        sentences=tuple(counts.sentences()),
        changes=tuple((name, count) for name, count in sorted(row.outcomes.items()) if count),
        skipped=tuple(sorted(row.skipped.items())),
        benign_set=row.golden_set,
        hits=row.golden_hits,
        named=tuple(row.golden_named),
        signed=row.signed_at is not None,
    )


def _runs(row: ProviderList) -> tuple[RunSeen, ...]:
    found = list(row.runs.order_by("-pk")[:5])
    doubtful = any(run.state in UNDER_WAY and not run.asked_by for run in found)
    busy = doubtful and storage.is_importing(row)
    return tuple(_run(run, busy=busy) for run in found)


def _run(row: ImportRun, *, busy: bool) -> RunSeen:
    """Return one import; one of the command line has no job that goes on with it when its process is gone."""
    over = row.state in UNDER_WAY and not row.asked_by and not busy
    return RunSeen(
        file=row.file,
        state="interrupted" if over else row.state,
        rows=row.rows,
        began_at=row.began_at,
        sentences=tuple(row.sentences),
    )


def waiting_for(visitor: Visitor) -> int:
    """Return how many proposed lists wait for this person's word; nobody's own does."""
    if not visitor.may(Permission.LIST_APPROVE):
        return 0
    return ProviderList.objects.filter(state=ListState.PROPOSED).exclude(proposed_by=UUID(visitor.account_id)).count()


def in_public() -> list[PublicList]:
    """Return what anyone may know: whose lists are in service, since when, on the word of how many people."""
    return [
        PublicList(owner=row.owner, own=row.kind == "own", since=row.live_since, people=1 if row.solo else 2)
        for row in ProviderList.objects.filter(state=ListState.LIVE).order_by("live_since")
        if row.live_since
    ]


def files_waiting() -> list[FileWaiting]:
    """Return the files of the inbox, by name."""
    paths = sorted(path for path in storage.inbox().iterdir() if path.is_file() and not path.is_symlink())
    return [FileWaiting(name=path.name, size=path.stat().st_size, format=_format(path)) for path in paths]


def _format(path: Path) -> str:
    try:
        return str(format_of(path))
    except (ListFileNotReadable, OSError):
        return "not a list file that is known here"
