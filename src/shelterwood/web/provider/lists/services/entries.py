"""One entry at a time: add one to a list of our own, withdraw one from any list; matched or gone within a second."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from django.db import transaction

from shelterwood.errors import ShelterwoodError
from shelterwood.fingerprints import pdq
from shelterwood.lists import Entry, Withdrawal, shipped_benign_set
from shelterwood.lists.canonical import to_line
from shelterwood.lists.values import EMPTY_FILE_DIGESTS, canonical
from shelterwood.web.hall.audit.services import record
from shelterwood.web.provider.lists import actions, publishing
from shelterwood.web.provider.lists.models import ChangeOfList
from shelterwood.web.provider.lists.services.registering import list_ref, locked
from shelterwood.web.provider.lists.states import ListKind, ListState

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from shelterwood.lists import Record
    from shelterwood.web.hall.access.actors import Actor
    from shelterwood.web.provider.lists.models import ProviderList

__all__ = ["EntryNotAdded", "add_entry", "withdraw_entry"]


class EntryNotAdded(ShelterwoodError):
    """An entry may not be in this list: it is not ours to change, or the entry reaches the benign set."""


@transaction.atomic
def add_entry(
    *, row: ProviderList, entry_id: str, fingerprints: Mapping[str, str], actor: Actor, now: datetime
) -> tuple[Entry, ...]:
    """Add one item with its fingerprints ({"pdq": hex, "md5": hex ...}) to a list of our own.

    Returns the entries as stored. Raises EntryNotAdded, EntryNotValid, ValueNotValid.
    """
    row = locked(row)
    if row.kind != ListKind.OWN or row.state == ListState.WITHDRAWN:
        raise EntryNotAdded(
            "Entries are added one by one only to a list of our own.", remedy="Ask the owner to deliver it."
        )
    entries = tuple(_entry(row, entry_id, kind, value) for kind, value in sorted(fingerprints.items()))
    if not entries:
        raise EntryNotAdded("The entry has no fingerprint.", remedy="Give at least one.")
    for entry in entries:
        _refuse_benign(entry)
        _change(row, entry, now=now)
    codes = {"entry": entry_id[:80], "fingerprints": str(len(entries))}
    record(action=actions.ENTRY_ADDED, actor=actor, object_ref=list_ref(row), now=now, codes=codes)
    return entries


@transaction.atomic
def withdraw_entry(*, row: ProviderList, source: str, entry_id: str, actor: Actor, now: datetime) -> None:
    """Take one item out of a list, with all its fingerprints, against whatever its source delivers later."""
    row = locked(row)
    _change(row, Withdrawal(source=source, entry_id=entry_id, withdrawn_at=now), now=now)
    codes = {"entry": entry_id[:80]}
    record(action=actions.ENTRY_WITHDRAWN, actor=actor, object_ref=list_ref(row), now=now, codes=codes)


def _entry(row: ProviderList, entry_id: str, kind: str, value: str) -> Entry:
    name, text = canonical(kind, value)
    return Entry(source=row.name, entry_id=entry_id, kind=name, value=text, owner=row.owner)


def _change(row: ProviderList, change: Record, *, now: datetime) -> None:
    number, line = publishing.changed(), to_line(change).decode()
    ChangeOfList.objects.create(list=row, number=number, source=change.source, entry=change.entry_id, line=line, at=now)


def _refuse_benign(entry: Entry) -> None:
    """Raise EntryNotAdded where the entry reaches a picture of the benign set, naming it."""
    if entry.value in EMPTY_FILE_DIGESTS:
        raise EntryNotAdded("This is the digest of the empty file.", remedy="Every empty upload would match.")
    for picture in shipped_benign_set():
        digests = {"md5": picture.md5, "sha1": picture.sha1, "sha256": picture.sha256}
        near = entry.kind == "pdq" and picture.codes and _least_distance(entry.value, picture.codes) <= 31
        if near or digests.get(entry.kind) == entry.value:
            raise EntryNotAdded(
                f"This entry reaches '{picture.name}' of the benign set.", remedy="Anyone posts such a picture."
            )


def _least_distance(value: str, codes: bytes) -> int:
    code = np.frombuffer(pdq.parse(value), np.uint8)
    turned = np.frombuffer(codes, np.uint8).reshape(-1, 32)
    return int(np.unpackbits(turned ^ code, axis=1).sum(axis=1).min())
