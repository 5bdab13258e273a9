"""The perceptual side of a list: PDQ fingerprints by row number, in the index of `shelterwood.index`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shelterwood.index import HammingIndex

if TYPE_CHECKING:
    from pathlib import Path

    import numpy as np
    from numpy.typing import NDArray

__all__ = ["DEFAULT_RADIUS", "build_index", "open_index"]

DEFAULT_RADIUS = 31


def build_index(codes: NDArray[np.uint8], rows: NDArray[np.int64], folder: Path) -> None:
    """Write the index of `codes` (uint8[n, 32]) with the row number of each; nothing where there are none."""
    if len(rows):
        HammingIndex.build(codes, rows, radius=DEFAULT_RADIUS).save(folder)


def open_index(folder: Path) -> HammingIndex | None:
    """Map the index for reading; None where the list holds no live PDQ fingerprint."""
    return HammingIndex.open(folder) if folder.exists() else None
