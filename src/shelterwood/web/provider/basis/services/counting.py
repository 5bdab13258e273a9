"""What became of matches, per token and list; above the token's limit detection stops by itself (requirement R6)."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING

from django.db import transaction
from django.db.models import F
from django.db.models.functions import Greatest

from shelterwood.policy import LegalBasisToken, TokenId, must_stop
from shelterwood.web.hall.access.actors import Actor
from shelterwood.web.hall.audit.services import record
from shelterwood.web.provider.basis import actions, live
from shelterwood.web.provider.basis.models import Measured, Token

if TYPE_CHECKING:
    from datetime import datetime

__all__ = ["Outcome", "note_examined", "note_outcome"]

_BASIS = Actor.system("basis")


class Outcome(StrEnum):
    """What became of a match."""

    RIGHT = "right"
    """It is the listed thing."""
    WRONG = "wrong"
    """It is something else."""


@transaction.atomic
def note_outcome(*, token_id: TokenId, list_id: str, outcome: Outcome, now: datetime, actor: Actor = _BASIS) -> None:
    """Count one decided match of a list under the token that it was found under.

    The list is named as in the token's technology. Raises Token.DoesNotExist for a token that is not here. If the rate
    is now above the token's limit, every door refuses from the next second on and the record says since when.
    """
    token = Token.objects.select_for_update().get(name=token_id)
    row, _ = Measured.objects.get_or_create(token=token, list_source=list_id)
    Measured.objects.filter(pk=row.pk).update(
        decided=F("decided") + 1,
        wrong=F("wrong") + (1 if outcome is Outcome.WRONG else 0),
        examined=Greatest(F("examined"), F("decided") + 1),
    )
    live.changed()
    codes = {"list": list_id, "outcome": str(outcome)}
    record(action=actions.OUTCOME_NOTED, actor=actor, object_ref=f"token:{token_id}", now=now, codes=codes)
    _stop_if_above(token, now=now)


@transaction.atomic
def note_examined(*, token_id: TokenId, list_id: str, count: int) -> None:
    """Add what was looked up on a list, about once a minute. It writes no line: the counts of scans have one."""
    row, _ = Measured.objects.get_or_create(token=Token.objects.get(name=token_id), list_source=list_id)
    Measured.objects.filter(pk=row.pk).update(examined=F("examined") + count)
    live.changed()  # once a minute: doors and pages compare with what was counted, not with what once was


def _stop_if_above(token: Token, *, now: datetime) -> None:
    known = live.current(now=now).tokens.get(token.name)
    if token.stopped_at is not None or known is None or not isinstance(known.token, LegalBasisToken):
        return
    stops = [stop for stop in (must_stop(known.token, rates) for rates in known.rates) if stop is not None]
    if not stops:
        return
    token.stopped_at = now
    token.save(update_fields=["stopped_at"])
    codes = {"list": stops[0].rates.list_source, "wrong": str(stops[0].rates.wrong)}
    record(action=actions.DETECTION_STOPPED, actor=_BASIS, object_ref=f"token:{token.name}", now=now, codes=codes)
