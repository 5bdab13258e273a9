"""What `media` hands to whoever computes fingerprints: one frame at a time, as plain arrays of 8-bit samples."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

__all__ = ["Bytes", "Frame", "Mode", "Pixels", "ScaledLuma"]

Bytes: TypeAlias = npt.NDArray[np.uint8]


class Mode(StrEnum):
    """How exact a frame must be."""

    STRICT = "strict"
    """Always full-size RGB: for building lists, where two installations must get the same fingerprint."""
    FAST = "fast"
    """A JPEG as luma at 1/1 to 1/8 of its size, straight from the decoder; everything else as in STRICT.

    Whoever computes fingerprints asks again in STRICT where luma leaves one in doubt (`scanning.examining`).
    """


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Pixels:
    """A full-size frame: `rgb` is uint8[height, width, 3]."""

    rgb: Bytes


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class ScaledLuma:
    """A frame's luma, each sample the mean of a cell of `divisor` x `divisor` full-resolution pixels.

    `y` is uint8[ceil(full_height / divisor), ceil(full_width / divisor)]. On an axis of full size n, cell k covers the
    pixels [k * divisor - lead, (k + 1) * divisor - lead), clipped to [0, n). The lead is zero unless an EXIF turn has
    moved the partial last cell to the front. `divisor` is 1, 2, 4 or 8.
    """

    y: Bytes
    full_width: int
    full_height: int
    divisor: int
    lead_x: int = 0
    lead_y: int = 0


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Frame:
    """Frame number `index` (from 0) of a picture."""

    index: int
    pixels: Pixels | ScaledLuma
