"""What the keeper does about lists: write what was not written yet, and look whether files are as they should be."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction

from shelterwood.web.hall.access.actors import Actor
from shelterwood.web.hall.audit.services import record
from shelterwood.web.provider.lists import actions, live, publishing, soundness
from shelterwood.web.provider.lists.models import ListVersion, ProviderList
from shelterwood.web.provider.lists.services.registering import list_ref, locked
from shelterwood.web.provider.lists.states import ListState

if TYPE_CHECKING:
    from datetime import datetime

__all__ = ["catch_up", "check_files", "why_not_ready"]

_KEEPER = Actor.system("keeper")


def catch_up(now: datetime) -> None:  # noqa: ARG001 - the keeper's signature
    """Publish what the database says and the files do not: after a start, a crash, a full disk."""
    if publishing.behind():
        publishing.publish()


def check_files(now: datetime) -> None:
    """Compare every file of every list in service with what was checked; what is damaged is not used."""
    for row in ProviderList.objects.filter(state=ListState.LIVE):
        version = ListVersion.objects.get(list=row, number=row.version)
        fault = "" if soundness.is_sound(version) else soundness.FAULT
        if fault != row.fault:
            _note(row, fault, now=now)


@transaction.atomic
def _note(row: ProviderList, fault: str, *, now: datetime) -> None:
    row = locked(row)
    row.fault = fault
    row.save(update_fields=["fault"])
    publishing.changed()
    action = actions.LIST_FAULTY if fault else actions.LIST_SOUND
    record(action=action, actor=_KEEPER, object_ref=list_ref(row), now=now)


def why_not_ready(now: datetime) -> str:
    """Return why lists that should be in service cannot be looked up, in a few words, or ""."""
    if not ProviderList.objects.filter(state=ListState.LIVE).exists():
        return ""
    lists = live.current(now=now)
    if isinstance(lists, live.NotAvailable):
        return lists.sentence
    return "" if lists.change == publishing.last_change() else "a change of lists is not in force yet"
