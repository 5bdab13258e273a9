"""Hostile and broken pictures: each is one typed refusal, the next input is read, and nothing is left behind."""

from __future__ import annotations

import io
import struct
import time
import zlib
from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from media_samples import SMALL, Kept, animation, png_of, refused, saved, scene
from PIL import Image

from shelterwood.media import (
    Decoder,
    LimitNotPositive,
    Limits,
    Mode,
    NotReadable,
    Readable,
    Reason,
    decode_in_process,
)

if TYPE_CHECKING:
    from collections.abc import Iterator


FORMATS = ["JPEG", "PNG", "WEBP", "GIF", "BMP", "TIFF", "AVIF"]


@pytest.fixture(scope="module")
def decoder() -> Iterator[Decoder]:
    with Decoder(SMALL) as opened:
        yield opened


@pytest.mark.parametrize("name", FORMATS)
@pytest.mark.parametrize("part", [0.2, 0.5, 0.9])
def test_a_truncated_file_is_never_half_read(decoder: Decoder, name: str, part: float) -> None:
    data = saved(scene(400, 300), name)
    kept = Kept()

    outcome = decoder.decode(data[: int(len(data) * part)], mode=Mode.FAST, on_frame=kept)

    assert isinstance(outcome, NotReadable)
    assert outcome.reason in {Reason.TRUNCATED, Reason.DAMAGED}
    assert not kept.rgb
    assert not kept.luma


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", Reason.EMPTY),
        (b"\0", Reason.UNKNOWN_FORMAT),
        (b"words in a file called picture.jpg", Reason.UNKNOWN_FORMAT),
        (b"%PDF-1.7", Reason.UNSUPPORTED_FORMAT),
        (b"PK\x03\x04" + bytes(40), Reason.UNSUPPORTED_FORMAT),
        (b"\0\0\0\x18ftypheic\0\0\0\0mif1heic", Reason.UNSUPPORTED_FORMAT),
        (b"\0\0\0\x18ftypmp42\0\0\0\0isommp42", Reason.UNSUPPORTED_FORMAT),
        (b"P6 1 1 255 abc", Reason.UNKNOWN_FORMAT),
        (b"\xff\xd8\xff", Reason.DAMAGED),
        (b"\x89PNG\r\n\x1a\n", Reason.DAMAGED),
        (b"BMP is a word", Reason.UNKNOWN_FORMAT),
    ],
)
def test_bytes_that_are_no_picture_have_their_reason(decoder: Decoder, data: bytes, reason: Reason) -> None:
    outcome = refused(decoder, data)

    assert outcome.reason in {reason, Reason.TRUNCATED} if reason is Reason.DAMAGED else outcome.reason is reason
    assert outcome.detail


def test_the_name_inside_or_outside_counts_nothing_only_the_content(decoder: Decoder) -> None:
    outcome = decoder.decode(saved(scene(), "GIF"), mode=Mode.FAST, on_frame=Kept())

    assert isinstance(outcome, Readable)
    assert outcome.format == "gif"


@pytest.mark.parametrize("name", FORMATS)
def test_a_picture_of_one_pixel_is_read(decoder: Decoder, name: str) -> None:
    kept = Kept()

    outcome = decoder.decode(saved(Image.new("RGB", (1, 1), (9, 9, 9)), name), mode=Mode.STRICT, on_frame=kept)

    assert isinstance(outcome, Readable)
    assert kept.rgb[0].shape == (1, 1, 3)


def giant(name: str) -> bytes:
    """Make a small file that declares 30,000 x 30,000 pixels."""
    if name == "PNG":
        return png_of(30_000, 30_000, depth=8, colour=2, rows=zlib.compress(b""))
    data = bytearray(saved(scene(16, 16), name))
    if name == "JPEG":
        at = data.index(b"\xff\xc0") + 5
        struct.pack_into(">HH", data, at, 30_000, 30_000)
    elif name == "GIF":
        struct.pack_into("<HH", data, 6, 30_000, 30_000)
    elif name == "BMP":
        struct.pack_into("<ii", data, 18, 30_000, 30_000)
    return bytes(data)


@pytest.mark.parametrize("name", ["JPEG", "PNG", "GIF", "BMP"])
def test_thirty_thousand_pixels_square_are_refused_from_the_header(decoder: Decoder, name: str) -> None:
    start = time.monotonic()

    outcome = refused(decoder, giant(name))

    assert outcome.reason is Reason.TOO_MANY_PIXELS
    assert "30000" in outcome.detail
    assert time.monotonic() - start < 5


