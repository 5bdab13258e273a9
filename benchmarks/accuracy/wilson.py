"""Wilson's score interval for a share, which stays sensible for counts near zero, as false matches are.

E. B. Wilson, Probable inference, the law of succession, and statistical inference, JASA 22 (1927), 209-212.
"""

from __future__ import annotations

import math

__all__ = ["ONE_SIDED", "TWO_SIDED", "interval", "upper_for_none"]

TWO_SIDED = 1.959963984540054
"""Normal quantile that leaves 2.5 % on each side: 95 % intervals."""
ONE_SIDED = 1.6448536269514722
"""Normal quantile that leaves 5 % above: the bound for a count of zero."""


def interval(hits: int, total: int, z: float = TWO_SIDED) -> tuple[float, float]:
    """Return the lower and upper bound of the true share, given `hits` out of `total`.

    Raises ValueError unless 0 <= hits <= total and total > 0.
    """
    if not 0 <= hits <= total or total == 0:
        raise ValueError(f"{hits} of {total} is no share")
    share = hits / total
    centre = share + z * z / (2 * total)
    spread = z * math.sqrt(share * (1 - share) / total + z * z / (4 * total * total))
    scale = 1 + z * z / total
    low = 0.0 if hits == 0 else (centre - spread) / scale
    high = 1.0 if hits == total else (centre + spread) / scale
    return low, high


def upper_for_none(total: int) -> float:
    """Return the one-sided 95 % upper bound of a share of which `total` trials showed none."""
    return interval(0, total, ONE_SIDED)[1]
