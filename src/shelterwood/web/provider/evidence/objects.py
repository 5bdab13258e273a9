"""What the pages of single objects read: ids, clock, holds and custody record; never content, digest or file name."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Final

from django.db.models import Q
from django.utils.dateparse import parse_datetime

from shelterwood.policy import EvidenceMode
from shelterwood.vault import Act, PurgeReason, Purpose, VaultFault
from shelterwood.web.hall.access.actors import ActorKind
from shelterwood.web.hall.accounts.models import Account
from shelterwood.web.provider.evidence.models import EvidenceHold, EvidenceObject
from shelterwood.web.provider.evidence.opening import vault
from shelterwood.web.provider.evidence.queries import standing
from shelterwood.web.provider.evidence.services.sealing import name_of
from shelterwood.web.provider.evidence.states import Clock, EvidenceState, Held, HoldReason, Kept, LiftReason
from shelterwood.web.provider.evidence.wording import ACTS, ENDS, HOLD_REASONS, LIFT_REASONS, MODES, PURPOSES

if TYPE_CHECKING:
    import uuid
    from collections.abc import Iterable
    from datetime import datetime

    from django.db.models import QuerySet

    from shelterwood.vault.chain import Line

__all__ = ["ON_A_PAGE", "CustodyLine", "HoldOfObject", "ObjectInRow", "ObjectSeen", "ObjectsPage", "Wanted", "find",
           "objects", "one"]  # fmt: skip

ON_A_PAGE: Final = 50
_SOON: Final = timedelta(days=7)
# What a custody record says that no page shows: what the object is.
_NOT_SHOWN: Final = frozenset({"act", "at", "by", "media_type", "sha256", "size", "sealed_sha256", "sealed_size"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """Which objects: `name` is the id of an object or of its event; pages count from 1."""

    kept: Kept = Kept.HERE
    clock: Clock = Clock.ANY
    held: Held = Held.ANY
    name: uuid.UUID | None = None
    page: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class ObjectInRow:
    """One object in the table of all; `held_until` is the last end of its holds."""

    id: uuid.UUID
    event_id: uuid.UUID
    mode: str
    is_here: bool
    sealed_at: datetime
    expires_at: datetime
    ends_because: str
    held_until: datetime | None
    purged_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ObjectsPage:
    """One page of the table, those that end first at the top; `all` fit."""

    rows: tuple[ObjectInRow, ...]
    all: int
    page: int

    @property
    def earlier(self) -> int | None:
        """The number of the page before."""
        return self.page - 1 if self.page > 1 else None

    @property
    def later(self) -> int | None:
        """The number of the page after."""
        return self.page + 1 if self.page * ON_A_PAGE < self.all else None


@dataclass(frozen=True, slots=True, kw_only=True)
class HoldOfObject:
    """A hold, standing or over; names are of people of this house, "" where none is known."""

    id: uuid.UUID
    authority: str
    reference: str
    reason: str
    set_at: datetime
    set_by: str
    until: datetime
    stands: bool
    lifted_at: datetime | None
    lifted_by: str
    lifted_because: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CustodyLine:
    """One line of the custody record in words: when, what, who, and its codes."""

    at: datetime | None
    act: str
    by: str
    codes: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ObjectSeen:
    """One object with its holds, the latest first, and its custody record; `fault` is why that cannot be shown."""

    object: ObjectInRow
    proof: str
    holds: tuple[HoldOfObject, ...]
    custody: tuple[CustodyLine, ...]
    fault: str
    now: datetime

    @property
    def is_past_its_end(self) -> bool:
        """Whether only a hold, or the minute until the next round, keeps it."""
        return self.object.is_here and self.object.expires_at <= self.now


def objects(wanted: Wanted, *, now: datetime) -> ObjectsPage:
    """Return the objects that fit, those that end first at the top."""
    rows = _fitting(wanted, now=now)
    begin = (wanted.page - 1) * ON_A_PAGE
    found = list(rows.order_by("expires_at", "pk")[begin : begin + ON_A_PAGE])
    ends = _last_ends(found, now=now)
    return ObjectsPage(rows=tuple(_row(row, ends.get(row.pk)) for row in found), all=rows.count(), page=wanted.page)


def find(name: uuid.UUID) -> EvidenceObject | None:
    """Return the object with this id, or that of the event with this id."""
    return EvidenceObject.objects.filter(Q(pk=name) | Q(event_id=name)).first()


def one(row: EvidenceObject, *, now: datetime) -> ObjectSeen:
    """Return everything that its page shows."""
    custody, fault = _custody(row)
    return ObjectSeen(
        object=_row(row, _last_ends([row], now=now).get(row.pk)),
        proof=row.proof,
        holds=_holds(row, now=now),
        custody=custody,
        fault=fault,
        now=now,
    )


def _fitting(wanted: Wanted, *, now: datetime) -> QuerySet[EvidenceObject]:
    rows = EvidenceObject.objects.all()
    if wanted.kept is not Kept.ALL:
        destroyed = Q(state=EvidenceState.PURGED)
        rows = rows.filter(destroyed if wanted.kept is Kept.DESTROYED else ~destroyed)
    if wanted.clock is not Clock.ANY:
        rows = rows.filter(expires_at__lte=now + _SOON if wanted.clock is Clock.SOON else now)
    if wanted.held is not Held.ANY:
        held = Q(pk__in=standing(now).values("object_id"))
        rows = rows.filter(held if wanted.held is Held.YES else ~held)
    return rows.filter(Q(pk=wanted.name) | Q(event_id=wanted.name)) if wanted.name else rows


def _last_ends(rows: Iterable[EvidenceObject], *, now: datetime) -> dict[uuid.UUID, datetime]:
    holds = standing(now).filter(object__in=list(rows)).order_by("until")
    return {hold.object_id: hold.until for hold in holds}


def _row(row: EvidenceObject, held_until: datetime | None) -> ObjectInRow:
    return ObjectInRow(
        id=row.pk,
        event_id=row.event_id,
        mode=MODES[EvidenceMode(row.mode)],
        is_here=row.state != EvidenceState.PURGED,
        sealed_at=row.sealed_at,
        expires_at=row.expires_at,
        ends_because=ENDS[PurgeReason(row.ends_because)],
        held_until=held_until,
        purged_at=row.purged_at,
    )


def _holds(row: EvidenceObject, *, now: datetime) -> tuple[HoldOfObject, ...]:
    rows = row.holds.select_related("set_by", "lifted_by").order_by("-until")
    return tuple(_hold(hold, now=now) for hold in rows)


def _hold(hold: EvidenceHold, *, now: datetime) -> HoldOfObject:
    return HoldOfObject(
        id=hold.pk,
        authority=hold.authority,
        reference=hold.reference,
        reason=HOLD_REASONS[HoldReason(hold.reason)] if hold.reason else "Not said",
        set_at=hold.set_at,
        set_by=hold.set_by.name if hold.set_by else "",
        until=hold.until,
        stands=hold.lifted_at is None and hold.until > now,
        lifted_at=hold.lifted_at,
        lifted_by=hold.lifted_by.name if hold.lifted_by else "",
        lifted_because=LIFT_REASONS[LiftReason(hold.lifted_because)] if hold.lifted_because else "",
    )


def _custody(row: EvidenceObject) -> tuple[tuple[CustodyLine, ...], str]:
    try:
        lines = vault().record(name_of(row)).lines
    except VaultFault as error:
        return (), error.explain()
    names = _names_of(lines)
    return tuple(_line(line, names) for line in lines), ""


def _names_of(lines: Iterable[Line]) -> dict[str, str]:
    """Return the names of the people in a record, by how it writes them."""
    kinds = {line.text("by").partition(":")[::2] for line in lines}
    people = Account.objects.filter(pk__in=[name for kind, name in kinds if kind == ActorKind.PERSON])
    return {f"{ActorKind.PERSON}:{person.pk}": person.name for person in people}


def _line(line: Line, names: dict[str, str]) -> CustodyLine:
    act, by = line.text("act"), line.text("by")
    codes = sorted((name, str(value)) for name, value in line.fields.items() if name not in _NOT_SHOWN)
    return CustodyLine(
        at=parse_datetime(line.text("at")),
        act=ACTS[Act(act)] if act in set(Act) else act,
        by=names.get(by, by),
        codes=tuple((name, _in_words(name, value)) for name, value in codes),
    )


def _in_words(name: str, value: str) -> str:
    return PURPOSES[Purpose(value)] if name == "purpose" and value in set(Purpose) else value
