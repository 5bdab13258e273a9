"""The verbs of banks: each changes a list through the services of the lists, under the rules of the lists.

The line in the record is that of the list's own verb, written last.
"""

from __future__ import annotations

import re
import uuid
from datetime import timedelta
from typing import TYPE_CHECKING, Final

from django.db import transaction

from shelterwood.errors import ShelterwoodError
from shelterwood.web.hall.access.actors import Actor
from shelterwood.web.hall.audit.services import record
from shelterwood.web.provider.hma import actions
from shelterwood.web.provider.hma.asking import AskedNotUnderstood
from shelterwood.web.provider.hma.models import ENABLED, LONGEST_NOTE, OFF, BankContent, BankSignal
from shelterwood.web.provider.lists import services as lists
from shelterwood.web.provider.lists.models import ProviderList
from shelterwood.web.provider.lists.services.registering import list_ref, locked
from shelterwood.web.provider.lists.states import ListKind, ListState

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import datetime

    from shelterwood.scanning import Match

__all__ = [
    "Added", "BankExists", "BankNotOurs", "add_content", "delete_content", "enable_due", "make_bank", "note_content",
    "numbers_of", "set_content", "switch_bank", "withdraw_bank",
]  # fmt: skip

BANK_NAME: Final = re.compile(r"[A-Z_][A-Z0-9_]{0,63}")
LONGEST_OFF: Final = timedelta(days=5 * 366)
_KEEPER = Actor.system("keeper")


class BankExists(ShelterwoodError):
    """There is, or was, a list of this name."""


class BankNotOurs(ShelterwoodError):
    """The bank is a list that its owner delivers: it is not written to here."""


@transaction.atomic
def make_bank(*, name: str, owner: str, actor: Actor, now: datetime) -> ProviderList:
    """Make an empty list of our own; it is looked up once two people put it in service. Raises BankExists."""
    if not BANK_NAME.fullmatch(name):
        raise AskedNotUnderstood(
            "The name of a bank is 1 to 64 of A-Z, 0-9 and _, and does not begin with a digit.",
            remedy="Choose another name.",
        )
    if ProviderList.objects.filter(name=name).exists():
        raise BankExists("There is, or was, a bank of this name.", remedy="Choose another name.")
    row = lists.register_list(name=name, owner=owner, kind=ListKind.OWN, actor=actor, now=now)
    lists.begin_empty(row=row, actor=actor, now=now)
    row.refresh_from_db()
    return row


def switch_bank(*, bank: ProviderList, on: bool, actor: Actor, now: datetime) -> None:
    """Take a bank out of service for a while, or put it back; raise ListStepNotPossible where it was never there."""
    _refuse_delivered(bank)
    if on and bank.state != ListState.LIVE:
        lists.enable(row=bank, actor=actor, now=now)
    elif not on and bank.state == ListState.LIVE:
        lists.disable(row=bank, actor=actor, now=now)
    bank.refresh_from_db()


def withdraw_bank(*, bank: ProviderList, actor: Actor, now: datetime) -> None:
    """Take a bank out of service for good; what was decided about its content stays in the record."""
    _refuse_delivered(bank)
    lists.withdraw(row=bank, actor=actor, now=now)


class Added:
    """Content that is in a bank; `made` is false where it was there already."""

    def __init__(self, content: BankContent, *, made: bool) -> None:
        self.content = content
        self.made = made


@transaction.atomic
def add_content(
    *,
    bank: ProviderList,
    fingerprints: Mapping[str, str],
    note: str = "",
    content_id: str = "",
    actor: Actor,
    now: datetime,
) -> Added:
    """Add content by its fingerprints, canonical and by kind; the same ones again are the same content.

    Raises BankNotOurs, EntryNotAdded (it reaches the benign set), AskedNotUnderstood (the note is too long).
    """
    _refuse_delivered(bank)
    bank = locked(bank)
    same = _same(bank, fingerprints)
    if same is not None:
        return Added(same, made=False)
    made = BankContent.objects.create(
        list=bank,
        source=bank.name,
        entry=uuid.uuid4().hex,
        note=_short(note),
        content_id=_short(content_id, most=200),
        numbered_at=now,
    )
    BankSignal.objects.bulk_create(BankSignal(content=made, kind=k, value=v) for k, v in sorted(fingerprints.items()))
    lists.add_entry(row=bank, entry_id=made.entry, fingerprints=fingerprints, actor=actor, now=now)
    return Added(made, made=True)


