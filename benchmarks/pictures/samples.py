"""The sample photographs of scikit-image, read from its files without importing it (importing takes half a second)."""

from __future__ import annotations

import importlib.util
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
from PIL import Image

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

__all__ = ["sample_tiles", "samples"]

Rgb = npt.NDArray[np.uint8]

# One of each: motorcycle_right is the same scene as motorcycle_left, the rest of the folder is masks and drawings.
NAMES = (
    "astronaut.png",
    "brick.png",
    "camera.png",
    "cell.png",
    "chelsea.png",
    "clock_motion.png",
    "coffee.png",
    "coins.png",
    "color.png",
    "grass.png",
    "gravel.png",
    "hubble_deep_field.jpg",
    "ihc.png",
    "moon.png",
    "motorcycle_left.png",
    "page.png",
    "retina.jpg",
    "rocket.jpg",
    "text.png",
)


def _folder() -> Path:
    spec = importlib.util.find_spec("skimage")
    if spec is None or not spec.submodule_search_locations:
        raise ModuleNotFoundError("scikit-image is missing; run bin/setup --dev or bin/setup --bench")
    return Path(spec.submodule_search_locations[0]) / "data"


@cache
def samples() -> Mapping[str, Rgb]:
    """Return the sample photographs by name as RGB arrays, uint8[h, w, 3]."""
    folder = _folder()
    return {
        Path(name).stem: np.asarray(Image.open(folder / name).convert("RGB"))
        for name in NAMES
        if (folder / name).exists()
    }


def sample_tiles(side: int = 128) -> Iterator[tuple[str, Rgb]]:
    """Yield squares of the photographs that share no pixel: related in texture, unrelated in content."""
    for name, rgb in samples().items():
        height, width = rgb.shape[:2]
        for top in range(0, height - side + 1, side):
            for left in range(0, width - side + 1, side):
                yield name, np.ascontiguousarray(rgb[top : top + side, left : left + side])
