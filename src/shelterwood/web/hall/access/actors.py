"""Who did something, as the record names them: a kind and an id, never a name or an address."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

__all__ = ["OPERATOR", "STRANGER", "Actor", "ActorKind"]


class ActorKind(StrEnum):
    """What sort of actor: a person with an account, the machine, whoever holds the machine's command line, anyone."""

    PERSON = "person"
    SYSTEM = "system"
    OPERATOR = "operator"
    KEY = "key"
    STRANGER = "stranger"


@dataclass(frozen=True, slots=True, kw_only=True)
class Actor:
    """One actor; `id` is an account id, the name of a part of the system, or the id of an API key."""

    kind: ActorKind
    id: str = ""

    def __str__(self) -> str:
        return f"{self.kind}:{self.id}" if self.id else str(self.kind)

    @classmethod
    def person(cls, account_id: object) -> Actor:
        """Return a person, by the id of the account."""
        return cls(kind=ActorKind.PERSON, id=str(account_id))

    @classmethod
    def system(cls, part: str) -> Actor:
        """Return a part of the system that acts by itself, such as `keeper`."""
        return cls(kind=ActorKind.SYSTEM, id=part)


OPERATOR = Actor(kind=ActorKind.OPERATOR)
STRANGER = Actor(kind=ActorKind.STRANGER)
