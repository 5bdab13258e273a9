"""What becomes of an item when a delivery meets the list as it was: the rules of merging, one item at a time, pure.

The rules, each told in docs/reference/indicator-lists.md:

1. Two rows of one delivery with one key: equal ones are merged; of two with different `recorded_at` the later stands;
   otherwise they contradict each other, and the first stands, or the one that says withdrawn.
2. An older version of an entry (by `recorded_at`) never replaces a newer one.
3. A withdrawn entry stays withdrawn, unless the row says that it was recorded after the withdrawal, or the one who
   imports says that this delivery may bring back what was withdrawn.
4. The withdrawal of an item withdraws each of its fingerprints that was not recorded after it.
5. What a delivery does not name: nothing happens to it, or (a whole list; a complete item) it is withdrawn.
"""

from __future__ import annotations

import enum
import re
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, cast

from shelterwood.lists.canonical import to_line
from shelterwood.lists.spooling import SpooledRecord

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

__all__ = ["Delivery", "Outcome", "Returning", "Settled", "Settler"]


_RECORDED_AT = re.compile(rb'"recorded_at":"[^"]*"')


class Delivery(enum.StrEnum):
    """What a delivery says by leaving something out."""

    WHOLE = "whole"  # the list as the source has it now: what is missing was withdrawn
    ITEMS = "items"  # changed items, each complete: a fingerprint missing from a newer version was withdrawn
    ENTRIES = "entries"  # changed entries only: what is missing is unchanged


class Returning(enum.StrEnum):
    """Whether a delivery may bring back what was withdrawn, without a time that proves it is newer."""

    REFUSED = "refused"
    ALLOWED = "allowed"


class Outcome(enum.StrEnum):
    """What became of one record of a delivery, or of one entry of the list."""

    CAME = "came"
    CHANGED = "changed"
    UNCHANGED = "unchanged"
    RETURNED = "returned"
    MERGED = "merged"
    SUPERSEDED = "superseded"
    CONFLICT = "conflict"
    HELD_BACK = "held back"


@dataclass(slots=True)
class Settled:
    """The records of one item as they now stand, in canonical order, and what became of each delivered record."""

    lines: list[SpooledRecord] = field(default_factory=list)
    outcomes: list[tuple[Outcome, SpooledRecord]] = field(default_factory=list)
    went: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Settler:
    """Applies the rules for one delivery. `now` is the moment of the import."""

    delivery: Delivery
    returning: Returning
    now: datetime

    def settle(self, before: list[SpooledRecord], delivered: list[SpooledRecord]) -> Settled:
        """Return one item as it stands after the delivery; `before` and `delivered` are in canonical order."""
        if not before and _is_plain(delivered):
            return Settled(lines=delivered, outcomes=[(Outcome.CAME, one) for one in delivered])
        if _is_plain(delivered) and [one.line for one in before] == [one.line for one in delivered]:
            return Settled(lines=before, outcomes=[(Outcome.UNCHANGED, one) for one in delivered])
        settled = Settled()
        old = {one.key: one for one in before}
        new = self._newest_version(_one_a_key(delivered, settled), settled)
        self._drop_old_withdrawal(old, new)
        withdrawals = [one.record.withdrawn_at for one in (*old.values(), *new.values()) if one.is_withdrawal]
        item = _Item(
            withdrawn_at=max((at for at in withdrawals if at is not None), default=None),
            newest=self._newest(new.values()),
        )
        for key in sorted(old.keys() | new.keys()):
            self._stand(old.get(key), new.get(key), item, settled)
        return settled

    def _newest(self, records: Iterable[SpooledRecord]) -> datetime | None:
        """Return the time of the newest version of a complete item; None where items are not complete."""
        if self.delivery is not Delivery.ITEMS:
            return None
        times = (one.record.recorded_at for one in records if not one.is_withdrawal)
        return max((time for time in times if time is not None), default=None)

    def _newest_version(self, new: dict[bytes, SpooledRecord], settled: Settled) -> dict[bytes, SpooledRecord]:
        """Keep of several versions of a complete item in one delivery only the newest."""
        newest = self._newest(new.values())
        if newest is None:
            return new
        kept = {}
        for key, one in new.items():
            if not one.is_withdrawal and one.record.recorded_at is not None and one.record.recorded_at < newest:
                settled.outcomes.append((Outcome.SUPERSEDED, one))
            else:
                kept[key] = one
        return kept

    def _drop_old_withdrawal(self, old: dict[bytes, SpooledRecord], new: dict[bytes, SpooledRecord]) -> None:
        """Forget that the item was withdrawn, where the one who imports lets it return."""
        if self.returning is Returning.ALLOWED and any(not one.is_withdrawn for one in new.values()):
            for key in [key for key, one in old.items() if one.is_withdrawal]:
                del old[key]

    def _stand(self, old: SpooledRecord | None, new: SpooledRecord | None, item: _Item, settled: Settled) -> None:
        """Settle one key: what stands, what became of the delivered record, and whether an entry went."""
        if new is None:
            stands, outcome = self._left_out(cast("SpooledRecord", old), item.newest), None
        else:
            stands, outcome = self._meet(old, new)
        stands = _taken_back(stands, item.withdrawn_at)
        if new is not None and outcome is not None:
            late = stands.line != new.line
            settled.outcomes.append((Outcome.HELD_BACK if late else outcome, new))
        settled.went += old is not None and not old.is_withdrawn and stands.is_withdrawn
        settled.lines.append(stands)

    def _meet(self, old: SpooledRecord | None, new: SpooledRecord) -> tuple[SpooledRecord, Outcome]:
        """Return which of two versions of one record stands, and what became of the new one."""
        if old is None:
            return new, Outcome.CAME
        if old.line == new.line:
            return new, Outcome.UNCHANGED
        was, now = old.record, new.record
        if was.recorded_at and now.recorded_at and now.recorded_at < was.recorded_at:
            return old, Outcome.HELD_BACK
        stays = now.withdrawn_at is not None and was.withdrawn_at is not None and now.withdrawn_at <= was.withdrawn_at
        if was.withdrawn_at is None or new.is_withdrawal or stays:
            return new, Outcome.CHANGED
        proven = now.recorded_at is not None and now.recorded_at > was.withdrawn_at
        if proven or self.returning is Returning.ALLOWED:
            return new, Outcome.RETURNED
        return old, Outcome.HELD_BACK

    def _left_out(self, old: SpooledRecord, newest: datetime | None) -> SpooledRecord:
        """Return an entry that the delivery does not name, withdrawn where leaving it out says so."""
        if old.is_withdrawn:
            return old
        if self.delivery is Delivery.WHOLE:
            return _withdrawn(old, self.now)
        if newest is not None and (old.record.recorded_at is None or old.record.recorded_at < newest):
            return _withdrawn(old, newest)
        return old


