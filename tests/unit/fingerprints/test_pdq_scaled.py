"""How far fast mode on a JPEG's scaled luma is from strict mode; the figures are in docs/reference/fingerprints.md.

Smooth shading (family "relief") is why fingerprints count their bits in doubt; what is in doubt is taken from full-size
RGB, as `scanning.examining` does. The last test bounds what scaling adds to what 8-bit luma loses there.
"""

from __future__ import annotations

import io
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pytest
from PIL import Image

from benchmarks.pictures import pictures
from shelterwood.fingerprints import pdq

if TYPE_CHECKING:
    from numpy.typing import NDArray

pytestmark = pytest.mark.slow


@dataclass(frozen=True, slots=True, kw_only=True)
class Luma:
    y: NDArray[np.uint8]
    full_width: int
    full_height: int
    divisor: int
    lead_x: int = 0
    lead_y: int = 0


def scaled_luma(jpeg: bytes) -> Luma:
    image = Image.open(io.BytesIO(jpeg))
    width, height = image.size
    divisor = next((d for d in (8, 4, 2) if min(width, height) // d >= 240), 1)
    image.draft("L", (width // divisor, height // divisor))
    return Luma(y=np.asarray(image), full_width=width, full_height=height, divisor=divisor)


def as_jpeg(rgb: NDArray[np.uint8], index: int) -> bytes:
    buffer = io.BytesIO()
    quality, subsampling = (60, 75, 85, 90, 95)[index % 5], (0, 2, 2, 2)[index % 4]
    Image.fromarray(rgb).save(buffer, "JPEG", quality=quality, subsampling=subsampling, progressive=index % 9 == 0)
    return buffer.getvalue()


def strict_of(jpeg: bytes) -> pdq.Pdq:
    return pdq.compute(np.asarray(Image.open(io.BytesIO(jpeg)).convert("RGB")))


def fast_of(jpeg: bytes) -> pdq.Pdq:
    from_luma = pdq.compute(scaled_luma(jpeg))
    if from_luma.is_stable or not from_luma.is_detailed:
        return from_luma
    return pdq.compute(np.asarray(Image.open(io.BytesIO(jpeg)).convert("RGB")), mode=pdq.Mode.FAST)


def test_fast_mode_is_within_the_distances_asked_for() -> None:
    distances = []
    for index, picture in enumerate(pictures(380, seed=5)):
        jpeg = as_jpeg(picture.rgb, index)
        strict = strict_of(jpeg)
        if strict.is_detailed:
            distances.append(pdq.distance(fast_of(jpeg), strict))

    assert len(distances) >= 300
    assert np.percentile(distances, 99) <= 6
    assert max(distances) <= 12


def test_scaling_adds_little_to_what_eight_bits_lose_on_smooth_shading() -> None:
    reliefs = [(i, p.rgb) for i, p in enumerate(pictures(80, seed=5)) if p.family == "relief"]
    beyond = []
    for index, rgb in reliefs:
        jpeg = as_jpeg(rgb, index)
        decoded = np.asarray(Image.open(io.BytesIO(jpeg)).convert("RGB"))
        height, width = decoded.shape[:2]
        rounded = np.round(decoded @ np.array([0.299, 0.587, 0.114])).astype(np.uint8)
        full_size = pdq.compute(Luma(y=rounded, full_width=width, full_height=height, divisor=1))
        strict = strict_of(jpeg)
        beyond.append(pdq.distance(pdq.compute(scaled_luma(jpeg)), strict) - pdq.distance(full_size, strict))

    assert reliefs
    assert max(beyond) <= 12
