"""Fingerprints of many unrelated benign pictures, computed by the strict mode in a few processes."""

from __future__ import annotations

from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from itertools import repeat
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from benchmarks.pictures import sample_tiles, unrelated
from benchmarks.pictures.families import form
from shelterwood.fingerprints import pdq

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

__all__ = ["BANDS", "Population", "forms", "tiles", "unrelated_pictures"]

BANDS = ("below 50", "50 to 79", "80 to 100")
AT_ONCE = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class Population:
    """Fingerprints in eight orientations uint8[n, 8, 32] (the first is the picture's own), qualities and families."""

    codes: npt.NDArray[np.uint8]
    quality: npt.NDArray[np.int64]
    family: list[str]

    @property
    def band(self) -> npt.NDArray[np.int64]:
        """Return each picture's quality band as an index into BANDS."""
        return np.digitize(self.quality, (50, 80)).astype(np.int64)

    def __len__(self) -> int:
        return len(self.quality)


def _of(named: Iterable[tuple[str, npt.NDArray[np.uint8]]]) -> Population:
    codes, quality, family = [], [], []
    for name, rgb in named:
        found = pdq.compute(rgb)
        codes.append(found.orientations.codes)
        quality.append(found.quality)
        family.append(name)
    return Population(codes=np.stack(codes), quality=np.array(quality), family=family)


def _part(start: int, count: int, seed: int) -> Population:
    return _of((one.family, one.rgb) for one in unrelated(count, seed, start=start))


def _joined(parts: Iterable[Population]) -> Population:
    some = list(parts)
    return Population(
        codes=np.concatenate([part.codes for part in some]),
        quality=np.concatenate([part.quality for part in some]),
        family=[name for part in some for name in part.family],
    )


def unrelated_pictures(count: int, *, seed: int, jobs: int) -> Population:
    """Draw and fingerprint `count` unrelated pictures; the result does not depend on `jobs`."""
    starts = range(0, count, AT_ONCE)
    counts = [min(AT_ONCE, count - start) for start in starts]
    with ProcessPoolExecutor(jobs) as pool:
        return _joined(pool.map(_part, starts, counts, repeat(seed)))


def tiles() -> Population:
    """Fingerprint the tiles of the sample photographs that share no pixel: a small check with real pictures."""
    return _of(sample_tiles(128))


def forms(count: int, seed: int = 0) -> Population:
    """Fingerprint pages from one template, filled in differently: different content that PDQ may well call the same."""

    def drawn() -> Iterator[tuple[str, npt.NDArray[np.uint8]]]:
        for number in range(count):
            yield "form", form(np.random.default_rng((seed, 4, number)), 512, 384)

    return _of(drawn())
