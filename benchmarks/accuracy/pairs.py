"""The distance of every pair of a population, counted by quality band and family: exhaustive, not sampled.

Compiled with numba (a bench-only package): ten billion pairs in eight orientations take minutes.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numba
import numpy as np
import numpy.typing as npt
from numba.core import types
from numba.extending import intrinsic

if TYPE_CHECKING:
    from benchmarks.accuracy.population import Population

__all__ = ["MIXED", "Counts", "count_pairs"]

MIXED = "two families"
DISTANCES = 257


@dataclass(frozen=True, slots=True, kw_only=True)
class Counts:
    """Pairs by [own orientation | least of eight][band of the lower quality][family or MIXED][distance]."""

    pairs: npt.NDArray[np.int64]
    families: list[str]

    def by_distance(self, *, turned: bool, bands: tuple[int, ...] = (0, 1, 2)) -> npt.NDArray[np.int64]:
        """Return how many pairs there are at each distance 0..256, in the given bands."""
        kept: npt.NDArray[np.int64] = self.pairs[int(turned)][list(bands)].sum(axis=(0, 1))
        return kept


@intrinsic
def _popcount(typing_context: Any, value: Any) -> Any:  # noqa: ANN401, ARG001 - numba's own protocol
    def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:  # noqa: ANN401, ARG001
        return builder.ctpop(arguments[0])

    return types.uint64(types.uint64), generate


@numba.njit(cache=False, nogil=True)
def _count(words: Any, band: Any, family: Any, families: int, first: int, last: int) -> Any:  # noqa: ANN401
    counts = np.zeros((2, 3, families + 1, 257), np.int64)
    for i in range(first, last):
        for j in range(i):
            lower = min(band[i], band[j])
            group = family[i] if family[i] == family[j] else families
            least = np.int64(256)
            for turn in range(8):
                apart = np.int64(0)
                for word in range(4):
                    apart += np.int64(_popcount(words[i, turn, word] ^ words[j, 0, word]))
                if turn == 0:
                    counts[0, lower, group, apart] += 1
                least = min(least, apart)
            counts[1, lower, group, least] += 1
    return counts


def _stripes(count: int, jobs: int) -> list[tuple[int, int]]:
    """Cut the triangle of pairs into stripes of rows with as many pairs each."""
    edges = [round(count * (part / jobs) ** 0.5) for part in range(jobs + 1)]
    return list(pairwise(edges))


def count_pairs(population: Population, *, jobs: int = 1) -> Counts:
    """Compare every picture with every earlier one: one orientation of each, and eight of one against the other."""
    from concurrent.futures import ThreadPoolExecutor

    families = sorted(set(population.family))
    family = np.array([families.index(name) for name in population.family])
    words = np.ascontiguousarray(population.codes).view(np.uint64).reshape(len(population), 8, 4)
    _count(words[:2], population.band[:2], family[:2], len(families), 0, 1)  # compile before the threads start
    with ThreadPoolExecutor(jobs) as pool:
        parts = pool.map(
            lambda part: _count(words, population.band, family, len(families), *part), _stripes(len(population), jobs)
        )
        return Counts(pairs=sum(parts), families=[*families, MIXED])
