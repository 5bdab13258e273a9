"""Refuse a proposal, withdraw a token: one person is enough to stop, and it holds within a second everywhere."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction

from shelterwood.web.hall.audit.services import record
from shelterwood.web.provider.basis import actions, live
from shelterwood.web.provider.basis.models import Token, TokenState
from shelterwood.web.provider.basis.policy import check_step, person_of

if TYPE_CHECKING:
    import uuid
    from datetime import datetime

    from shelterwood.web.hall.access.actors import Actor
    from shelterwood.web.hall.audit.actions import Action

__all__ = ["refuse_token", "withdraw_token"]


@transaction.atomic
def refuse_token(*, token_id: uuid.UUID, actor: Actor, now: datetime) -> Token:
    """Refuse a proposal, or take one's own back; raise StepNotPossible for one that is issued."""
    return _end(token_id, state=TokenState.REFUSED, action=actions.TOKEN_REFUSED, actor=actor, now=now)


@transaction.atomic
def withdraw_token(*, token_id: uuid.UUID, actor: Actor, now: datetime) -> Token:
    """Withdraw a token that is in force; detection under it is over. Raise StepNotPossible for any other."""
    return _end(token_id, state=TokenState.WITHDRAWN, action=actions.TOKEN_WITHDRAWN, actor=actor, now=now)


def _end(token_id: uuid.UUID, *, state: TokenState, action: Action, actor: Actor, now: datetime) -> Token:
    token = Token.objects.select_for_update().get(pk=token_id)
    check_step(TokenState(token.state), state, what="token")
    token.state, token.ended_by_id, token.ended_at = state, person_of(actor), now
    token.save(update_fields=["state", "ended_by", "ended_at"])
    live.changed()
    record(action=action, actor=actor, object_ref=f"token:{token.name}", now=now)
    return token
