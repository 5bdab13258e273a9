"""The verbs of looking again, and the only writers of its table: begin or go on, count, stop, end."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from django.db import transaction

from shelterwood.errors import ShelterwoodError
from shelterwood.policy import TokenId
from shelterwood.web.hall.audit.services import record
from shelterwood.web.provider.basis.services import note_examined
from shelterwood.web.provider.lists.models import ProviderList
from shelterwood.web.provider.lists.states import ListState
from shelterwood.web.provider.rescan import actions
from shelterwood.web.provider.rescan.models import RescanRun
from shelterwood.web.provider.rescan.states import UNFINISHED, ItemOutcome, RunState, may_move

if TYPE_CHECKING:
    from datetime import datetime

    from shelterwood.web.hall.access.actors import Actor
    from shelterwood.web.hall.audit.actions import Action
    from shelterwood.web.provider.keys.holding import KeyHeld

__all__ = ["Counted", "ListNotInService", "Wanted", "begin", "count", "end", "refuse", "run_ref", "stop"]


class ListNotInService(ShelterwoodError):
    """The version of a list that hosted media are to be compared with is not in service."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What somebody wants: which list has grown (to which version; None is the one in service), over which items."""

    list_name: str
    list_version: int | None
    source_mark: str
    in_all: int
    per_second: int
    again: bool = False  # drop a run over these items that has not ended, instead of going on with it


@dataclass(slots=True, kw_only=True)
class Counted:
    """What came of items since the last time it was written down."""

    outcomes: Counter[ItemOutcome] = field(default_factory=Counter)
    reasons: Counter[str] = field(default_factory=Counter)

    def add(self, outcome: ItemOutcome, *, reason: str = "") -> None:
        """Count one item."""
        self.outcomes[outcome] += 1
        if reason:
            self.reasons[reason] += 1


def run_ref(run: RescanRun) -> str:
    """Return how the record names a run."""
    return f"rescan:{run.pk}"


@transaction.atomic
def begin(*, wanted: Wanted, key: KeyHeld, actor: Actor, now: datetime) -> RescanRun:
    """Begin a run, or go on with the one over the same items that has not ended; raise ListNotInService."""
    versions = _in_service(wanted)
    unfinished = RescanRun.objects.select_for_update().filter(key_id=key.id, state__in=UNFINISHED)
    run = unfinished.filter(source_mark=wanted.source_mark).first()
    if run is not None and not wanted.again:
        return _go_on(run, per_second=wanted.per_second, actor=actor, now=now)
    if run is not None:
        _move(run, RunState.DROPPED, action=actions.RESCAN_DROPPED, why="begun_again", actor=actor, now=now)
    run = RescanRun.objects.create(
        key_id=key.id,
        token_id=key.token_id,
        list_name=wanted.list_name,
        list_version=versions[wanted.list_name],
        versions=versions,
        source_mark=wanted.source_mark,
        in_all=wanted.in_all,
        per_second=wanted.per_second,
        began_at=now,
    )
    codes = {"key": str(key.id), "token": key.token_id, "list": wanted.list_name, "version": str(run.list_version)}
    record(action=actions.RESCAN_BEGAN, actor=actor, object_ref=run_ref(run), now=now, codes=codes)
    return run


def _in_service(wanted: Wanted) -> dict[str, int]:
    """Return the version of every list in service, by name."""
    versions = dict(ProviderList.objects.filter(state=ListState.LIVE).values_list("name", "version"))
    here = versions.get(wanted.list_name)
    if here is None:
        raise ListNotInService(
            f"The list '{wanted.list_name}' is not in service.", remedy="'shelterwood provider-list status' shows all."
        )
    if wanted.list_version not in {None, here}:
        raise ListNotInService(
            f"Version {wanted.list_version} of '{wanted.list_name}' is not in service; version {here} is.",
            remedy="Name that version, or put the other in service first.",
        )
    return versions


def _go_on(run: RescanRun, *, per_second: int, actor: Actor, now: datetime) -> RescanRun:
    run.per_second = per_second
    codes = {"items": str(run.items)}
    return _move(run, RunState.RUNNING, action=actions.RESCAN_WENT_ON, actor=actor, now=now, codes=codes)


@transaction.atomic
def count(*, run: RescanRun, counted: Counted) -> None:
    """Add what was counted to the run, and what was looked up to the token's sample for its error limit (R6).

    In the transaction of an event, if there is one.
    """
    row = RescanRun.objects.select_for_update().get(pk=run.pk)
    for outcome, number in counted.outcomes.items():
        setattr(row, outcome, getattr(row, outcome) + number)
    row.items += counted.outcomes.total()
    row.reasons = dict(sorted((Counter(row.reasons) + counted.reasons).items()))
    row.save()
    looked_up = counted.outcomes.total() - counted.outcomes[ItemOutcome.NOT_SCANNED]
    for name in row.versions if looked_up else ():
        note_examined(token_id=TokenId(row.token_id), list_id=name, count=looked_up)


@transaction.atomic
def stop(*, run: RescanRun, why: str, actor: Actor, now: datetime) -> RescanRun:
    """Stop before the end, because of `why` (a code); it can go on later."""
    return _move(_locked(run), RunState.STOPPED, action=actions.RESCAN_STOPPED, why=why, actor=actor, now=now)


@transaction.atomic
def refuse(*, run: RescanRun | None, key: KeyHeld, why: str, actor: Actor, now: datetime) -> None:
    """Note that the legal basis refused: before a run began (None), or in the middle of one."""
    if run is not None:
        _move(_locked(run), RunState.REFUSED, action=actions.RESCAN_REFUSED, why=why, actor=actor, now=now)
        return
    codes = {"why": why, "key": str(key.id), "token": key.token_id}
    record(action=actions.RESCAN_REFUSED, actor=actor, object_ref="", now=now, codes=codes)


@transaction.atomic
def end(*, run: RescanRun, actor: Actor, now: datetime) -> RescanRun:
    """Note that every item was looked at, and what came of them."""
    row = _locked(run)
    codes = {"items": str(row.items)} | {str(each): str(getattr(row, each)) for each in ItemOutcome}
    return _move(row, RunState.DONE, action=actions.RESCAN_ENDED, actor=actor, now=now, codes=codes)


def _locked(run: RescanRun) -> RescanRun:
    return RescanRun.objects.select_for_update().get(pk=run.pk)


def _move(
    row: RescanRun,
    to: RunState,
    *,
    action: Action,
    why: str = "",
    actor: Actor,
    now: datetime,
    codes: dict[str, str] | None = None,
) -> RescanRun:
    assert may_move(state=RunState(row.state), to=to)  # noqa: S101 - one process at a time works on a run
    row.state, row.why = to, why
    if to not in UNFINISHED:
        row.ended_at, row.source_mark = now, ""
    row.save()
    said = (codes or {}) | ({"why": why} if why else {})
    record(action=action, actor=actor, object_ref=run_ref(row), now=now, codes=said)
    return row
