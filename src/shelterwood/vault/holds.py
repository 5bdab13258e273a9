"""A legal hold: an authority asks, for a reason, that an object be kept until a day. No hold is without an end."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING
from uuid import uuid4

from shelterwood.vault.codes import code, utc
from shelterwood.vault.faults import VaultFault

if TYPE_CHECKING:
    from shelterwood.vault.chain import Line, Value

__all__ = ["HoldNotValid", "LegalHold"]


class HoldNotValid(VaultFault):
    """A hold ends before it begins, or there is no such hold."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LegalHold:
    """`authority` and `reason` are codes (the authority's id, the reference of its request); `until` is outside."""

    hold_id: str
    authority: str
    reason: str
    until: datetime

    @classmethod
    def new(cls, *, authority: str, reason: str, until: datetime, now: datetime) -> LegalHold:
        """Return a hold from `now`; HoldNotValid if its end is not ahead, CodeNotValid if a word is no code."""
        if utc(until) <= utc(now):
            raise HoldNotValid("The end of the hold is not ahead.", remedy="Give a later end, or set no hold.")
        return cls(
            hold_id=str(uuid4()),
            authority=code(authority, what="authority"),
            reason=code(reason, what="reason"),
            until=utc(until),
        )

    @classmethod
    def of(cls, line: Line) -> LegalHold:
        """Read a hold from its line of the custody record."""
        return cls(
            hold_id=line.text("hold"),
            authority=line.text("authority"),
            reason=line.text("reason"),
            until=datetime.fromisoformat(line.text("until")),
        )

    def stands(self, now: datetime) -> bool:
        """Tell whether the hold has not ended."""
        return utc(now) < self.until

    def as_fields(self) -> dict[str, Value]:
        """Return the hold as its line has it."""
        return {
            "hold": self.hold_id,
            "authority": self.authority,
            "reason": self.reason,
            "until": self.until.isoformat(),
        }
