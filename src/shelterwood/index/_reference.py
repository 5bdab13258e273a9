"""The meaning of a search in a few lines of NumPy: what the native index must answer, whatever it does to be fast.

The oracle of the tests, and a fall-back for reading an answer by hand; 20 ms a query per million fingerprints.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from shelterwood.index.hamming import Matches

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["search"]


def search(codes: NDArray[np.uint8], ids: NDArray[np.int64], queries: NDArray[np.uint8], radius: int) -> Matches:
    """Compare every query uint8[m, 32] with every code uint8[n, 32]; keep pairs whose Hamming distance is <= radius.

    Ordered by query, then distance, then id.
    """
    found = [_within(codes, ids, query, number, radius) for number, query in enumerate(queries)]
    pairs = np.concatenate([np.empty((0, 3), dtype=np.int64), *found])
    pairs = pairs[np.lexsort((pairs[:, 1], pairs[:, 2], pairs[:, 0]))]
    return Matches(pairs[:, 0], pairs[:, 1], pairs[:, 2].astype(np.int32))


def _within(
    codes: NDArray[np.uint8], ids: NDArray[np.int64], query: NDArray[np.uint8], number: int, radius: int
) -> NDArray[np.int64]:
    distance = np.bitwise_count(codes ^ query).sum(axis=1, dtype=np.int64)
    near = np.flatnonzero(distance <= radius)
    return np.stack((np.full(len(near), number, dtype=np.int64), ids[near], distance[near]), axis=1)
