"""The NumPy reference, the recorded vectors and the C++ core give the same fingerprints."""

from __future__ import annotations

import json
import runpy
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from oracle import PICTURES, pdqhash_codes

from shelterwood.fingerprints import pdq
from shelterwood.fingerprints._reference import codes_and_quality

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

VECTORS = Path(__file__).parents[2] / "vectors" / "pdq"
ROWS = [json.loads(line) for line in (VECTORS / "vectors.jsonl").read_text(encoding="utf-8").splitlines()]
DRAW = runpy.run_path(str(VECTORS / "make.py"))["draw"]


@pytest.mark.parametrize("row", ROWS, ids=lambda row: f"{row['rule']}-{row['height']}x{row['width']}")
def test_core_and_reference_give_the_recorded_fingerprints(row: dict[str, Any]) -> None:
    picture = DRAW(row["rule"], row["height"], row["width"])
    core = pdq.compute(picture)
    codes, quality = codes_and_quality(picture)

    assert [code.hex() for code in core.orientations.values()] == row["orientations"]
    assert [code.hex() for code in codes] == row["orientations"]
    assert core.quality == quality == row["quality"]
    assert core.hex == row["pdq"]


@pytest.mark.parametrize("draw", PICTURES)
@pytest.mark.parametrize("size", [(5, 9), (64, 64), (130, 70), (260, 391)], ids=str)
def test_the_reference_is_pdqhash(draw: Callable[..., NDArray[np.uint8]], size: tuple[int, int]) -> None:
    picture = draw(np.random.default_rng(size), *size)
    codes, quality = codes_and_quality(picture)

    assert (b"".join(codes), quality) == pdqhash_codes(picture)
