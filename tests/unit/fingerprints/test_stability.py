"""How many bits of a fingerprint are in doubt: the count itself, and what it says of smooth and detailed pictures."""

from __future__ import annotations

import numpy as np
import pytest
from oracle import noise
from skimage import data

from benchmarks.pictures import picture
from shelterwood.fingerprints import _reference, pdq


@pytest.mark.parametrize("size", [(90, 131), (200, 300), (257, 129)])
def test_bits_in_doubt_are_those_within_half_a_unit_of_the_median(size: tuple[int, int]) -> None:
    rgb = (noise(np.random.default_rng(size), *size) // 16 + 100).astype(np.uint8)
    field = _reference._luma(rgb)
    for axis in (1, 0, 1, 0):
        field = _reference._box(field, axis)
    oriented = _reference._oriented(_reference._dct(_reference._sampled(field)))
    near = [np.abs(spectrum - np.sort(spectrum, axis=None)[127]) < 0.5 for spectrum in oriented]

    assert pdq.compute(rgb).doubtful == max(int(one.sum()) for one in near) > 0


def test_a_smooth_gradient_is_in_doubt() -> None:
    across, down = np.meshgrid(np.linspace(0, 255, 640), np.linspace(0, 1, 480))
    rgb = np.stack([across * down, across, 255 - across * down], axis=-1).astype(np.uint8)

    assert not pdq.compute(rgb).is_stable


def test_smooth_shading_of_high_quality_is_in_doubt() -> None:
    shaded = pdq.compute(picture(7, family="relief", height=480, width=640))

    assert shaded.is_detailed
    assert not shaded.is_stable


@pytest.mark.parametrize("name", ["astronaut", "chelsea", "coffee", "rocket"])
@pytest.mark.parametrize("mode", pdq.Mode)
def test_a_photograph_is_stable(name: str, mode: pdq.Mode) -> None:
    assert pdq.compute(getattr(data, name)(), mode=mode).is_stable
