"""The child: the same samples as in process, one typed outcome for each bad input, and nothing left behind."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest
from media_samples import Kept, saved, scene

from shelterwood.media import Decoder, Limits, Mode, NotReadable, Readable, Reason, decode_in_process

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture(scope="module")
def decoder() -> Iterator[Decoder]:
    with Decoder() as opened:
        yield opened


@pytest.mark.parametrize("mode", Mode)
@pytest.mark.parametrize("name", ["JPEG", "PNG", "WEBP", "GIF", "BMP", "TIFF", "AVIF"])
def test_the_child_gives_the_same_samples_as_in_process(decoder: Decoder, name: str, mode: Mode) -> None:
    data = saved(scene(700, 520), name)
    here, there = Kept(), Kept()

    outcome = decoder.decode(data, mode=mode, on_frame=there)

    assert outcome == decode_in_process(data, mode=mode, limits=Limits(), on_frame=here)
    assert isinstance(outcome, Readable)
    for mine, its in zip(here.rgb, there.rgb, strict=True):
        np.testing.assert_array_equal(mine, its)
    for luma, its_luma in zip(here.luma, there.luma, strict=True):
        np.testing.assert_array_equal(luma.y, its_luma.y)
        assert luma.divisor == its_luma.divisor


def test_a_cut_picture_is_one_refusal_and_the_next_is_read(decoder: Decoder) -> None:
    data = saved(scene(), "JPEG")

    cut = decoder.decode(data[: len(data) // 2], mode=Mode.STRICT, on_frame=Kept())
    whole = decoder.decode(data, mode=Mode.STRICT, on_frame=Kept())

    assert isinstance(cut, NotReadable)
    assert cut.reason is Reason.TRUNCATED
    assert isinstance(whole, Readable)
