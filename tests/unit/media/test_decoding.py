"""Every format, orientation and colour mode must come out as the same upright RGB picture."""

from __future__ import annotations

import io
import zlib

import numpy as np
import pytest
from media_samples import Kept, mean_difference, png_of, saved, scene, stored, turned_exif
from PIL import Image

from shelterwood.media import Format, Limits, Mode, NotReadable, Readable, Reason, decode_in_process

FORMATS = ["JPEG", "PNG", "WEBP", "GIF", "BMP", "TIFF", "AVIF"]
WITH_EXIF = ["JPEG", "PNG", "WEBP", "TIFF", "AVIF"]
LOSS = {"JPEG": 3.0, "WEBP": 3.0, "AVIF": 3.0, "GIF": 8.0}


def decoded(
    data: bytes, *, mode: Mode = Mode.STRICT, limits: Limits | None = None
) -> tuple[Kept, Readable | NotReadable]:
    kept = Kept()
    return kept, decode_in_process(data, mode=mode, limits=limits or Limits(), on_frame=kept)


@pytest.mark.parametrize("name", FORMATS)
def test_each_format_decodes_to_the_picture_that_was_saved(name: str) -> None:
    kept, outcome = decoded(saved(scene(), name))

    assert outcome == Readable(
        format=Format(name.lower()), width=120, height=80, frames=1, frames_in_file=1, truncated=False
    )
    assert mean_difference(kept.rgb[0], scene()) <= LOSS.get(name, 0.0)


@pytest.mark.parametrize("tag", range(1, 9))
@pytest.mark.parametrize("name", WITH_EXIF)
def test_a_turned_file_decodes_upright(name: str, tag: int) -> None:
    kept, outcome = decoded(saved(stored(scene(), tag), name, exif=turned_exif(tag)))

    assert isinstance(outcome, Readable)
    assert (outcome.width, outcome.height) == (120, 80)
    assert mean_difference(kept.rgb[0], scene()) <= LOSS.get(name, 0.0)


@pytest.mark.parametrize("tag", range(1, 9))
def test_scaled_luma_of_a_turned_jpeg_keeps_the_definition_of_its_cells(tag: int) -> None:
    upright = scene(1061, 803)
    data = saved(stored(upright, tag), "JPEG", quality=95, subsampling=0, exif=turned_exif(tag))

    kept, outcome = decoded(data, mode=Mode.FAST)

    luma = kept.luma[0]
    assert isinstance(outcome, Readable)
    assert (outcome.width, outcome.height) == (luma.full_width, luma.full_height) == (1061, 803)
    assert luma.divisor == 2
    means = _cell_means(np.asarray(upright.convert("L")).astype(np.float64), luma.divisor, luma.lead_x, luma.lead_y)
    assert means.shape == luma.y.shape
    assert np.abs(means - luma.y).mean() < 1.0
    assert np.abs(means - luma.y)[[0, -1], :].mean() < 1.5
    assert np.abs(means - luma.y)[:, [0, -1]].mean() < 1.5


def _cell_means(full: np.ndarray, divisor: int, lead_x: int, lead_y: int) -> np.ndarray:
    rows = [full[slice(*edges)].mean(axis=0) for edges in _cells(full.shape[0], divisor, lead_y)]
    by_row = np.stack(rows)
    return np.stack([by_row[:, slice(*edges)].mean(axis=1) for edges in _cells(full.shape[1], divisor, lead_x)], axis=1)


