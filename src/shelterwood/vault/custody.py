"""The custody record: who had an object in hand, when, for what; one chained file an object, which outlives it.

Lines hold ids and codes only. The record lies with the data and is backed up with them.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from shelterwood.vault.chain import Chain, Line
from shelterwood.vault.codes import ObjectId, code, utc, week_of
from shelterwood.vault.holds import LegalHold

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime
    from pathlib import Path

    from shelterwood.vault.chain import Value

__all__ = ["Act", "Custody", "CustodyRecord", "Purpose"]


class Act(StrEnum):
    """What can happen to an object."""

    SEALED = "sealed"
    DESCRIBED = "described"
    """What is known of it was sealed, and not its bytes: the evidence mode is report and purge."""
    OPENED = "opened"
    EXPORTED = "exported"
    HELD = "held"
    HOLD_EXTENDED = "hold_extended"
    HOLD_LIFTED = "hold_lifted"
    PURGED = "purged"


class Purpose(StrEnum):
    """What an object may be opened for; no other purpose is lawful (COM(2022) 209 Art. 22(1) (a) to (e))."""

    REVIEW = "review"
    """A person decides what it is."""
    ORDER = "order"
    """Executing a detection or removal order."""
    REPORT = "report"
    """Reporting it."""
    ACCOUNT_ACTION = "account_action"
    """Blocking, suspending or ending an account."""
    COMPLAINT = "complaint"
    """A user's complaint or redress."""
    AUTHORITY_REQUEST = "authority_request"
    """A request of an authority or court about a report."""
    CHECK = "check"
    """Checking that the sealed bytes are whole; nothing is shown."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CustodyRecord:
    """All lines of one object; none for an object that is not known here."""

    object_id: ObjectId
    lines: tuple[Line, ...]

    @property
    def purged(self) -> bool:
        """Whether the record says that the object was destroyed."""
        return any(line.text("act") == Act.PURGED for line in self.lines)

    @property
    def first(self) -> Mapping[str, Value]:
        """The fields of the line with which it came in: digests and sizes."""
        return self.lines[0].fields if self.lines else {}

    @property
    def lifted(self) -> frozenset[str]:
        """The ids of the holds that were ended before their day."""
        return frozenset(line.text("hold") for line in self.lines if line.text("act") == Act.HOLD_LIFTED)

    def holds_at(self, now: datetime) -> tuple[LegalHold, ...]:
        """Return the legal holds that stand at `now`: set, not lifted, not ended."""
        set_here = [line for line in self.lines if line.text("act") in {Act.HELD, Act.HOLD_EXTENDED}]
        holds = {line.text("hold"): LegalHold.of(line) for line in set_here}  # of one hold, the latest line
        return tuple(hold for name, hold in holds.items() if name not in self.lifted and hold.stands(now))


@dataclass(frozen=True, slots=True, kw_only=True)
class Custody:
    """The custody records below `root`."""

    root: Path

    def note(
        self, name: ObjectId, *, act: Act, actor: str, now: datetime, fields: Mapping[str, Value] | None = None
    ) -> Line:
        """Append one line, durably. `actor` and the texts in `fields` are codes."""
        said = dict(fields or {})
        for field, value in said.items():
            if isinstance(value, str):
                code(value, what=field)
        entry = {**said, "act": str(act), "at": utc(now).isoformat(), "by": code(actor, what="actor")}
        return self._chain(name).append([entry])[0]

    def record(self, name: ObjectId) -> CustodyRecord:
        """Return the record of an object, every line checked; ChainBroken names the first that does not fit."""
        return CustodyRecord(object_id=name, lines=tuple(self._chain(name).read()))

    def _chain(self, name: ObjectId) -> Chain:
        return Chain(path=self.root / week_of(name) / f"{name}.jsonl", label=f"custody record of {name}")
