"""Imports that a person asks for on a page: a job of the outbox does them, and begins again where its process died."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from django.db import transaction

from shelterwood.lists import Delivery, ListBusy
from shelterwood.web.hall.access.actors import Actor, ActorKind
from shelterwood.web.hall.outbox import services as outbox
from shelterwood.web.provider.lists import storage
from shelterwood.web.provider.lists.models import ImportRun
from shelterwood.web.provider.lists.services.importing import Delivered, carry_out, end_run, refuse_withdrawn
from shelterwood.web.provider.lists.services.registering import locked
from shelterwood.web.provider.lists.states import UNDER_WAY, ListStepNotPossible, RunState

if TYPE_CHECKING:
    from datetime import datetime

    from shelterwood.web.provider.lists.models import ProviderList

__all__ = ["IMPORT", "ask_for_import", "do_import"]

IMPORT: Final = "lists.import"
"""The kind of the outbox job that does one import."""


@transaction.atomic
def ask_for_import(*, row: ProviderList, file: str, delivery: str = "", actor: Actor, now: datetime) -> ImportRun:
    """Have a file of the inbox imported; it has begun within a second. `delivery`: "" as is usual for its format.

    Raises ListStepNotPossible for a withdrawn list, and while this file is being imported into it.
    """
    row = locked(row)
    refuse_withdrawn(row)
    if row.runs.filter(file=file, state__in=UNDER_WAY).exclude(asked_by="").exists():
        raise ListStepNotPossible("This file is being imported.", remedy="Load the page again to see how far it is.")
    run = ImportRun.objects.create(list=row, file=file, delivery=delivery, asked_by=str(actor), began_at=now)
    outbox.put(kind=IMPORT, key=str(run.pk), payload={"run": run.pk}, now=now)
    return run


def do_import(*, run_id: int, now: datetime) -> bool:
    """Do the import of a run; return whether it is over, one way or the other. False: the list is busy, try again."""
    run = ImportRun.objects.select_related("list", "version").get(pk=run_id)
    if run.state not in UNDER_WAY:
        return True
    try:
        refuse_withdrawn(run.list)
    except ListStepNotPossible as error:
        end_run(run, RunState.FAILED, [error.explain()], now=now)
        return True
    if run.state == RunState.WAITING:
        run.state = RunState.RUNNING
        run.save(update_fields=["state"])
    delivery = Delivery(run.delivery) if run.delivery else None
    delivered = Delivered(path=storage.inbox() / run.file, delivery=delivery)
    try:
        carry_out(run=run, delivered=delivered, actor=_actor(run.asked_by), now=now)
    except ListBusy:
        return False
    return True


def _actor(text: str) -> Actor:
    kind, _, name = text.partition(":")
    return Actor(kind=ActorKind(kind), id=name)