def test_a_bomb_of_one_colour_is_refused_from_the_header(decoder: Decoder) -> None:
    packer = zlib.compressobj(1)
    rows = b"".join(packer.compress(bytes(1 + 30_000 // 8)) for _ in range(30_000)) + packer.flush()
    data = png_of(30_000, 30_000, depth=1, colour=0, rows=rows)
    assert len(data) < 1 << 20

    assert refused(decoder, data).reason is Reason.TOO_MANY_PIXELS


def test_the_default_limits_refuse_thirty_thousand_square() -> None:
    outcome = decode_in_process(giant("PNG"), mode=Mode.STRICT, limits=Limits(), on_frame=Kept())

    assert isinstance(outcome, NotReadable)
    assert outcome.reason is Reason.TOO_MANY_PIXELS


def test_a_file_larger_than_the_limit_is_not_even_copied(decoder: Decoder) -> None:
    outcome = refused(decoder, saved(scene(), "JPEG") + bytes(9 << 20))

    assert outcome.reason is Reason.TOO_MANY_BYTES


@pytest.mark.parametrize("name", ["GIF", "WEBP", "PNG", "TIFF", "AVIF"])
def test_every_frame_is_handed_over_in_order(decoder: Decoder, name: str) -> None:
    kept = Kept()

    outcome = decoder.decode(animation(name, 5), mode=Mode.FAST, on_frame=kept)

    assert isinstance(outcome, Readable)
    assert (outcome.frames, outcome.frames_in_file, outcome.truncated) == (5, 5, False)
    assert kept.indices == [0, 1, 2, 3, 4]
    for seed, rgb in enumerate(kept.rgb):
        assert np.abs(rgb.astype(int) - np.asarray(scene(40, 30, seed=seed))).mean() < 12


@pytest.mark.parametrize(("name", "declared"), [("GIF", None), ("WEBP", 20), ("PNG", 20), ("TIFF", None), ("AVIF", 20)])
def test_an_animation_is_cut_at_the_cap_and_says_so(decoder: Decoder, name: str, declared: int | None) -> None:
    kept = Kept()

    outcome = decoder.decode(animation(name, 20), mode=Mode.FAST, on_frame=kept)

    assert isinstance(outcome, Readable)
    assert (outcome.frames, outcome.frames_in_file, outcome.truncated) == (8, declared, True)
    assert len(kept.rgb) == 8


def test_as_many_frames_as_the_cap_are_not_a_cut(decoder: Decoder) -> None:
    outcome = decoder.decode(animation("GIF", 8), mode=Mode.FAST, on_frame=Kept())

    assert isinstance(outcome, Readable)
    assert (outcome.frames, outcome.truncated) == (8, False)


def test_an_animation_without_end_is_cut_at_the_cap(decoder: Decoder) -> None:
    data = saved(scene(8, 8), "GIF")
    at = data.index(b"\x2c\0\0\0\0")
    endless = data[:at] + data[at:-1] * 20_000  # the same frame for ever, and no trailer

    outcome = decoder.decode(endless, mode=Mode.FAST, on_frame=Kept())

    assert isinstance(outcome, Readable)
    assert (outcome.frames, outcome.truncated) == (8, True)


def test_pixels_over_all_frames_are_limited() -> None:
    limits = Limits(total_pixels=3000, pixels=2000, frames=100)

    outcome = decode_in_process(animation("PNG", 5), mode=Mode.FAST, limits=limits, on_frame=Kept())

    assert isinstance(outcome, Readable)
    assert (outcome.frames, outcome.truncated) == (2, True)


def test_an_apng_that_ends_too_early_says_how_many_frames_were_whole(decoder: Decoder) -> None:
    data = animation("PNG", 5)
    kept = Kept()

    outcome = decoder.decode(data[: int(len(data) * 0.7)], mode=Mode.FAST, on_frame=kept)

    assert isinstance(outcome, NotReadable)
    assert outcome.reason is Reason.TRUNCATED
    assert 0 < outcome.frames == len(kept.rgb) < 5


def test_a_limit_of_nothing_is_an_error() -> None:
    with pytest.raises(LimitNotPositive, match="'frames' is 0"):
        Limits(frames=0)


SEEDS = [saved(scene(60, 40), name) for name in FORMATS] + [
    saved(scene(60, 40).convert("CMYK"), "JPEG"),
    saved(scene(60, 40).quantize(16), "PNG", transparency=3),
    animation("GIF", 3),
    animation("PNG", 3),
]


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    seed=st.sampled_from(SEEDS),
    changes=st.lists(st.tuples(st.floats(0, 1, exclude_max=True), st.binary(min_size=1, max_size=4)), max_size=6),
    cut=st.floats(0.3, 1),
)
def test_damage_anywhere_gives_a_typed_outcome(
    decoder: Decoder, seed: bytes, changes: list[tuple[float, bytes]], cut: float
) -> None:
    data = io.BytesIO(seed)
    for place, piece in changes:
        data.seek(int(place * len(seed)))
        data.write(piece)

    outcome = decoder.decode(data.getvalue()[: int(len(seed) * cut)], mode=Mode.FAST, on_frame=Kept())

    assert isinstance(outcome, Readable | NotReadable)
    assert not (isinstance(outcome, NotReadable) and outcome.reason is Reason.CRASHED), outcome.detail
