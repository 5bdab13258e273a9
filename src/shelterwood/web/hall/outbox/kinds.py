"""The kinds of jobs, each with the one function that does them; a room registers its own in `ready()`.

    kinds.register("filing.report", file_report)

A handler gets the job, tries once, and returns Done, TryAgain(reason) or GiveUp(reason). It may be killed at any point
and is then called again with the same job: it sends `job.id` as the idempotency key, and remembers each step it has
taken (`job.remember("submitted", report_id)`), which is committed at once. It must end within LEASE; give every call
to a partner a time limit.

What stays in this house needs no partner to remember it: such a handler looks, writes nothing, and returns
Done(write=...). Of such a kind several are taken `at_once`, and their ends wait for the disk together.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from shelterwood.errors import ShelterwoodError
from shelterwood.web.hall.outbox.backing_off import BACK_OFF

if TYPE_CHECKING:
    from shelterwood.web.hall.outbox.at_work import JobAtWork
    from shelterwood.web.hall.outbox.outcomes import Outcome

__all__ = ["KEPT", "LEASE", "Handler", "JobKindNotRegistered", "Kind", "kind_of", "register", "registered", "words_of"]

Handler = Callable[["JobAtWork"], "Outcome"]

LEASE = timedelta(minutes=10)
"""A job that a keeper began and did not end is anybody's again after this."""


KEPT = timedelta(days=90)
"""How long a job that is over stays, unless its kind says otherwise: so long the same key is the same job."""


class JobKindNotRegistered(ShelterwoodError):
    """A job was asked for of a kind that no part of the system does."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """One kind of job; `backoff` is the wait after each attempt, and its length how often is tried again.

    `words` is what people are told that it is; the name, where nothing is said.
    `kept`: a kind of which there are many thousands a day says here how long those stay that are over. `at_once`: so
    many are begun before the ends of all are written in one transaction; a death in between begins all of them anew.
    """

    name: str
    handler: Handler
    words: str
    backoff: tuple[timedelta, ...] = BACK_OFF
    kept: timedelta = KEPT
    at_once: int = 1


_KINDS: dict[str, Kind] = {}


def register(
    name: str,
    handler: Handler,
    *,
    words: str = "",
    backoff: tuple[timedelta, ...] = BACK_OFF,
    kept: timedelta = KEPT,
    at_once: int = 1,
) -> None:
    """Have `handler` do the jobs of kind `name` (dotted); the same name again replaces it."""
    _KINDS[name] = Kind(name=name, handler=handler, words=words or name, backoff=backoff, kept=kept, at_once=at_once)


def registered() -> tuple[Kind, ...]:
    """Return every kind, by name."""
    return tuple(_KINDS[name] for name in sorted(_KINDS))


def words_of(name: str) -> str:
    """Return what people are told that a kind is; its name where no part of the system does it any more."""
    return _KINDS[name].words if name in _KINDS else name


def kind_of(name: str) -> Kind:
    """Return one kind; raise JobKindNotRegistered."""
    if name not in _KINDS:
        raise JobKindNotRegistered(
            f"No part of this service does jobs of the kind '{name}'.",
            remedy="Register its handler with outbox.kinds in the ready() of its app.",
        )
    return _KINDS[name]
