"""What pdqhash says of an array, in the form of our own results; and small pictures of every awkward sort."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pdqhash

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray


def pdqhash_codes(picture: NDArray[np.uint8]) -> tuple[bytes, int]:
    """Return the eight codes and the quality: the first and the quality from `compute`, seven from `compute_dihedral`.

    The two disagree with each other at exactly 64 x 64 (docs/reference/fingerprints.md).
    """
    contiguous = np.ascontiguousarray(picture)
    own, quality = pdqhash.compute(contiguous)
    eight, _ = pdqhash.compute_dihedral(contiguous)
    return b"".join(np.packbits(bits.astype(np.uint8)).tobytes() for bits in [own, *eight[1:]]), quality


def noise(rng: np.random.Generator, height: int, width: int) -> NDArray[np.uint8]:
    return rng.integers(0, 256, (height, width, 3), dtype=np.uint8)


def flat(rng: np.random.Generator, height: int, width: int) -> NDArray[np.uint8]:
    return np.broadcast_to(rng.integers(0, 256, 3, dtype=np.uint8), (height, width, 3)).copy()


def gradient(rng: np.random.Generator, height: int, width: int) -> NDArray[np.uint8]:
    across = np.linspace(0, rng.integers(1, 256), width)[None, :, None]
    down = np.linspace(rng.integers(0, 256), 0, height)[:, None, None]
    return ((across + down) / 2).astype(np.uint8).repeat(3, axis=2)


def sparks(rng: np.random.Generator, height: int, width: int) -> NDArray[np.uint8]:
    """Black with a few white pixels: running sums that should return to zero and, in float, do not quite."""
    return (noise(rng, height, width) > 252).astype(np.uint8) * 255


def blocks(rng: np.random.Generator, height: int, width: int) -> NDArray[np.uint8]:
    small = noise(rng, 9, 7)
    return small[np.arange(height) * 9 // height][:, np.arange(width) * 7 // width]


PICTURES: list[Callable[[np.random.Generator, int, int], NDArray[np.uint8]]] = [noise, flat, gradient, sparks, blocks]
