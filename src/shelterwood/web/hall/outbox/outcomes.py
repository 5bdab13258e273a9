"""How an attempt ends: three values, because all three are normal."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import uuid
    from collections.abc import Callable

__all__ = ["Done", "GiveUp", "NotTried", "Outcome", "Tried", "TryAgain"]


@dataclass(frozen=True, slots=True)
class Done:
    """It has happened; or it happens with `write`, in the very transaction that notes the end of the job.

    `then` is called when that is committed: for what is only tidier, because a death in between leaves it out. A job
    whose lease was lost meanwhile is another's: neither is called.
    """

    write: Callable[[], object] | None = None
    then: Callable[[], object] | None = None


@dataclass(frozen=True, slots=True)
class TryAgain:
    """It has not, and may later; `reason` is a code such as `partner_unreachable`."""

    reason: str


@dataclass(frozen=True, slots=True)
class GiveUp:
    """It has not, and trying again cannot help; `reason` is a code such as `refused_by_schema`."""

    reason: str


Outcome = Done | TryAgain | GiveUp


@dataclass(frozen=True, slots=True)
class NotTried:
    """Its round was over before its turn came: it is put back as if nobody had taken it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Tried:
    """How attempt number `attempt` at a job ended."""

    job_id: uuid.UUID
    attempt: int
    outcome: Outcome | NotTried
