"""The register of everything that can stand in the record: a dotted name and a sentence saying what it means."""

from __future__ import annotations

from dataclasses import dataclass

from shelterwood.errors import ShelterwoodError

__all__ = [
    "HEAD_SIGNED",
    "PERSONAL_FORGOTTEN",
    "PERSONAL_READ",
    "RECORD_EXPORTED",
    "RECORD_READ",
    "RECORD_VERIFIED",
    "Action",
    "ActionNotRegistered",
    "ActionRegisteredTwice",
    "register",
    "registered",
]


class ActionNotRegistered(ShelterwoodError):
    """A line was to be written with a name that no part of the system has registered."""


class ActionRegisteredTwice(ShelterwoodError):
    """Two parts of the system claim the same name."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Action:
    """One kind of line."""

    name: str
    meaning: str


_REGISTER: dict[str, Action] = {}


def register(name: str, meaning: str) -> Action:
    """Register `name` (dotted, past tense: `account.invited`) and return it; raise ActionRegisteredTwice."""
    if name in _REGISTER:
        raise ActionRegisteredTwice(f"The action '{name}' is registered twice.", remedy="Give one another name.")
    _REGISTER[name] = Action(name=name, meaning=meaning)
    return _REGISTER[name]


def registered() -> dict[str, Action]:
    """Return every action by its name."""
    return dict(_REGISTER)


PERSONAL_READ = register("record.personal-read", "Somebody read what is personal about a line.")
PERSONAL_FORGOTTEN = register("record.personal-forgotten", "What is personal about a line was deleted.")
RECORD_READ = register("record.read", "Somebody looked at the record.")
RECORD_EXPORTED = register("record.exported", "Somebody took a copy of the record's lines.")
RECORD_VERIFIED = register("record.verified", "Somebody had the chain checked; the codes say what was found.")
HEAD_SIGNED = register("record.head-signed", "The installation signed where its chain stands.")