@dataclass(frozen=True, slots=True, kw_only=True)
class _Item:
    """What holds for every fingerprint of the item: from when it is withdrawn, and the time of its newest version."""

    withdrawn_at: datetime | None
    newest: datetime | None


def _is_plain(delivered: list[SpooledRecord]) -> bool:
    """Whether new records cannot touch each other: keys differ, nothing is withdrawn as a whole, one version."""
    if len(delivered) == 1:
        return True
    if not delivered or delivered[0].is_withdrawal or len({one.key for one in delivered}) < len(delivered):
        return False
    return len({tuple(_RECORDED_AT.findall(one.line)) for one in delivered}) == 1


def _one_a_key(delivered: list[SpooledRecord], settled: Settled) -> dict[bytes, SpooledRecord]:
    chosen: dict[bytes, SpooledRecord] = {}
    for one in delivered:
        other = chosen.get(one.key)
        if other is None:
            chosen[one.key] = one
            continue
        chosen[one.key], loser, outcome = _between(other, one)
        settled.outcomes.append((outcome, loser))
    return chosen


def _between(first: SpooledRecord, second: SpooledRecord) -> tuple[SpooledRecord, SpooledRecord, Outcome]:
    """Return which of two rows of one delivery stands, the other, and why it does not."""
    if first.line == second.line:
        return first, second, Outcome.MERGED
    one, other = first.record, second.record
    if one.recorded_at and other.recorded_at and one.recorded_at != other.recorded_at:
        later_first = one.recorded_at > other.recorded_at
        return (first, second, Outcome.SUPERSEDED) if later_first else (second, first, Outcome.SUPERSEDED)
    if one.withdrawn_at is None and other.withdrawn_at is not None:
        return second, first, Outcome.CONFLICT
    return first, second, Outcome.CONFLICT


def _taken_back(one: SpooledRecord, at: datetime | None) -> SpooledRecord:
    """Return an entry under the withdrawal of its item: withdrawn too, unless it was recorded later."""
    if at is None or one.is_withdrawal:
        return one
    recorded_at, withdrawn_at = one.record.recorded_at, one.record.withdrawn_at
    if (recorded_at is not None and recorded_at > at) or (withdrawn_at is not None and withdrawn_at <= at):
        return one
    return _withdrawn(one, at)


def _withdrawn(one: SpooledRecord, at: datetime) -> SpooledRecord:
    return SpooledRecord(one.key, to_line(replace(one.record, withdrawn_at=at)), one.place)
