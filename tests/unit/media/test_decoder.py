"""The child: the same samples as in process, one typed outcome for each bad input, and nothing left behind."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest
from media_samples import Kept, mean_difference, saved, scene, turned_exif
from PIL import PngImagePlugin
from test_decoding import COLOUR_CASES

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


@pytest.mark.parametrize("case", COLOUR_CASES)
def test_the_lock_stops_no_colour_conversion(decoder: Decoder, case: str) -> None:
    data = COLOUR_CASES[case][0]()
    here, there = Kept(), Kept()

    outcome = decoder.decode(data, mode=Mode.STRICT, on_frame=there)

    assert outcome == decode_in_process(data, mode=Mode.STRICT, limits=Limits(), on_frame=here)
    np.testing.assert_array_equal(here.rgb[0], there.rgb[0])


COMPRESSIONS = ["raw", "tiff_lzw", "tiff_adobe_deflate", "packbits", "lzma", "zstd", "jpeg"]


@pytest.mark.parametrize("compression", COMPRESSIONS)
def test_the_lock_stops_no_compression_of_tiff(decoder: Decoder, compression: str) -> None:
    kept = Kept()

    outcome = decoder.decode(saved(scene(), "TIFF", compression=compression), mode=Mode.STRICT, on_frame=kept)

    assert isinstance(outcome, Readable)
    assert mean_difference(kept.rgb[0], scene()) <= (3.0 if compression == "jpeg" else 0.0)


def test_texts_profiles_and_orientation_in_a_file_stop_nothing(decoder: Decoder) -> None:
    texts = PngImagePlugin.PngInfo()
    texts.add_text("plain", "words " * 100, zip=True)
    texts.add_itxt("international", "\u00e9\u4e2d", "zh", "key", zip=True)
    png = saved(scene(), "PNG", pnginfo=texts, exif=turned_exif(6), dpi=(72, 72))
    jpeg = saved(scene(), "JPEG", comment=b"words", exif=turned_exif(3), progressive=True, restart_marker_rows=2)

    outcomes = [decoder.decode(data, mode=Mode.FAST, on_frame=Kept()) for data in (png, jpeg)]

    assert all(isinstance(outcome, Readable) for outcome in outcomes)


def test_a_cut_picture_is_one_refusal_and_the_next_is_read(decoder: Decoder) -> None:
    data = saved(scene(), "JPEG")

    cut = decoder.decode(data[: len(data) // 2], mode=Mode.STRICT, on_frame=Kept())
    whole = decoder.decode(data, mode=Mode.STRICT, on_frame=Kept())

    assert isinstance(cut, NotReadable)
    assert cut.reason is Reason.TRUNCATED
    assert isinstance(whole, Readable)
