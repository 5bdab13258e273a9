"""From bytes or fingerprints to a finding: what was looked up, what matched, how sure it is. Stores nothing.

The rules are those of `shelterwood.scanning`: not scanned is never no match.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from shelterwood.errors import ShelterwoodError
from shelterwood.fingerprints import pdq
from shelterwood.scanning.examining import Examined, PrintedFrame, traits_of
from shelterwood.scanning.judging import PDQ, judge
from shelterwood.scanning.outcomes import Outcome
from shelterwood.scanning.rows import Traits
from shelterwood.web.provider.lists.live import NotAvailableReason
from shelterwood.web.provider.scan.decoding import decode
from shelterwood.web.provider.scan.states import Exactness

if TYPE_CHECKING:
    from collections.abc import Mapping

    from shelterwood.fingerprints.digests import Digests
    from shelterwood.scanning import EnabledLists, Match
    from shelterwood.web.provider.scan.bodies import GivenPrints
    from shelterwood.web.provider.scan.spool import Spooled

__all__ = ["MOST_SHOWN", "Finding", "exactness_of", "find", "find_prints", "is_ours", "not_looked_at"]

MOST_SHOWN = 100
"""Matches that are stored and shown: the surest, then the nearest. More than that says nothing new to a person."""

NOT_GIVEN = "not_given"
FAILED = "matcher_failed"
_OURS = {FAILED, *(str(reason) for reason in NotAvailableReason)}


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """What a look at one upload gave, in which lists; `more_matches` counts those beyond MOST_SHOWN."""

    outcome: Outcome
    reason: str | None
    checked: Mapping[str, bool | str]
    traits: Traits = field(default_factory=Traits)
    matches: tuple[Match, ...] = ()
    more_matches: int = 0
    lists: tuple[str, ...] = ()


def exactness_of(matches: tuple[Match, ...]) -> Exactness:
    """Return EXACT only for SHA-256.

    SHA-1 counts together with the size, which no list says of its entries today; MD5 can be forged, and a PDQ
    distance of 0 is a likeness. A person looks at those first.
    """
    return Exactness.EXACT if any(match.algorithm == "sha256" for match in matches) else Exactness.NEAR


def find(spooled: Spooled, lists: EnabledLists) -> Finding:
    """Look the bytes up: digests always, PDQ where a list holds one and the picture can be opened."""
    examined: Examined | None = None
    missed: str | None = None
    if lists.wanted.pdq:
        try:
            with spooled.view() as data:
                examined = decode(data)
            missed = examined.missed[0] if examined.missed else None
        except ShelterwoodError as error:
            missed = type(error).__name__
    traits = traits_of(spooled.digests, examined)
    return _look_up(lists, spooled.digests, examined.frames if examined else (), missed, traits)


def find_prints(given: GivenPrints, lists: EnabledLists) -> Finding:
    """Look up fingerprints that the sender computed; what a list holds and was not given is not checked."""
    frames: tuple[PrintedFrame, ...] = ()
    missed: str | None = NOT_GIVEN
    if given.pdq is not None:
        frames = (PrintedFrame(index=0, pdq=_as_given(given.pdq, given.quality)),)
        missed = None if frames[0].pdq.is_detailed else "too_little_detail"
    finding = _look_up(lists, given, frames, missed, given.traits)  # type: ignore[arg-type]  # the same three fields
    return _say_not_given(finding, given)


def not_looked_at(reason: str) -> Finding:
    """Return the finding where there is nothing to look up in: never "no match"."""
    return Finding(outcome=Outcome.NOT_SCANNED, reason=reason, checked={})


def is_ours(reason: str) -> bool:
    """Whether lists, decoding or files of ours kept us from looking, and not the upload."""
    return reason in _OURS or reason[:1].isupper()  # the name of an error of ours


def _look_up(
    lists: EnabledLists, digests: Digests, frames: tuple[PrintedFrame, ...], missed: str | None, traits: Traits
) -> Finding:
    try:
        matches, more = lists.matches(digests, frames)
    except (ShelterwoodError, OSError):
        return replace(not_looked_at(FAILED), traits=traits)
    verdict = judge(lists.wanted, matches=matches, pdq_missed=missed)
    return Finding(
        outcome=verdict.outcome,
        reason=verdict.reason,
        checked=verdict.checked,
        traits=traits,
        matches=matches[:MOST_SHOWN],
        more_matches=more + max(0, len(matches) - MOST_SHOWN),
        lists=tuple(opened.name for opened in lists.lists),
    )


def _say_not_given(finding: Finding, given: GivenPrints) -> Finding:
    """Digests that a list holds and the sender did not give were not checked, so there is no "no match"."""
    absent = [kind for kind in finding.checked if kind != PDQ and finding.checked[kind] is True and not given.has(kind)]
    checked = {**finding.checked, **dict.fromkeys(absent, NOT_GIVEN)}
    if given.pdq is None and PDQ in checked:
        checked[PDQ] = NOT_GIVEN
    if finding.outcome is not Outcome.NO_MATCH or not absent:
        return replace(finding, checked=checked)
    return replace(finding, checked=checked, outcome=Outcome.NOT_SCANNED, reason=NOT_GIVEN)


def _as_given(bits: bytes, quality: int | None) -> pdq.Pdq:
    """One code in place of all eight: how the picture would look turned cannot be told from its fingerprint."""
    known = pdq.MIN_QUALITY if quality is None else quality
    return pdq.Pdq(bits=bits, quality=known, orientations=pdq.Orientations(bits * len(pdq.Orientation)), doubtful=0)
