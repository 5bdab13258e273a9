"""The short way into a plain JPEG gives what Pillow's own way gives, and leaves it whatever is not plain."""

from __future__ import annotations

import io

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from media_samples import Kept, Outcome, saved, scene, turned_exif
from PIL import Image

from shelterwood.media import Limits, Mode, NotReadable, Readable, decode_in_process, opening
from shelterwood.media.plain_jpeg import Header, plain_header

SCENE = scene(500, 490)


def with_exif_thumbnail() -> bytes:
    exif = turned_exif(6)
    exif.get_ifd(1)[0x0201] = 8
    return saved(SCENE, "JPEG", exif=exif, comment=saved(scene(40, 30), "JPEG"))


def multi_picture() -> bytes:
    data = io.BytesIO()
    SCENE.save(data, "MPO", save_all=True, append_images=[scene(60, 40, seed=1)])
    return data.getvalue()


def segment(marker: int, body: bytes) -> bytes:
    return bytes([0xFF, marker]) + (len(body) + 2).to_bytes(2, "big") + body


def after_start(data: bytes, *segments: bytes) -> bytes:
    return data[:2] + b"".join(segments) + data[2:]


PLAIN = {
    "ordinary": saved(SCENE, "JPEG"),
    "grey": saved(SCENE.convert("L"), "JPEG"),
    "progressive": saved(SCENE, "JPEG", progressive=True),
    "4:4:4": saved(SCENE, "JPEG", subsampling=0),
    "RGB inside": saved(SCENE, "JPEG", keep_rgb=True),
    "restart markers": saved(SCENE, "JPEG", restart_marker_rows=2),
    "comment": saved(SCENE, "JPEG", comment=b"a comment"),
    "profile": saved(SCENE, "JPEG", icc_profile=b"x" * 70_000),
    "thumbnail in a JFIF extension": after_start(saved(SCENE, "JPEG"), segment(0xE0, b"JFXX\0\x10" + b"x" * 500)),
    "pictures behind it": multi_picture(),
    "one pixel": saved(scene(1, 1), "JPEG"),
    "cut in the samples": saved(SCENE, "JPEG")[:-900],
    "cut in the samples, progressive": saved(SCENE, "JPEG", progressive=True)[:5000],
}
NOT_PLAIN = {
    "turned": saved(SCENE, "JPEG", exif=turned_exif(6)),
    "thumbnail in EXIF": with_exif_thumbnail(),
    "XMP": saved(SCENE, "JPEG", xmp=b'<x:xmpmeta tiff:Orientation="3"/>'),
    "CMYK": saved(SCENE.convert("CMYK"), "JPEG"),
    "Photoshop's block": after_start(saved(SCENE, "JPEG"), segment(0xED, b"Photoshop 3.0\0" + b"8BIM")),
    "short ICC": after_start(saved(SCENE, "JPEG"), segment(0xE2, b"ICC_PROFILE\0")),
    "short JFIF": after_start(saved(SCENE, "JPEG"), segment(0xE0, b"JFIF\0")),
    "fill bytes": after_start(saved(SCENE, "JPEG"), b"\xff\xff\xff"),
    "half a table": after_start(saved(SCENE, "JPEG"), segment(0xDB, b"\0" * 40)),
    "cut in the header": saved(SCENE, "JPEG")[:300],
    "first bytes only": b"\xff\xd8\xff",
}


def both_ways(data: bytes, mode: Mode, monkeypatch: pytest.MonkeyPatch) -> list[tuple[Outcome, Kept]]:
    ways = []
    for header in (plain_header, lambda _: None):
        with monkeypatch.context() as patch:
            patch.setattr(opening, "plain_header", header)
            kept = Kept()
            ways.append((decode_in_process(data, mode=mode, limits=Limits(), on_frame=kept), kept))
    return ways


def assert_same(data: bytes, mode: Mode, monkeypatch: pytest.MonkeyPatch) -> Outcome:
    (short, its), (long, theirs) = both_ways(data, mode, monkeypatch)
    assert short == long
    for mine, other in zip(its.rgb, theirs.rgb, strict=True):
        np.testing.assert_array_equal(mine, other)
    for luma, other_luma in zip(its.luma, theirs.luma, strict=True):
        np.testing.assert_array_equal(luma.y, other_luma.y)
        assert (luma.divisor, luma.full_width, luma.lead_x) == (
            other_luma.divisor,
            other_luma.full_width,
            other_luma.lead_x,
        )
    return short


@pytest.mark.parametrize("mode", Mode)
@pytest.mark.parametrize("name", [*PLAIN, *NOT_PLAIN])
def test_both_ways_give_the_same(name: str, mode: Mode, monkeypatch: pytest.MonkeyPatch) -> None:
    outcome = assert_same((PLAIN | NOT_PLAIN)[name], mode, monkeypatch)

    assert isinstance(outcome, NotReadable if "cut" in name or "first" in name else Readable | NotReadable)


@pytest.mark.parametrize("name", PLAIN)
def test_what_is_plain_goes_the_short_way(name: str) -> None:
    size = (1, 1) if name == "one pixel" else SCENE.size

    assert plain_header(PLAIN[name]) == Header(size, "L" if name == "grey" else "RGB")


@pytest.mark.parametrize("name", NOT_PLAIN)
def test_what_is_not_plain_is_left_to_pillow(name: str) -> None:
    assert plain_header(NOT_PLAIN[name]) is None


SMALL = [saved(scene(40, 30), "JPEG", progressive=progressive, icc_profile=b"p" * 20) for progressive in (False, True)]


@settings(deadline=None, max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.sampled_from(SMALL),
    st.lists(st.tuples(st.integers(2, 700), st.integers(0, 255)), max_size=3),
    st.integers(3, 2000),
    st.sampled_from(Mode),
)
def test_damage_anywhere_gives_the_same_both_ways(
    monkeypatch: pytest.MonkeyPatch, data: bytes, changes: list[tuple[int, int]], end: int, mode: Mode
) -> None:
    damaged = bytearray(data[:end])
    for at, value in changes:
        if at < len(damaged):
            damaged[at] = value

    assert_same(bytes(damaged), mode, monkeypatch)


def test_a_large_picture_is_decoded_in_one_call_as_in_many(monkeypatch: pytest.MonkeyPatch) -> None:
    noise = np.random.default_rng(3).integers(0, 256, (600, 800, 3), dtype=np.uint8)
    data = saved(Image.fromarray(noise), "JPEG", quality=95)

    assert len(data) > 4 * 65536
    assert isinstance(assert_same(data, Mode.STRICT, monkeypatch), Readable)
