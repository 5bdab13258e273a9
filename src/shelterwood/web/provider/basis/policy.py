"""Who may be the second person, and which steps keys and tokens can take."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, Final

from shelterwood.errors import ShelterwoodError
from shelterwood.web.hall.access.actors import Actor, ActorKind
from shelterwood.web.hall.accounts import solo
from shelterwood.web.provider.basis.models import KeyState, TokenState

if TYPE_CHECKING:
    from collections.abc import Mapping
    from enum import StrEnum

    from shelterwood.web.hall.accounts.models import Account

__all__ = [
    "KEY_STEPS",
    "TOKEN_STEPS",
    "PersonNeeded",
    "SecondPersonNeeded",
    "StepNotPossible",
    "check_second_person",
    "check_step",
    "person_of",
]

KEY_STEPS: Final[Mapping[KeyState, frozenset[KeyState]]] = {
    KeyState.PROPOSED: frozenset({KeyState.REGISTERED, KeyState.REFUSED}),
    KeyState.REGISTERED: frozenset({KeyState.REVOKED}),
    KeyState.REFUSED: frozenset(),
    KeyState.REVOKED: frozenset(),
}

TOKEN_STEPS: Final[Mapping[TokenState, frozenset[TokenState]]] = {
    TokenState.PROPOSED: frozenset({TokenState.ISSUED, TokenState.REFUSED}),
    TokenState.ISSUED: frozenset({TokenState.WITHDRAWN, TokenState.REPLACED}),
    TokenState.REFUSED: frozenset(),
    TokenState.WITHDRAWN: frozenset(),
    TokenState.REPLACED: frozenset(),
}


class PersonNeeded(ShelterwoodError):
    """A machine, a key or the command line tried what only a person with an account answers for."""


class SecondPersonNeeded(ShelterwoodError):
    """The person who proposed something tried to put it in force."""


class StepNotPossible(ShelterwoodError):
    """A key or token is not in a state from which this step leads on."""


def person_of(actor: Actor) -> uuid.UUID:
    """Return the account id of `actor`; raise PersonNeeded if it is no person."""
    if actor.kind is not ActorKind.PERSON:
        raise PersonNeeded("Only a person answers for a legal basis.", remedy="Sign in, and do it there.")
    return uuid.UUID(actor.id)


def check_second_person(first: Account, *, actor: Actor) -> bool:
    """Return whether the second person is waived (solo mode); raise SecondPersonNeeded if `actor` is the first."""
    if person_of(actor) != first.pk:
        return False
    if solo.current() is None:
        raise SecondPersonNeeded(
            "You proposed this. Another person puts it in force.",
            remedy="Ask a colleague who may; only a service of one person (solo mode) waives this, in public.",
        )
    return True


def check_step(was: StrEnum, to: StrEnum, *, what: str) -> None:
    """Raise StepNotPossible unless the table of steps leads from `was` to `to`."""
    steps: Mapping[StrEnum, frozenset[StrEnum]] = KEY_STEPS if isinstance(to, KeyState) else TOKEN_STEPS  # type: ignore[assignment]  # both tables are of StrEnums
    if to not in steps[was]:
        raise StepNotPossible(
            f"This {what} is {was}; it cannot become {to}.", remedy="Look at it again: somebody was quicker."
        )
