"""From what was checked to one of three answers: pure rules, no input or output.

A kind counts as checked only if everything the file holds of it was looked up. `no_match` needs that for every kind
which an enabled list holds and this installation can match (DESIGN.md section 3, step 5).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from shelterwood.scanning.outcomes import Outcome, WhyNot

if TYPE_CHECKING:
    from collections.abc import Mapping

    from shelterwood.scanning.rows import Match

__all__ = ["Verdict", "Wanted", "judge"]

PDQ = "pdq"
_SPELLINGS = {
    WhyNot.TOO_LITTLE_DETAIL: "low_quality",
    WhyNot.NOT_A_PICTURE: "not_a_picture",
    WhyNot.TOO_MANY_FRAMES: "first_frames_only",
    WhyNot.CHANGED: "changed_while_reading",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """The kinds that the enabled lists hold: those matched exactly, whether PDQ is one, and those nobody here can."""

    exact: tuple[str, ...] = ()
    pdq: bool = False
    unsupported: tuple[str, ...] = ()

    @property
    def nothing(self) -> bool:
        """True where not one entry of any list can be matched here: such a scan would be blind."""
        return not self.exact and not self.pdq


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """The answer for one file; `reason` says what was not checked, whatever the outcome."""

    outcome: Outcome
    reason: str | None
    checked: Mapping[str, bool | str]


def judge(
    wanted: Wanted,
    *,
    matches: tuple[Match, ...],
    pdq_missed: str | None = None,
    in_members: bool = False,
    changed: bool = False,
) -> Verdict:
    """Return the verdict on a file whose bytes were digested.

    `pdq_missed` is why PDQ was not (wholly) checked, None if it was. `in_members` is true for an archive whose members
    were all unpacked: each has a row of its own, so the archive itself leaves nothing unchecked. `changed` says that
    the bytes were not the same from beginning to end of reading: what matched has matched, nothing else is certain.
    """
    checked: dict[str, bool | str] = dict.fromkeys(wanted.exact, WhyNot.CHANGED.value if changed else True)
    reason = WhyNot.CHANGED if changed else pdq_missed if wanted.pdq else None
    if wanted.pdq:
        checked[PDQ] = _pdq_state(reason, in_members=in_members)
    checked |= dict.fromkeys(wanted.unsupported, "unsupported")
    if matches:
        return Verdict(outcome=Outcome.MATCH, reason=reason, checked=checked)
    outcome = Outcome.NO_MATCH if reason is None else Outcome.NOT_SCANNED
    return Verdict(outcome=outcome, reason=reason, checked=checked)


def not_read(wanted: Wanted, reason: str) -> Verdict:
    """Return the verdict on something whose bytes could not be had."""
    kinds = [*wanted.exact, *([PDQ] if wanted.pdq else [])]
    checked: dict[str, bool | str] = dict.fromkeys(kinds, f"not_read: {reason}")
    checked |= dict.fromkeys(wanted.unsupported, "unsupported")
    return Verdict(outcome=Outcome.NOT_SCANNED, reason=reason, checked=checked)


def _pdq_state(reason: str | None, *, in_members: bool) -> bool | str:
    if reason is None:
        return "in_members" if in_members else True
    for known, spelling in _SPELLINGS.items():
        if known == reason:
            return spelling
    return f"not_readable: {reason}"
