"""Reading the record. Whoever calls this for a person writes down that the person looked."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db.models import Subquery

from shelterwood.web.hall.audit.actions import RECORD_VERIFIED
from shelterwood.web.hall.audit.models import ChainHead, Line, SignedHead

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date, datetime

    from django.db.models import QuerySet

    from shelterwood.web.hall.audit.chain import ChainedLine

__all__ = ["ChainState", "Filter", "Page", "beyond_the_head", "chained_lines", "newest", "state_of_chain"]

_ROWS_AT_ONCE = 2000


@dataclass(frozen=True, slots=True, kw_only=True)
class Filter:
    """Which lines: an empty field asks for nothing. `before` pages: only lines of smaller numbers."""

    action: str = ""
    actor: str = ""
    object_ref: str = ""
    since: date | None = None
    until: date | None = None
    before: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """Lines, newest first; `older` is where the next page starts, or None."""

    lines: list[ChainedLine]
    older: int | None


def newest(wanted: Filter, *, count: int = 50) -> Page:
    """Return the newest `count` lines that fit."""
    rows = list(_rows(wanted)[: count + 1])
    lines = [row.chained() for row in rows[:count]]
    return Page(lines=lines, older=lines[-1].seq if len(rows) > count else None)


def _rows(wanted: Filter) -> QuerySet[Line]:
    rows = Line.objects.order_by("-seq")
    if wanted.action:
        rows = rows.filter(action__startswith=wanted.action)
    if wanted.actor:
        rows = rows.filter(actor=wanted.actor)
    if wanted.object_ref:
        rows = rows.filter(object_ref=wanted.object_ref)
    if wanted.since:
        rows = rows.filter(recorded_at__date__gte=wanted.since)
    if wanted.until:
        rows = rows.filter(recorded_at__date__lte=wanted.until)
    return rows.filter(seq__lt=wanted.before) if wanted.before else rows


def chained_lines(*, up_to: int | None = None) -> Iterator[ChainedLine]:
    """Yield every line in order, a few thousand rows in memory at a time."""
    after = 0
    while True:
        rows = Line.objects.filter(seq__gt=after).order_by("seq")
        rows = rows.filter(seq__lte=up_to) if up_to is not None else rows
        block = list(rows[:_ROWS_AT_ONCE])
        yield from (row.chained() for row in block)
        if len(block) < _ROWS_AT_ONCE:
            return
        after = block[-1].seq


def beyond_the_head() -> list[int]:
    """Return the numbers of lines that lie beyond the head row, the first few: one statement, so one moment."""
    head = ChainHead.objects.filter(pk=1).values("seq")
    return list(Line.objects.filter(seq__gt=Subquery(head)).order_by("seq").values_list("seq", flat=True)[:100])


@dataclass(frozen=True, slots=True, kw_only=True)
class ChainState:
    """How long the record is, and when somebody last made sure of it."""

    lines: int
    checked_at: datetime | None
    checked_lines: int
    faults: int
    signed_at: datetime | None
    signed_seq: int


def state_of_chain() -> ChainState:
    """Return the state of the chain as its own lines and heads tell it; nothing is checked here."""
    check = Line.objects.filter(action=RECORD_VERIFIED.name).order_by("-seq").first()
    head, signed = ChainHead.objects.filter(pk=1).first(), SignedHead.objects.first()
    return ChainState(
        lines=head.seq if head else 0,
        checked_at=check.recorded_at if check else None,
        checked_lines=int(check.codes["lines"]) if check else 0,
        faults=int(check.codes["faults"]) if check else 0,
        signed_at=signed.signed_at if signed else None,
        signed_seq=signed.seq if signed else 0,
    )
