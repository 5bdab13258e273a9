"""How many uploads were looked up on each list under each token, for the error limit of the token (requirement R6).

Counted in memory by whoever looked, written once a minute by the keeper, together with the other counts. What the
limit compares it with, decided matches and wrong ones, comes from where people decide (`basis.services.note_outcome`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction

from shelterwood.policy import TokenId
from shelterwood.web.hall.running import tallies
from shelterwood.web.provider.basis import live
from shelterwood.web.provider.basis.services import note_examined
from shelterwood.web.provider.lists.models import ProviderList

if TYPE_CHECKING:
    from datetime import datetime

    from shelterwood.web.provider.scan.matching import Finding

__all__ = ["examined", "write"]


def examined(finding: Finding, *, token: str) -> None:
    """Count one upload on every list in which it was looked up by at least one kind of fingerprint."""
    if any(said is True for said in finding.checked.values()):
        for name in finding.lists:
            tallies.tally(_name(token, name))


def write(now: datetime) -> None:
    """Write what has come in since the last time; nothing if there is nothing."""
    with tallies.taken() as found:
        if found:
            _write(found, now=now)


@transaction.atomic
def _write(found: dict[int, int], *, now: datetime) -> None:
    lists = list(ProviderList.objects.values_list("name", flat=True))
    for token in live.current(now=now).tokens:
        for name in lists:
            count = found.get(tallies.mark_of(_name(token, name)), 0)
            if count:
                note_examined(token_id=TokenId(token), list_id=name, count=count)


def _name(token: str, name: str) -> str:
    return f"{token} {name}"
