"""The perceptual side of a list: PDQ fingerprints by row number, in the index of `shelterwood.index`."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

__all__ = ["PdqRows", "build_index"]


def build_index(codes: NDArray[np.uint8], rows: NDArray[np.int64], folder: Path) -> None:
    """Write the index of `codes` (uint8[n, 32]) with the row number of each; nothing where there are none."""
    if len(rows):
        folder.mkdir(mode=0o700)
        np.save(folder / "codes.npy", codes)
        np.save(folder / "rows.npy", rows)
        for part in folder.iterdir():
            part.chmod(0o600)


class PdqRows:
    """An opened index: which rows are within a radius of a fingerprint."""

    def __init__(self, folder: Path) -> None:
        self._codes = np.load(folder / "codes.npy", mmap_mode="r")
        self._rows = np.load(folder / "rows.npy", mmap_mode="r")

    def __len__(self) -> int:
        return len(self._rows)

    def search(
        self, queries: NDArray[np.uint8], radius: int
    ) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]:
        """Return (query, row, distance) of every fingerprint within `radius` bits."""
        found = []
        for number, query in enumerate(queries):
            distances = np.bitwise_count(self._codes ^ query).sum(axis=1, dtype=np.int64)
            near = np.flatnonzero(distances <= radius)
            found.append((np.full(len(near), number), self._rows[near], distances[near]))
        query, row, distance = (np.concatenate(part).astype(np.int64) for part in zip(*found, strict=True))
        return query, row, distance
