"""Into service and out of it: one person proposes, another approves; one alone is enough to stop."""

from __future__ import annotations

import shutil
from functools import partial
from typing import TYPE_CHECKING

from django.db import transaction

from shelterwood.errors import ShelterwoodError
from shelterwood.web.hall.audit.services import record
from shelterwood.web.provider.basis.policy import check_second_person, person_of
from shelterwood.web.provider.lists import actions, publishing, storage
from shelterwood.web.provider.lists.policy import missing
from shelterwood.web.provider.lists.services.registering import list_ref, locked
from shelterwood.web.provider.lists.states import ListState, check_step

if TYPE_CHECKING:
    from datetime import datetime

    from shelterwood.web.hall.access.actors import Actor
    from shelterwood.web.provider.lists.models import ProviderList

__all__ = ["ListNotReady", "approve", "disable", "enable", "propose", "return_proposal", "withdraw"]


class ListNotReady(ShelterwoodError):
    """A list lacks something that every list in service has."""


def _check_ready(row: ProviderList) -> None:
    lacking = missing(row)
    if lacking:
        raise ListNotReady(f"The list lacks: {', '.join(lacking)}.", remedy="Its page says how to get there.")


@transaction.atomic
def propose(*, row: ProviderList, actor: Actor, now: datetime) -> None:
    """Propose a list for service; raise ListNotReady, ListStepNotPossible or PersonNeeded."""
    row, person = locked(row), person_of(actor)
    _check_ready(row)
    check_step(row.state, ListState.PROPOSED)
    row.state, row.proposed_by_id, row.proposed_at = ListState.PROPOSED, person, now
    row.save()
    codes = {"version": str(row.version)}
    record(action=actions.LIST_PROPOSED, actor=actor, object_ref=list_ref(row), now=now, codes=codes)


@transaction.atomic
def return_proposal(*, row: ProviderList, actor: Actor, now: datetime) -> None:
    """Say no to a proposal: the list is where it was before."""
    row = locked(row)
    check_step(row.state, ListState.CHECKED)
    row.state, row.proposed_by, row.proposed_at = ListState.CHECKED, None, None
    row.save()
    record(action=actions.LIST_RETURNED, actor=actor, object_ref=list_ref(row), now=now)


@transaction.atomic
def approve(*, row: ProviderList, actor: Actor, now: datetime) -> None:
    """Put a proposed list in service, as the second person; raise SecondPersonNeeded, ListNotReady and others."""
    row = locked(row)
    check_step(row.state, ListState.LIVE)
    if row.state != ListState.PROPOSED or row.proposed_by is None:
        raise ListNotReady("Nobody has proposed the list.", remedy="One person proposes, another approves.")
    row.solo = check_second_person(row.proposed_by, actor=actor)
    _check_ready(row)
    row.state, row.approved_by_id, row.live_since = ListState.LIVE, person_of(actor), now
    row.save()
    publishing.changed()
    codes = {"version": str(row.version), "people": "1" if row.solo else "2"}
    record(action=actions.LIST_APPROVED, actor=actor, object_ref=list_ref(row), now=now, codes=codes)


@transaction.atomic
def disable(*, row: ProviderList, actor: Actor, now: datetime) -> None:
    """Take a list out of service for a while; one person is enough."""
    row = locked(row)
    check_step(row.state, ListState.DISABLED)
    row.state = ListState.DISABLED
    row.save()
    publishing.changed()
    record(action=actions.LIST_DISABLED, actor=actor, object_ref=list_ref(row), now=now)


@transaction.atomic
def enable(*, row: ProviderList, actor: Actor, now: datetime) -> None:
    """Put a list that was out of service for a while back, on the word of the two who put it in."""
    row = locked(row)
    check_step(row.state, ListState.LIVE)
    _check_ready(row)
    row.state = ListState.LIVE
    row.save()
    publishing.changed()
    record(action=actions.LIST_ENABLED, actor=actor, object_ref=list_ref(row), now=now)


@transaction.atomic
def withdraw(*, row: ProviderList, actor: Actor, now: datetime) -> None:
    """Take a list out of service for good; when that has committed, its files are removed."""
    row = locked(row)
    check_step(row.state, ListState.WITHDRAWN)
    row.state = ListState.WITHDRAWN
    row.save()
    publishing.changed()
    folders = set(row.versions.values_list("folder", flat=True))
    transaction.on_commit(partial(_remove, frozenset(folders), str(row.pk)))
    record(action=actions.LIST_WITHDRAWN, actor=actor, object_ref=list_ref(row), now=now)


def _remove(folders: frozenset[str], list_id: str) -> None:
    for folder in folders:
        shutil.rmtree(storage.folder_of(folder), ignore_errors=True)
    for log in storage.home().glob(f"{list_id}-*.changes"):
        log.unlink(missing_ok=True)
