"""Pictures as files: one encoder for every format, and a folder of mixed ones as a platform's storage holds them."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt
from PIL import Image

from benchmarks.pictures.stream import pictures

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["encode", "write_mixed"]

SAVE_OPTIONS: dict[str, tuple[str, dict[str, Any]]] = {
    ".jpg": ("JPEG", {"quality": 85}),
    ".png": ("PNG", {}),
    ".webp": ("WEBP", {"quality": 80}),
    ".gif": ("GIF", {}),
    ".bmp": ("BMP", {}),
    ".tiff": ("TIFF", {"compression": "tiff_lzw"}),
    ".avif": ("AVIF", {"quality": 65, "speed": 9}),
}
# What upload folders are made of, roughly: mostly JPEG.
SHARES = (".jpg",) * 14 + (".png",) * 3 + (".webp",) * 2 + (".gif",)


def encode(rgb: npt.NDArray[np.uint8] | Image.Image, suffix: str = ".jpg", **options: object) -> bytes:
    """Return the picture as a file of that suffix; `options` go to Pillow's writer."""
    image = rgb if isinstance(rgb, Image.Image) else Image.fromarray(rgb)
    name, defaults = SAVE_OPTIONS[suffix]
    stream = io.BytesIO()
    image.save(stream, name, **(defaults | options))
    return stream.getvalue()


def write_mixed(folder: Path, count: int, seed: int = 0, *, most_pixels: int = 12_500_000) -> list[Path]:
    """Write `count` pictures of mixed size, kind and format into sub-folders of 100; return their paths."""
    rng = np.random.default_rng((seed, 3))
    paths = []
    for index, one in enumerate(pictures(count, seed, most_pixels=most_pixels)):
        suffix = SHARES[rng.integers(len(SHARES))]
        path = folder / f"{index // 100:03d}" / f"{one.name}{suffix}"
        path.parent.mkdir(parents=True, exist_ok=True)
        options = {"quality": int(rng.choice([60, 75, 85, 90, 95]))} if suffix == ".jpg" else {}
        path.write_bytes(encode(one.rgb, suffix, **options))
        paths.append(path)
    return paths