def _cells(size: int, divisor: int, lead: int) -> list[tuple[int, int]]:
    count = -(-size // divisor)
    return [(max(k * divisor - lead, 0), min((k + 1) * divisor - lead, size)) for k in range(count)]


@pytest.mark.parametrize(
    ("width", "height", "divisor"),
    [(255, 300, 1), (479, 600, 1), (480, 515, 2), (959, 1100, 2), (960, 1031, 4), (1921, 2060, 8), (5000, 4500, 8)],
)
def test_the_fast_divisor_keeps_240_samples_on_the_short_side(width: int, height: int, divisor: int) -> None:
    kept, _ = decoded(saved(Image.new("RGB", (width, height), (90, 120, 30)), "JPEG"), mode=Mode.FAST)

    luma = kept.luma[0]
    assert luma.divisor == divisor
    assert luma.y.shape == (-(-height // divisor), -(-width // divisor))
    assert (luma.lead_x, luma.lead_y) == (0, 0)
    assert abs(int(luma.y[5, 5]) - round(0.299 * 90 + 0.587 * 120 + 0.114 * 30)) <= 1


@pytest.mark.parametrize("options", [{"progressive": True}, {"keep_rgb": True}, {"subsampling": 2}])
def test_each_kind_of_colour_jpeg_has_a_luma(options: dict[str, object]) -> None:
    kept, _ = decoded(saved(scene(600, 520), "JPEG", quality=95, **options), mode=Mode.FAST)

    luma = kept.luma[0]
    assert mean_difference(luma.y, scene(600, 520).convert("L").reduce(luma.divisor)) < 2.0


def test_a_cmyk_jpeg_is_never_read_as_luma() -> None:
    kept, _ = decoded(saved(scene(600, 520).convert("CMYK"), "JPEG"), mode=Mode.FAST)

    assert not kept.luma
    assert kept.rgb[0].shape == (520, 600, 3)


GREY = np.asarray(scene().convert("L"))


def _sixteen_bit() -> Image.Image:
    return Image.fromarray((GREY.astype(np.uint16) << 8) | 0x5A)


COLOUR_CASES = {
    "cmyk jpeg": (lambda: saved(scene().convert("CMYK"), "JPEG", quality=95), scene(), 3.0),
    "cmyk tiff": (lambda: saved(scene().convert("CMYK"), "TIFF"), scene(), 1.0),
    "grey jpeg": (lambda: saved(scene().convert("L"), "JPEG", quality=95), scene().convert("L").convert("RGB"), 2.0),
    "palette png": (lambda: saved(scene().quantize(256), "PNG"), scene().quantize(256).convert("RGB"), 0.0),
    "palette gif": (lambda: saved(scene().quantize(256), "GIF"), scene().quantize(256).convert("RGB"), 0.0),
    "palette bmp": (lambda: saved(scene().quantize(256), "BMP"), scene().quantize(256).convert("RGB"), 0.0),
    "palette tiff": (lambda: saved(scene().quantize(256), "TIFF"), scene().quantize(256).convert("RGB"), 0.0),
    "one-bit png": (lambda: saved(scene().convert("1"), "PNG"), scene().convert("1").convert("RGB"), 0.0),
    "one-bit tiff": (lambda: saved(scene().convert("1"), "TIFF"), scene().convert("1").convert("RGB"), 0.0),
    "16-bit grey png": (lambda: saved(_sixteen_bit(), "PNG"), scene().convert("L").convert("RGB"), 0.0),
    "16-bit grey tiff": (lambda: saved(_sixteen_bit(), "TIFF"), scene().convert("L").convert("RGB"), 0.0),
    "YCbCr tiff": (lambda: saved(scene().convert("YCbCr"), "TIFF"), scene(), 2.0),
    "LAB tiff": (lambda: saved(_lab(), "TIFF"), scene(), 4.0),
    "opaque RGBA png": (lambda: saved(scene().convert("RGBA"), "PNG"), scene(), 0.0),
    "opaque grey with alpha": (lambda: saved(scene().convert("LA"), "PNG"), scene().convert("L").convert("RGB"), 0.0),
}


def _lab() -> Image.Image:
    from PIL import ImageCms  # noqa: PLC0415 - only this case needs the colour engine

    made = ImageCms.profileToProfile(
        scene(), ImageCms.createProfile("sRGB"), ImageCms.createProfile("LAB"), outputMode="LAB"
    )
    assert made is not None
    return made


@pytest.mark.parametrize("case", COLOUR_CASES)
def test_each_colour_mode_comes_out_as_the_rgb_that_viewers_show(case: str) -> None:
    make, wanted, loss = COLOUR_CASES[case]

    kept, outcome = decoded(make())

    assert isinstance(outcome, Readable)
    assert mean_difference(kept.rgb[0], wanted) <= loss


@pytest.mark.parametrize("mode", ["RGBA", "LA"])
def test_transparent_pixels_show_white(mode: str) -> None:
    picture = Image.new(mode, (8, 8), (10, 20, 30, 0) if mode == "RGBA" else (10, 0))

    kept, _ = decoded(saved(picture, "PNG"))

    assert (kept.rgb[0] == 255).all()


def test_half_transparent_pixels_are_mixed_with_white() -> None:
    kept, _ = decoded(saved(Image.new("RGBA", (8, 8), (0, 100, 200, 128)), "PNG"))

    assert np.abs(kept.rgb[0][0, 0].astype(int) - [127, 177, 227]).max() <= 1


@pytest.mark.parametrize("name", ["PNG", "GIF"])
def test_a_transparent_palette_entry_shows_white(name: str) -> None:
    picture = Image.new("P", (8, 8), 1)
    picture.putpalette([0, 0, 0, 200, 10, 10] + [0] * 750)
    picture.paste(0, (0, 0, 4, 8))

    kept, _ = decoded(saved(picture, name, transparency=0))

    assert (kept.rgb[0][:, :4] == 255).all()
    assert (kept.rgb[0][:, 4:] == [200, 10, 10]).all()


@pytest.mark.parametrize(("mode", "key", "clear"), [("L", 7, 7), ("RGB", (1, 2, 3), (1, 2, 3))])
def test_a_transparent_colour_shows_white(mode: str, key: object, clear: object) -> None:
    kept, _ = decoded(saved(Image.new(mode, (8, 8), clear), "PNG", transparency=key))

    assert (kept.rgb[0] == 255).all()


@pytest.mark.parametrize(("colour", "channels"), [(0, 1), (2, 3), (4, 2), (6, 4)])
def test_sixteen_bits_a_channel_keep_their_high_byte(colour: int, channels: int) -> None:
    samples = np.linspace(0, 65535, 16 * 16 * channels).astype(">u2").reshape(16, 16, channels)
    if channels in {2, 4}:
        samples[..., -1] = 65535
    rows = b"".join(b"\0" + row.tobytes() for row in samples)

    kept, _ = decoded(png_of(16, 16, depth=16, colour=colour, rows=zlib.compress(rows)))

    wanted = (samples >> 8)[..., : 1 if channels < 3 else 3]
    assert (kept.rgb[0] == wanted).all()


def test_a_transparent_value_of_16_bit_grey_shows_white() -> None:
    kept, _ = decoded(saved(_sixteen_bit(), "PNG", transparency=int(GREY[0, 0]) << 8 | 0x5A))

    assert (kept.rgb[0][GREY[0, 0] == GREY] == 255).all()
    assert (kept.rgb[0][..., 0][GREY[0, 0] != GREY] == GREY[GREY[0, 0] != GREY]).all()


def test_a_32_bit_bmp_with_an_empty_fourth_channel_is_opaque() -> None:
    picture = scene().convert("RGBA")
    picture.putalpha(0)

    kept, _ = decoded(saved(picture, "BMP"))

    assert mean_difference(kept.rgb[0], scene()) == 0.0


def test_float_samples_are_stretched_from_black_to_white() -> None:
    ramp = Image.fromarray(np.linspace(-3.0, 9.0, 256, dtype=np.float32).reshape(16, 16))

    kept, _ = decoded(saved(ramp, "TIFF"))

    assert (kept.rgb[0][..., 0].ravel() == np.arange(256)).all()


def test_float_samples_that_are_no_numbers_are_refused_by_name() -> None:
    _, outcome = decoded(saved(Image.fromarray(np.full((8, 8), np.nan, np.float32)), "TIFF"))

    assert isinstance(outcome, NotReadable)
    assert outcome.reason is Reason.UNSUPPORTED_COLOUR


def test_an_embedded_colour_profile_changes_nothing() -> None:
    from PIL import ImageCms  # noqa: PLC0415

    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("XYZ")).tobytes()

    kept, _ = decoded(saved(scene(), "PNG", icc_profile=profile))

    assert mean_difference(kept.rgb[0], scene()) == 0.0


def test_a_jpeg_with_further_pictures_inside_counts_as_its_first() -> None:
    data = io.BytesIO()
    scene().save(data, "MPO", save_all=True, append_images=[scene(60, 40)])

    kept, outcome = decoded(data.getvalue())

    assert isinstance(outcome, Readable)
    assert (outcome.frames, len(kept.rgb)) == (1, 1)