@transaction.atomic
def delete_content(*, bank: ProviderList, content: BankContent, actor: Actor, now: datetime) -> None:
    """Take content out of its list for good: of a delivered list too, against every later delivery."""
    locked(bank)
    BankContent.objects.filter(pk=content.pk).update(deleted_at=now)
    lists.withdraw_entry(row=bank, source=content.source, entry_id=content.entry, actor=actor, now=now)


@transaction.atomic
def set_content(*, bank: ProviderList, content: BankContent, until: int, actor: Actor, now: datetime) -> None:
    """Switch content off (0, or until a Unix time at most five years ahead) or on (1); raise AskedNotUnderstood."""
    _refuse_delivered(bank)
    locked(bank)
    content.refresh_from_db()
    soonest, latest = int(now.timestamp()), int((now + LONGEST_OFF).timestamp())
    if until not in (OFF, ENABLED) and not soonest < until <= latest:
        raise AskedNotUnderstood(
            "'disable_until_ts' is 0 (off), 1 (on) or a time within five years.", remedy="Send Unix seconds."
        )
    was_off, content.disable_until = content.is_off, until
    content.save(update_fields=["disable_until"])
    if content.is_off and not was_off:
        lists.withdraw_entry(row=bank, source=content.source, entry_id=content.entry, actor=actor, now=now)
    if was_off and not content.is_off:
        prints = dict(content.signals.values_list("kind", "value"))
        lists.add_entry(row=bank, entry_id=content.entry, fingerprints=prints, actor=actor, now=now)


@transaction.atomic
def note_content(*, bank: ProviderList, content: BankContent, note: str, actor: Actor, now: datetime) -> None:
    """Change the note on content; raise AskedNotUnderstood where it is too long."""
    content.note = _short(note)
    content.save(update_fields=["note"])
    codes = {"content": str(content.pk)}
    record(action=actions.CONTENT_NOTED, actor=actor, object_ref=list_ref(bank), now=now, codes=codes)


def enable_due(now: datetime) -> None:
    """Switch on what was off until now: the keeper's round."""
    due = BankContent.objects.filter(disable_until__gt=ENABLED, disable_until__lte=now.timestamp(), deleted_at=None)
    for content in due.exclude(list__state=ListState.WITHDRAWN).select_related("list"):
        set_content(bank=content.list, content=content, until=ENABLED, actor=_KEEPER, now=now)


def numbers_of(matches: Iterable[Match], *, now: datetime) -> dict[tuple[str, str, str], int]:
    """Return the number of each matched (list, source, entry), given now where it has none yet."""
    keys = list(dict.fromkeys((match.list, match.source, match.entry) for match in matches))
    rows = {row.name: row for row in ProviderList.objects.filter(name__in={name for name, _, _ in keys})}
    numbers = {}
    for name, source, entry in keys:
        found, _ = BankContent.objects.get_or_create(
            list=rows[name], source=source, entry=entry, defaults={"numbered_at": now}
        )
        numbers[name, source, entry] = int(found.pk)
    return numbers


def _same(bank: ProviderList, fingerprints: Mapping[str, str]) -> BankContent | None:
    """Return the content of the bank that has exactly these fingerprints and was not deleted."""
    kind, value = next(iter(fingerprints.items()))
    alike = BankContent.objects.filter(list=bank, deleted_at=None, signals__kind=kind, signals__value=value)
    for content in alike.prefetch_related("signals").order_by("pk"):
        if {signal.kind: signal.value for signal in content.signals.all()} == dict(fingerprints):
            return content
    return None


def _short(text: str, *, most: int = LONGEST_NOTE) -> str:
    if len(text) > most or "\0" in text:
        raise AskedNotUnderstood(f"A note or id has more than {most} characters.", remedy="Shorten it.")
    return text


def _refuse_delivered(bank: ProviderList) -> None:
    if bank.kind != ListKind.OWN:
        raise BankNotOurs(
            "This list is delivered by its owner, and is not written to here.",
            remedy="Content of it can be deleted; everything else is done on the page of the list.",
        )
