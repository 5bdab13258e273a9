"""Fingerprints for the index benchmarks: random, seeded, written once to a file that every process maps.

Uniformly random bits are what the peers are measured on elsewhere, and close to the truth: PDQ's bits are a median
split and nearly uncorrelated. Planted queries lie at an exact distance from a known row, so recall can be counted.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["Planted", "fingerprints", "load", "planted", "random_codes"]

Codes = npt.NDArray[np.uint8]
ROWS_AT_ONCE = 1 << 20


def random_codes(count: int, seed: int) -> Codes:
    """Return uniformly random fingerprints, uint8[count, 32]."""
    words = np.random.default_rng(seed).integers(0, 2**64, size=(count, 4), dtype=np.uint64)
    return words.view(np.uint8).reshape(count, 32)


def fingerprints(folder: Path, count: int, seed: int = 1) -> Path:
    """Write `count` random fingerprints once; return the .npy file, the same for the same arguments."""
    path = folder / f"codes-{count}-{seed}.npy"
    if not path.exists():
        out = np.lib.format.open_memmap(path, mode="w+", dtype=np.uint8, shape=(count, 32))
        for start in range(0, count, ROWS_AT_ONCE):
            stop = min(count, start + ROWS_AT_ONCE)
            out[start:stop] = random_codes(stop - start, seed * 1000 + start // ROWS_AT_ONCE)
        out.flush()
    return path


def load(path: Path | str) -> Codes:
    """Map a file of fingerprints, read-only."""
    codes: Codes = np.load(path, mmap_mode="r")
    return codes


@dataclass(frozen=True, slots=True, kw_only=True)
class Planted:
    """Queries with the row each one lies near and how far: codes uint8[n, 32], rows int64[n], distances int64[n]."""

    codes: Codes
    rows: npt.NDArray[np.int64]
    distances: npt.NDArray[np.int64]


def planted(codes: Codes, *, per_distance: int, farthest: int = 31, seed: int = 3) -> Planted:
    """Return `per_distance` queries at each exact distance 0..`farthest` from rows of the second half of `codes`.

    The second half only: the benchmarks withdraw rows of the first half.
    """
    rng = np.random.default_rng(seed)
    distances = np.repeat(np.arange(farthest + 1), per_distance)
    rows = rng.integers(len(codes) // 2, len(codes), len(distances))
    bits = np.unpackbits(codes[rows], axis=1)
    for row, distance in zip(bits, distances, strict=True):
        row[rng.choice(256, distance, replace=False)] ^= 1
    order = rng.permutation(len(rows))
    return Planted(codes=np.packbits(bits, axis=1)[order], rows=rows[order], distances=distances[order])
