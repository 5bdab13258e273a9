"""Lists for the web tests, brought into service by the services that do it in earnest; entries are drawn at random."""

from __future__ import annotations

import itertools
import random
from typing import TYPE_CHECKING

import numpy as np
from people import NOW, make_person
from PIL import Image

from shelterwood.web.hall.access.actors import Actor
from shelterwood.web.hall.access.permissions import Role
from shelterwood.web.provider.lists import live, services, storage
from shelterwood.web.provider.lists.models import ProviderList
from shelterwood.web.provider.lists.states import ListKind

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime
    from pathlib import Path

    from shelterwood.web.provider.lists.models import ImportRun

__all__ = ["deliver", "draw_sample", "foresee", "new_list", "pdq_at_random", "put_in_service", "ready_list"]

LEGAL_REFERENCE = "child_abuse_images"
_names = itertools.count(1)


def pdq_at_random(seed: int) -> str:
    return random.Random(seed).randbytes(32).hex()


def manager() -> Actor:
    return Actor.person(make_person(Role.ADMINISTRATOR).pk)


def new_list(*, kind: ListKind = ListKind.DELIVERED, name: str = "", actor: Actor | None = None) -> ProviderList:
    return services.register_list(
        name=name or f"cups-{next(_names)}", owner="Cup watch", kind=kind, actor=actor or manager(), now=NOW
    )


def deliver(
    row: ProviderList, entries: Mapping[str, Mapping[str, str]], *, actor: Actor | None = None, now: datetime = NOW
) -> ImportRun:
    """Import a delivery: {entry id: {kind: value}}, as a whole list."""
    path = storage.inbox() / f"delivery-{next(_names)}.csv"
    lines = [f"{entry},{kind},{value}" for entry, kinds in entries.items() for kind, value in kinds.items()]
    path.write_text("\n".join(["entry_id,kind,value", *lines]) + "\n", encoding="ascii")
    run = services.import_delivery(
        row=row, delivered=services.Delivered(path=path, source="cup-watch"), actor=actor or manager(), now=now
    )
    row.refresh_from_db()
    return run


def draw_sample(folder: Path, pictures: int = 3) -> Path:
    """Draw pictures of soft shapes: the operator's benign sample."""
    folder.mkdir(parents=True, exist_ok=True)
    for seed in range(pictures):
        coarse = np.random.Generator(np.random.PCG64(seed)).integers(0, 255, (12, 16, 3), dtype=np.uint8)
        Image.fromarray(coarse).resize((320, 240), Image.Resampling.BICUBIC).save(folder / f"{seed}.png")
    return folder


def ready_list(entries: Mapping[str, Mapping[str, str]] | None = None) -> ProviderList:
    """Return a list that lacks nothing but two people's word."""
    row, actor = new_list(), manager()
    deliver(row, entries or {"1": {"pdq": pdq_at_random(1)}}, actor=actor)
    foresee(row, actor)
    return row


def foresee(row: ProviderList, actor: Actor) -> None:
    """Write what a list must have, with a forecast that was not made: that starts a child and takes half a second."""
    describe(row, actor)
    ProviderList.objects.filter(pk=row.pk).update(forecast_of=3, uploads_per_day=1000, minutes_per_match=3)
    row.refresh_from_db()


def describe(row: ProviderList, actor: Actor) -> None:
    services.describe_list(
        row=row, agreement="agreement of 3 November 2026", legal_reference=LEGAL_REFERENCE, actor=actor, now=NOW
    )


def prepare(row: ProviderList, folder: Path, actor: Actor) -> None:
    """Write what a list must have, the forecast made from a sample drawn into `folder`."""
    describe(row, actor)
    services.forecast(
        row=row, folder=draw_sample(folder), uploads_per_day=1000, minutes_per_match=3, actor=actor, now=NOW
    )
    row.refresh_from_db()


def put_in_service(row: ProviderList) -> ProviderList:
    """Have two people put a ready list in service, and publish as a commit would."""
    services.propose(row=row, actor=manager(), now=NOW)
    services.approve(row=row, actor=manager(), now=NOW)
    row.refresh_from_db()
    live.forget()
    return row
