"""One look-up: in the lists in service or some of them, kept as a detection event where it matches.

What could not be looked up ends as an error. HMA answers it with an empty match, which a client reads as "nothing".
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from shelterwood.scanning import EnabledLists, NothingToMatch
from shelterwood.scanning.outcomes import Outcome
from shelterwood.web.provider.hma import queries, services
from shelterwood.web.provider.hma.asking import KINDS
from shelterwood.web.provider.hma.counting import Counted, count
from shelterwood.web.provider.hma.door import not_scanned
from shelterwood.web.provider.lists import live
from shelterwood.web.provider.scan import neighbours
from shelterwood.web.provider.scan.answers import answer
from shelterwood.web.provider.scan.examining import examined
from shelterwood.web.provider.scan.matching import is_ours
from shelterwood.web.provider.scan.services import keep_finding

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from datetime import datetime

    from django.http import HttpResponse

    from shelterwood.scanning import Match
    from shelterwood.web.provider.scan.matching import Finding
    from shelterwood.web.provider.scan.models import Detection
    from shelterwood.web.provider.scan.neighbours import Ground
    from shelterwood.web.provider.scan.services import Upload
    from shelterwood.web.provider.scan.states import KeptState

__all__ = ["Looked", "Sought", "answered", "look", "refuse_unchecked", "why_not"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Sought:
    """What is looked up, for whom, on what ground, in which banks (none named: in all)."""

    upload: Upload
    ground: Ground
    banks: tuple[str, ...]
    find: Callable[[EnabledLists], Finding]
    keep_object: Callable[[Detection], KeptState]


@dataclass(frozen=True, slots=True, kw_only=True)
class Looked:
    """What was found, the number of each match, the event; `idle` are banks that were named and are not in service."""

    finding: Finding
    idle: tuple[str, ...] = ()
    event: str = ""
    numbers: Mapping[tuple[str, str, str], int] = field(default_factory=dict)

    def nearest(self, signal_type: str) -> list[tuple[str, int, int]]:
        """Return (bank, number, distance) of each content that this kind matched, each once, the nearest first."""
        found: dict[tuple[str, int], int] = {}
        for match in self._of(KINDS[signal_type]):
            key = (match.list, self.numbers[match.list, match.source, match.entry])
            found[key] = min(match.distance, found.get(key, match.distance))
        return sorted(((*key, distance) for key, distance in found.items()), key=lambda each: each[2])

    def by_bank(self, signal_type: str) -> dict[str, list[dict[str, object]]]:
        """Return HMA's shape: distances are texts there, because its clients parse them so."""
        banks: dict[str, list[dict[str, object]]] = {}
        for bank, number, distance in self.nearest(signal_type):
            banks.setdefault(bank, []).append({"bank_content_id": number, "distance": str(distance)})
        return banks

    def _of(self, kind: str) -> Iterable[Match]:
        return (match for match in self.finding.matches if match.algorithm == kind)


def look(sought: Sought, *, now: datetime) -> Looked:
    """Look up; a match is kept as an event before this returns. Ends the view where no list can be looked up."""
    queries.banks_named(sought.banks)
    lists = _lists(sought.banks, now=now)
    names = {opened.name for opened in lists.lists}
    idle = tuple(bank for bank in sought.banks if bank not in names)
    finding = sought.find(lists)
    if finding.outcome is Outcome.NOT_SCANNED and not finding.checked:
        raise why_not(str(finding.reason))
    count(Counted.LOOKED_UP)
    examined(finding, token=sought.ground.permitted.token)
    if finding.outcome is not Outcome.MATCH:
        return Looked(finding=finding, idle=idle)
    numbers: dict[tuple[str, str, str], int] = {}
    event = keep_finding(
        finding=finding,
        upload=sought.upload,
        ground=sought.ground,
        keep_object=sought.keep_object,
        then=lambda _made: numbers.update(services.numbers_of(finding.matches, now=now)),
        now=now,
    )
    count(Counted.MATCHED)
    return Looked(finding=finding, idle=idle, event=str(event.pk), numbers=numbers)


def _lists(banks: tuple[str, ...], *, now: datetime) -> EnabledLists:
    found = neighbours.current_lists(now=now)
    if isinstance(found, neighbours.NothingSetUp):
        raise why_not(found.reason)
    if not banks:
        return found
    chosen = [opened for opened in found.lists if opened.name in banks]
    if not chosen:
        raise why_not(str(live.NotAvailableReason.NO_LIST))
    try:
        return EnabledLists.of(chosen, at=found.at, radius=found.radius, reaches=found.reaches)
    except NothingToMatch:
        raise why_not(str(live.NotAvailableReason.NOTHING_MATCHABLE)) from None


def why_not(reason: str) -> Exception:
    """Return the end of a view where `reason` kept us from looking: 503 where it is ours, 400 where the file's."""
    return not_scanned(reason, status=503 if is_ours(reason) else 400, sentence=reason.replace("_", " ") + ".")


def refuse_unchecked(looked: Looked, signal_types: Iterable[str]) -> None:
    """End the view where nothing matched and one of these kinds, which lists in service hold, was not looked up."""
    if any(looked.nearest(each) for each in signal_types):
        return
    checked = looked.finding.checked
    if any(checked.get(KINDS[each], True) is not True for each in signal_types):
        raise why_not(str(looked.finding.reason))


def answered(looked: Looked, data: Mapping[str, object]) -> HttpResponse:
    """Return the answer; what HMA's shapes have no place for is in headers."""
    response = answer(data)
    response.headers["Shelterwood-Outcome"] = str(looked.finding.outcome)
    if looked.finding.reason is not None:
        response.headers["Shelterwood-Reason"] = str(looked.finding.reason)
    if looked.event:
        response.headers["Shelterwood-Event"] = looked.event
    if looked.idle:
        response.headers["Shelterwood-Banks-Idle"] = ",".join(looked.idle)
    return response
