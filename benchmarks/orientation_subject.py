"""Times for `cases.orientations`, all in one process so that they can be divided by each other."""

from __future__ import annotations

import io
import time
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING

import numpy as np
import pdqhash
from PIL import Image

from benchmarks.hash_peers import InProcess
from shelterwood.fingerprints import pdq

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["OrientationSubject"]


def _microseconds(call: Callable[[], object], repeats: int) -> float:
    taken = []
    for _ in range(repeats):
        begin = time.thread_time_ns()
        call()
        taken.append((time.thread_time_ns() - begin) / 1000)
    return median(taken)


class OrientationSubject:
    """Ours and pdqhash, on the smallest picture and an ordinary one."""

    def times(self, *, path: str, repeats: int) -> dict[str, float]:
        """Return median microseconds of CPU time for each call."""
        data = Path(path).read_bytes()
        ordinary = np.asarray(Image.open(io.BytesIO(data)).convert("RGB"))
        smallest = np.ascontiguousarray(ordinary[:64, :64])
        ours = InProcess()
        return {
            "smallest": _microseconds(lambda: pdq.compute(smallest, mode=pdq.Mode.FAST), repeats),
            "ordinary": _microseconds(lambda: ours(data), repeats),
            "pdqhash, one": _microseconds(lambda: pdqhash.compute(ordinary), max(2, repeats // 10)),
            "pdqhash, eight": _microseconds(lambda: pdqhash.compute_dihedral(ordinary), max(2, repeats // 10)),
        }
