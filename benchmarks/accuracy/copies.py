"""Recall: of pictures listed by their strict fingerprint, how many changed copies the fast one finds, by radius."""

from __future__ import annotations

from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from itertools import repeat
from typing import TYPE_CHECKING

import numpy as np
from PIL import Image

from benchmarks.pictures import CHANGES, Picture, pictures
from shelterwood import media
from shelterwood.fingerprints import pdq
from shelterwood.scanning.examining import examine

if TYPE_CHECKING:
    from collections.abc import Callable

    import numpy.typing as npt

__all__ = ["Copies", "changed_copies"]

NEVER = 999
"""The distance of a copy that is not looked up: too little detail left, or no longer a picture."""
MOST_PIXELS = 800_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Copies:
    """Distances of one change's copies to their originals: as they are, and the least of eight orientations."""

    group: str
    own: list[int]
    turned: list[int]
    not_looked_up: int

    def found(self, radius: int, *, turned: bool) -> int:
        """Return how many copies lie within the radius."""
        return sum(apart <= radius for apart in (self.turned if turned else self.own))


class _InProcess:
    """Decodes without a child: there are 20,000 copies, all of them made here."""

    def decode(
        self, data: bytes, *, mode: media.Mode, on_frame: Callable[[media.Frame], None]
    ) -> media.Readable | media.NotReadable:
        return media.decode_in_process(data, mode=mode, limits=media.Limits(), on_frame=on_frame)


def _fingerprint(data: bytes) -> pdq.Pdq | None:
    """Fingerprint a file's first frame as `scan` does."""
    frames = examine(_InProcess(), data, mode=media.Mode.FAST).frames
    return frames[0].pdq if frames else None


def _distances(original: pdq.Pdq, copy: pdq.Pdq | None) -> tuple[int, int]:
    if copy is None or not copy.is_detailed:
        return NEVER, NEVER
    listed: npt.NDArray[np.uint8] = np.frombuffer(original.bits, np.uint8)
    apart = np.bitwise_count(copy.orientations.codes ^ listed).sum(1, dtype=np.int64)
    return int(apart[0]), int(apart.min())


def _of_one(one: Picture) -> dict[str, tuple[int, int]] | None:
    """Change one picture in every way; None when it has too little detail to be listed for matching."""
    original = pdq.compute(one.rgb)
    if not original.is_detailed:
        return None
    image = Image.fromarray(one.rgb)
    return {name: _distances(original, _fingerprint(change(image).data)) for name, change in CHANGES.items()}


def _part(part: int, parts: int, count: int, seed: int) -> list[dict[str, tuple[int, int]] | None]:
    drawn = pictures(count, seed, most_pixels=MOST_PIXELS)
    return [_of_one(one) for number, one in enumerate(drawn) if number % parts == part]


def changed_copies(count: int, *, seed: int, jobs: int) -> tuple[dict[str, Copies], int]:
    """Draw `count` pictures and change each in every way; return the copies by change, and how many were too flat."""
    with ProcessPoolExecutor(jobs) as pool:
        parts = pool.map(_part, range(jobs), repeat(jobs), repeat(count), repeat(seed))
        results = [one for part in parts for one in part]
    listed = [one for one in results if one is not None]
    return {name: _copies(name, listed) for name in CHANGES}, len(results) - len(listed)


def _copies(name: str, listed: list[dict[str, tuple[int, int]]]) -> Copies:
    own = [one[name][0] for one in listed]
    turned = [one[name][1] for one in listed]
    return Copies(group=CHANGES[name].group, own=own, turned=turned, not_looked_up=own.count(NEVER))
