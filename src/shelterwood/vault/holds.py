"""A legal hold: an authority asks, for a reason, that an object be kept until a day. No hold is without an end."""

from __future__ import annotations

from dataclasses import dataclass, replace
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
    """All but `until` are codes: who asked, why, and the reference of the request; at `until` the hold is over."""

    hold_id: str
    authority: str
    reason: str
    until: datetime
    reference: str = ""

    @classmethod
    def new(cls, *, authority: str, reason: str, reference: str = "", until: datetime, now: datetime) -> LegalHold:
        """Return a hold from `now`; HoldNotValid if its end is not ahead, CodeNotValid if a word is no code."""
        if utc(until) <= utc(now):
            raise HoldNotValid("The end of the hold is not ahead.", remedy="Give a later end, or set no hold.")
        return cls(
            hold_id=str(uuid4()),
            authority=code(authority, what="authority"),
            reason=code(reason, what="reason"),
            reference=code(reference, what="reference") if reference else "",
            until=utc(until),
        )

    def extended(self, *, until: datetime) -> LegalHold:
        """Return the same hold with a later end; HoldNotValid if it is not later (an earlier one is a lifting)."""
        if utc(until) <= self.until:
            raise HoldNotValid(
                f"The hold ends on {self.until:%Y-%m-%d %H:%M} UTC; the new end is not later.",
                remedy="Give a later end; what an authority no longer asks for is lifted on its day.",
            )
        return replace(self, until=utc(until))

    @classmethod
    def of(cls, line: Line) -> LegalHold:
        """Read a hold from its line of the custody record."""
        return cls(
            hold_id=line.text("hold"),
            authority=line.text("authority"),
            reason=line.text("reason"),
            reference=line.text("reference"),
            until=datetime.fromisoformat(line.text("until")),
        )

    def stands(self, now: datetime) -> bool:
        """Tell whether the hold has not ended."""
        return utc(now) < self.until

    def as_fields(self) -> dict[str, Value]:
        """Return the hold as its line has it."""
        said: dict[str, Value] = {
            "hold": self.hold_id,
            "authority": self.authority,
            "reason": self.reason,
            "until": self.until.isoformat(),
        }
        return said | {"reference": self.reference} if self.reference else said
