"""The picture of the load script: shapes with grain, 1600 x 1004 pixels, about 360 kB as JPEG, as at the peer."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

import numpy as np
from PIL import Image

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["write_picture"]


def write_picture(path: Path, *, size: int = 360_000) -> Path:
    """Write shapes with grain, at the first quality that makes the file at least `size` bytes."""
    drawn = np.random.default_rng(7)
    blocks = Image.fromarray(drawn.integers(0, 256, (40, 64, 3), dtype=np.uint8))
    coarse = blocks.resize((1600, 1004), Image.Resampling.BICUBIC)
    grain = np.asarray(coarse).astype(np.int16) + drawn.normal(0, 4, (1004, 1600, 1)).astype(np.int16)
    image = Image.fromarray(grain.clip(0, 255).astype(np.uint8))
    for quality in range(60, 100):
        file = io.BytesIO()
        image.save(file, "JPEG", quality=quality)
        if file.tell() >= size:
            break
    path.write_bytes(file.getvalue())
    return path
