"""Endless seeded streams of pictures: one mixed in size and kind, one small, cheap and unrelated for counting pairs."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from benchmarks.pictures.families import FAMILIES

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["SIZES", "Picture", "picture", "pictures", "unrelated"]

# (height, width), 0.08 to 12 megapixels, odd numbers included; camera and screen sizes as they are met.
SIZES = (
    (240, 320),
    (333, 500),
    (480, 640),
    (600, 451),
    (768, 1024),
    (1001, 1337),
    (1080, 1920),
    (1200, 1600),
    (1633, 1225),
    (2000, 3008),
    (2448, 3264),
    (3000, 4000),
    (3024, 4032),
)
# How often a family is met in the mixed stream.
MIXTURE = ("crop",) * 6 + ("pink",) * 3 + ("leaves",) * 3 + ("relief", "mosaic", "julia", "page", "chart", "page")
MIXTURE_FLAT = ("gradient", "faint")
# The unrelated stream: no crops, because two crops of one photograph are related.
UNRELATED = ("pink",) * 4 + ("leaves",) * 4 + ("relief",) * 2 + ("mosaic",) * 2
UNRELATED += ("julia", "page", "chart", "gradient", "faint")


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    """One picture with the family that drew it."""

    name: str
    family: str
    rgb: npt.NDArray[np.uint8]


def _faded(rng: np.random.Generator, rgb: npt.NDArray[np.uint8]) -> npt.NDArray[np.uint8]:
    """Take contrast away from half of the pictures, so that every quality of PDQ from 0 to 100 is met."""
    if rng.random() > 1 / 2:
        return rgb
    keep = np.float32(math.exp(rng.uniform(math.log(0.05), math.log(0.6))))
    return np.clip(rgb * keep + np.float32(128) * (1 - keep), 0, 255).astype(np.uint8)


def picture(seed: int, *, family: str, height: int, width: int) -> npt.NDArray[np.uint8]:
    """Return the one picture that this seed, family and size give, uint8[height, width, 3]."""
    return FAMILIES[family](np.random.default_rng((seed, height, width)), height, width)


def pictures(count: int, seed: int = 0, *, most_pixels: int = 12_500_000) -> Iterator[Picture]:
    """Yield a mixed stream: every size in turn up to `most_pixels`, families drawn by how often they are met."""
    sizes = [size for size in SIZES if size[0] * size[1] <= most_pixels]
    families = MIXTURE + MIXTURE_FLAT
    for index in range(count):
        rng = np.random.default_rng((seed, 1, index))
        height, width = sizes[index % len(sizes)]
        if rng.random() < 0.4:
            height, width = width, height
        family = families[rng.integers(len(families))]
        yield Picture(name=f"{index:05d}-{family}", family=family, rgb=FAMILIES[family](rng, height, width))


def unrelated(count: int, seed: int = 0, *, side: int = 128, start: int = 0) -> Iterator[Picture]:
    """Yield small pictures that share nothing but their family's rules: each has its own random numbers.

    `start` lets several processes share one stream: picture k is the same whoever draws it.
    """
    for index in range(start, start + count):
        rng = np.random.default_rng((seed, 2, index))
        family = UNRELATED[rng.integers(len(UNRELATED))]
        yield Picture(name=f"{index:07d}-{family}", family=family, rgb=_faded(rng, FAMILIES[family](rng, side, side)))
