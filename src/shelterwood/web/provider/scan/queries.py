"""What pages and programs read about detections, as values: counts, states and clocks, never a picture."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from django.db.models import Count, OuterRef

from shelterwood.web.hall.audit.chain import moment
from shelterwood.web.hall.audit.queries import Filter, newest
from shelterwood.web.provider.evidence.queries import is_here
from shelterwood.web.provider.scan.actions import DETECTION_VARIANTS
from shelterwood.web.provider.scan.models import Detection, DetectionMatch
from shelterwood.web.provider.scan.states import HoldState

if TYPE_CHECKING:
    import uuid
    from collections.abc import Iterable
    from datetime import date, datetime

    from django.db.models import QuerySet

    from shelterwood.scanning import Match

__all__ = [
    "DayOfDetections", "ItemState", "already_found", "days", "events_due", "events_standing", "item_state",
    "prints_due", "variants_said",
]  # fmt: skip


_WORDS = ("exact", "near", "held", "released", "confirmed")


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemState:
    """Whether an item is to be out of sight, by which event, and until when if nobody decides."""

    hold: HoldState
    event: uuid.UUID | None = None
    release_at: datetime | None = None

    @property
    def is_hidden(self) -> bool:
        """Whether the public may not see the item."""
        return self.hold in {HoldState.HELD, HoldState.CONFIRMED}


@dataclass(frozen=True, slots=True, kw_only=True)
class DayOfDetections:
    """One day: how many events, and how many of them stand how."""

    day: date
    exact: int
    near: int
    held: int
    released: int
    confirmed: int

    @property
    def found(self) -> int:
        """How many events there were."""
        return self.exact + self.near


def item_state(*, item: str, service: str) -> ItemState:
    """Return what an item's events say together: out of sight as long as one of them is."""
    events = Detection.objects.filter(item=item, service=service).order_by("-found_at")
    for hold in (HoldState.CONFIRMED, HoldState.HELD, HoldState.RELEASED):
        found = events.filter(hold=hold).first()
        if found is not None:
            due = found.release_at if hold is HoldState.HELD else None
            return ItemState(hold=hold, event=found.pk, release_at=due)
    return ItemState(hold=HoldState.NOT_HELD)


def already_found(*, item: str, service: str, matches: Iterable[Match]) -> bool:
    """Tell whether earlier events of an item name every entry that it matches now, whatever became of them.

    An item that a person has let go is then not held again by every later look.
    """
    wanted = {(match.list, match.source, match.entry) for match in matches}
    known = DetectionMatch.objects.filter(detection__item=item, detection__service=service)
    return bool(item) and wanted <= set(known.values_list("list_name", "source", "entry"))


def days(*, most: int = 30) -> list[DayOfDetections]:
    """Return the latest days on which something was found, the newest first."""
    grouped = Detection.objects.values("found_at__date", "exactness", "hold").annotate(n=Count("id"))
    counts: dict[date, dict[str, int]] = {}
    for row in grouped.order_by():
        day = counts.setdefault(row["found_at__date"], {})
        for word in (row["exactness"], row["hold"]):
            day[word] = day.get(word, 0) + row["n"]
    return [
        DayOfDetections(day=day, **{word: found.get(word, 0) for word in _WORDS})
        for day, found in sorted(counts.items(), reverse=True)[:most]
    ]


def prints_due(now: datetime) -> QuerySet[Detection]:
    """Return events that still have fingerprints, although the clock of these has ended and no object is here."""
    return Detection.objects.filter(~is_here(OuterRef("pk")), prints_ended_at=None, prints_end_at__lte=now)


def events_due(now: datetime) -> QuerySet[Detection]:
    """Return events that still say what they are about, although their clock has ended and no object is here.

    What is held is not among them: its release comes first, in the same round.
    """
    over = Detection.objects.filter(~is_here(OuterRef("pk")), ended_at=None, ends_at__lte=now)
    return over.exclude(hold=HoldState.HELD)


def events_standing() -> int:
    """Return how many events have not ended."""
    return Detection.objects.filter(ended_at=None).count()


def variants_said(now: datetime, *, within: timedelta = timedelta(days=7)) -> frozenset[str]:
    """Return the detections (as the record names them) at which an account was said to send many near variants."""
    lines = newest(Filter(action=DETECTION_VARIANTS.name, since=(now - within).date()), count=1000).lines
    return frozenset(line.object_ref for line in lines if line.at > moment(now - within))
