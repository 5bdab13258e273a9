"""The picture generator must give the same pixels for the same seed, or no table made from it could be checked."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

import numpy as np
import pytest
from PIL import Image

from benchmarks.pictures import CHANGES, FAMILIES, encode, picture, pictures, sample_tiles, unrelated, write_mixed

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize("family", FAMILIES)
def test_the_same_seed_draws_the_same_picture_and_another_seed_another(family: str) -> None:
    one = picture(5, family=family, height=120, width=160)
    again = picture(5, family=family, height=120, width=160)
    other = picture(6, family=family, height=120, width=160)
    assert one.shape == (120, 160, 3)
    assert one.dtype == np.uint8
    assert np.array_equal(one, again)
    assert not np.array_equal(one, other)


def test_a_part_of_the_unrelated_stream_is_the_same_whoever_draws_it() -> None:
    whole = [p.rgb for p in unrelated(8, seed=3)]
    part = [p.rgb for p in unrelated(3, seed=3, start=5)]
    assert all(np.array_equal(a, b) for a, b in zip(whole[5:], part, strict=True))


def test_the_unrelated_stream_never_crops_a_photograph() -> None:
    assert "crop" not in {p.family for p in unrelated(60)}


def test_tiles_of_photographs_share_no_pixel() -> None:
    tiles = [rgb.tobytes() for name, rgb in sample_tiles(128) if name == "astronaut"]
    assert len(tiles) == len(set(tiles)) == 16


@pytest.mark.parametrize("name", CHANGES)
def test_every_change_gives_a_file_that_opens(name: str) -> None:
    rgb = picture(1, family="leaves", height=96, width=128)
    changed = CHANGES[name](Image.fromarray(rgb))
    with Image.open(io.BytesIO(changed.data)) as image:
        image.load()
        assert min(image.size) > 20
    assert changed.data != encode(rgb, ".jpg", quality=90) or name == "JPEG quality 90"


def test_a_mixed_folder_has_several_formats_and_sizes(tmp_path: Path) -> None:
    paths = write_mixed(tmp_path, 30, seed=2, most_pixels=200_000)
    assert len({p.suffix for p in paths}) >= 3
    assert len({len(p.read_bytes()) for p in paths}) == len(paths)


def test_the_mixed_stream_takes_every_size_in_turn() -> None:
    sizes = {tuple(sorted(p.rgb.shape[:2])) for p in pictures(6, most_pixels=200_000)}
    assert sizes == {(240, 320), (333, 500)}
