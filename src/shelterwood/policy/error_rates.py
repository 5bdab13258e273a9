"""Errors measured, with their uncertainty, and the stop that follows by itself (Art. 10(3)(d); requirement R6).

The interval is Wilson's (E. B. Wilson, JASA 22, 1927): right also for no error at all and for few decisions, where p
+- z*s is not.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from enum import StrEnum
from statistics import NormalDist
from typing import Final, Protocol

from shelterwood.policy.fields import Fields, PolicyDataNotValid

__all__ = ["CONFIDENCE", "Denominator", "ErrorLimit", "ErrorRates", "Interval", "Stop", "must_stop", "wilson"]

CONFIDENCE: Final = 0.95
_Z: Final = NormalDist().inv_cdf((1 + CONFIDENCE) / 2)
_MILLION: Final = 1_000_000


class Denominator(StrEnum):
    """Of what a rate is a share; a rate without it means nothing."""

    DECIDED_MATCHES = "decided_matches"
    EXAMINED_ITEMS = "examined_items"


@dataclass(frozen=True, slots=True, kw_only=True)
class Interval:
    """A share of 0 to 1 with its 95 % interval; `share` is None where nothing was counted."""

    share: float | None
    low: float
    high: float


def wilson(*, wrong: int, of: int) -> Interval:
    """Return the Wilson score interval of `wrong` out of `of` at 95 %; [0, 1] when nothing was counted."""
    if not 0 <= wrong <= of:
        raise PolicyDataNotValid("error rates", f"{wrong} out of {of} cannot be")
    if of == 0:
        return Interval(share=None, low=0.0, high=1.0)
    share, z2 = wrong / of, _Z * _Z
    centre = (share + z2 / (2 * of)) / (1 + z2 / of)
    half = _Z * math.sqrt(share * (1 - share) / of + z2 / (4 * of * of)) / (1 + z2 / of)
    low = 0.0 if wrong == 0 else max(0.0, centre - half)
    high = 1.0 if wrong == of else min(1.0, centre + half)
    return Interval(share=share, low=low, high=high)


@dataclass(frozen=True, slots=True, kw_only=True)
class ErrorLimit:
    """What a token tolerates: at most this many wrong matches per million of the denominator.

    The upper end of the interval must stay below the limit once `least_sample` has been counted; before that
    detection stops only when the lower end is already above it. A sample so small that even no error would exceed the
    limit is refused.
    """

    per_million: int
    denominator: Denominator
    least_sample: int

    def __post_init__(self) -> None:
        if not 0 < self.per_million <= _MILLION:
            raise PolicyDataNotValid("error limit", "per_million is between 1 and 1000000")
        if wilson(wrong=0, of=self.least_sample).high > self.share:
            raise PolicyDataNotValid("error limit", f"a sample of {self.least_sample} cannot show so small a rate")

    @property
    def share(self) -> float:
        """The limit as a share of 0 to 1."""
        return self.per_million / _MILLION

    def as_data(self) -> dict[str, object]:
        """Return the limit as canonical JSON wants it."""
        return {
            "per_million": self.per_million,
            "denominator": str(self.denominator),
            "least_sample": self.least_sample,
        }

    @classmethod
    def read(cls, fields: Fields) -> ErrorLimit:
        """Read a limit from a token."""
        limit = cls(
            per_million=fields.integer("per_million", least=1),
            denominator=fields.choice("denominator", Denominator),
            least_sample=fields.integer("least_sample", least=1),
        )
        fields.end()
        return limit


@dataclass(frozen=True, slots=True, kw_only=True)
class ErrorRates:
    """Counts of one technology on one list, from reviewers, centre, police outcome and complaints.

    `examined` items were looked up; of the matches `decided` have been judged, `wrong` of these as not the listed
    thing. On a measured sample of `listed` items `missed` were not found (a sample of changed benign pictures on a
    test list: what is missed in service is never seen).
    """

    technology: str
    list_source: str
    examined: int
    decided: int
    wrong: int
    listed: int = 0
    missed: int = 0

    def __post_init__(self) -> None:
        if not 0 <= self.wrong <= self.decided <= self.examined or not 0 <= self.missed <= self.listed:
            raise PolicyDataNotValid("error rates", "wrong <= decided <= examined and missed <= listed must hold")

    def false_matches(self, of: Denominator) -> Interval:
        """Return the share of wrong matches, of what was decided or of what was examined."""
        return wilson(wrong=self.wrong, of=self.count(of))

    def misses(self) -> Interval:
        """Return the share of listed items that were not found in the measured sample."""
        return wilson(wrong=self.missed, of=self.listed)

    def count(self, of: Denominator) -> int:
        """Return how many stand below the line."""
        return self.decided if of is Denominator.DECIDED_MATCHES else self.examined


@dataclass(frozen=True, slots=True, kw_only=True)
class Stop:
    """Why detection must stop by itself."""

    rates: ErrorRates
    interval: Interval
    limit: ErrorLimit
    sentence: str


class _Limited(Protocol):
    @property
    def error_limit(self) -> ErrorLimit: ...


def must_stop(token: _Limited, rates: ErrorRates) -> Stop | None:
    """Return a Stop when the measured rate is above the limit of a token (or of its claims), else None."""
    limit = token.error_limit
    interval = rates.false_matches(limit.denominator)
    enough = rates.count(limit.denominator) >= limit.least_sample
    if (interval.high if enough else interval.low) <= limit.share:
        return None
    sentence = (
        f"Wrong matches of {rates.technology} on {rates.list_source}: {rates.wrong}, between {interval.low:.4%} and "
        f"{interval.high:.4%} of {limit.denominator.replace('_', ' ')} (95 %); the token allows {limit.share:.4%}. "
        "Find the cause; renew the token before looking again."
    )
    return Stop(rates=rates, interval=interval, limit=limit, sentence=sentence)
