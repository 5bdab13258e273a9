"""Ordinary changes that pictures go through between one upload and the next, each a function from picture to file.

Resize, recompress, crop, rotate, mirror, caption, border, colour, blur, noise, screenshot-like, and the formats that
other matchers are known to hash wrongly (CMYK, palette, EXIF-turned, 16-bit).
"""

from __future__ import annotations

import io
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

import numpy as np
from PIL import Image, ImageDraw, ImageEnhance, ImageFilter, ImageFont, ImageOps

from benchmarks.pictures.files import encode

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

__all__ = ["CHANGES", "Change", "Encoded"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Encoded:
    """A picture as a file: its bytes and the suffix it would carry."""

    data: bytes
    suffix: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One ordinary change. `group` is the row of the table it belongs to."""

    name: str
    group: str
    make: Callable[[Image.Image], Encoded]

    def __call__(self, picture: Image.Image) -> Encoded:
        """Return the changed copy of an RGB picture as a file."""
        return self.make(picture)


def _jpeg(image: Image.Image, quality: int = 90) -> Encoded:
    return Encoded(data=encode(image, ".jpg", quality=quality), suffix=".jpg")


def _scaled(factor: float, image: Image.Image) -> Image.Image:
    size = max(1, round(image.width * factor)), max(1, round(image.height * factor))
    return image.resize(size, Image.Resampling.LANCZOS)


def _fitted(longest: int, image: Image.Image) -> Image.Image:
    return _scaled(longest / max(image.size), image)


def _squeezed(image: Image.Image) -> Image.Image:
    side = min(image.size)
    return image.resize((side, side), Image.Resampling.BILINEAR)


def _cropped(percent: float, image: Image.Image) -> Image.Image:
    """Take `percent` off the width and the height, off-centre as people do: two thirds of it from left and bottom."""
    across, down = image.width * percent / 100, image.height * percent / 100
    return image.crop(
        (round(across * 2 / 3), round(down / 3), round(image.width - across / 3), round(image.height - down * 2 / 3))
    )


def _turned(degrees: float, image: Image.Image) -> Image.Image:
    return image.rotate(degrees, Image.Resampling.BICUBIC, fillcolor=(0, 0, 0))


def _transposed(method: Image.Transpose, image: Image.Image) -> Image.Image:
    return image.transpose(method)


def _captioned(share: float, image: Image.Image) -> Image.Image:
    """Add a white bar with text under the picture, as meme makers do."""
    bar = max(8, round(image.height * share))
    out = Image.new("RGB", (image.width, image.height + bar), (255, 255, 255))
    out.paste(image, (0, 0))
    font = ImageFont.load_default(max(8, bar // 2))
    ImageDraw.Draw(out).text((bar // 4, image.height + bar // 5), "when you see it again", fill=(0, 0, 0), font=font)
    return out


def _overlaid(image: Image.Image) -> Image.Image:
    """Write a line of text with an outline across the lower part, as a watermark or sticker."""
    out = image.copy()
    size = max(8, image.height // 12)
    at = image.width // 20, image.height - 2 * size
    font = ImageFont.load_default(size)
    ImageDraw.Draw(out).text(
        at, "seen elsewhere", fill=(255, 255, 255), font=font, stroke_width=1, stroke_fill=(0, 0, 0)
    )
    return out


def _bordered(percent: float, image: Image.Image) -> Image.Image:
    return ImageOps.expand(image, round(min(image.size) * percent / 100), (255, 255, 255))


def _screenshot(image: Image.Image) -> Image.Image:
    """Show the picture in a window of a 1366 x 768 screen: a title bar and a grey ground around it."""
    screen = Image.new("RGB", (1366, 768), (52, 56, 66))
    draw = ImageDraw.Draw(screen)
    draw.rectangle((0, 0, 1366, 36), fill=(28, 30, 36))
    draw.text((12, 8), "picture viewer", fill=(220, 220, 220), font=ImageFont.load_default(16))
    for x in (1280, 1310, 1340):
        draw.ellipse((x, 11, x + 14, 25), fill=(200, 200, 200))
    inner = ImageOps.contain(image, (1366, 732), Image.Resampling.BILINEAR)
    screen.paste(inner, ((1366 - inner.width) // 2, 36 + (732 - inner.height) // 2))
    return screen


def _phone_screenshot(image: Image.Image) -> Image.Image:
    """Cut the screenshot to the picture but leave a status bar and some pixels of ground."""
    bar = max(6, image.height // 25)
    out = ImageOps.expand(image, (2, bar, 2, bar // 2), (20, 20, 20))
    font = ImageFont.load_default(max(6, bar // 2))
    ImageDraw.Draw(out).text((6, bar // 5), "12:41", fill=(240, 240, 240), font=font)
    return _fitted(900, out)


def _grey(image: Image.Image) -> Image.Image:
    return image.convert("L").convert("RGB")


def _tinted(image: Image.Image) -> Image.Image:
    red, green, blue = image.split()
    warm = [
        red.point([min(255, int(v * 1.15)) for v in range(256)]),
        green,
        blue.point([int(v * 0.8) for v in range(256)]),
    ]
    return Image.merge("RGB", warm)


def _gamma(image: Image.Image) -> Image.Image:
    return image.point([round(255 * (v / 255) ** 0.6) for v in range(256)] * 3)


def _enhanced(
    kind: type[ImageEnhance.Brightness | ImageEnhance.Contrast | ImageEnhance.Color], factor: float, image: Image.Image
) -> Image.Image:
    return kind(image).enhance(factor)


def _blurred(share: float, image: Image.Image) -> Image.Image:
    """Blur with a radius that is a share of the short side: large pictures are blurred as much as small ones."""
    return image.filter(ImageFilter.GaussianBlur(max(0.5, min(image.size) * share)))


def _noisy(strength: float, image: Image.Image) -> Image.Image:
    rgb = np.asarray(image).astype(np.float32)
    noise = np.random.default_rng(rgb.shape[0] * 4099 + rgb.shape[1]).standard_normal(rgb.shape, np.float32)
    return Image.fromarray(np.clip(rgb + noise * strength, 0, 255).astype(np.uint8))


def _palette(image: Image.Image) -> Encoded:
    return Encoded(data=encode(image.quantize(64), ".gif"), suffix=".gif")


def _palette_png(image: Image.Image) -> Encoded:
    return Encoded(data=encode(image.quantize(128), ".png"), suffix=".png")


def _cmyk(image: Image.Image) -> Encoded:
    return Encoded(data=encode(image.convert("CMYK"), ".jpg", quality=92), suffix=".jpg")


def _sixteen_bit(image: Image.Image) -> Encoded:
    """Write a 16-bit grey PNG: Pillow has no 16-bit colour writer."""
    deep = np.asarray(image.convert("L")).astype(np.uint16) * 257
    return Encoded(data=encode(Image.fromarray(deep), ".png"), suffix=".png")


def _transparent(image: Image.Image) -> Encoded:
    """Write an RGBA PNG, opaque everywhere but for rounded corners."""
    alpha = Image.new("L", image.size, 0)
    ImageDraw.Draw(alpha).rounded_rectangle((0, 0, image.width - 1, image.height - 1), min(image.size) // 30, fill=255)
    out = image.copy()
    out.putalpha(alpha)
    return Encoded(data=encode(out, ".png"), suffix=".png")


def _exif_turned(image: Image.Image) -> Encoded:
    """Store the picture on its side with an EXIF orientation of 6, as cameras do: it must be turned before hashing."""
    exif = Image.Exif()
    exif[0x0112] = 6
    stream = io.BytesIO()
    image.transpose(Image.Transpose.ROTATE_90).save(stream, "JPEG", quality=92, exif=exif)
    return Encoded(data=stream.getvalue(), suffix=".jpg")


def _as(suffix: str, image: Image.Image) -> Encoded:
    return Encoded(data=encode(image, suffix), suffix=suffix)


def _then_jpeg(edit: Callable[[Image.Image], Image.Image], image: Image.Image) -> Encoded:
    return _jpeg(edit(image))


def _edits() -> Mapping[str, tuple[str, Callable[[Image.Image], Image.Image]]]:
    """Name the changes of the pixels; each is saved as JPEG of quality 90 afterwards."""
    return {
        **{f"resize to {round(f * 100)} %": ("resize", partial(_scaled, f)) for f in (0.25, 0.5, 0.75, 1.5)},
        "fit into 256 px": ("resize", partial(_fitted, 256)),
        "squeeze to a square": ("resize", _squeezed),
        **{f"crop {p} %": ("crop", partial(_cropped, p)) for p in (1, 2, 5, 10, 15, 20)},
        **{f"rotate {d}°": ("rotate a little", partial(_turned, d)) for d in (1, 2, 5, 10)},
        "rotate 90°": ("rotate, mirror", partial(_transposed, Image.Transpose.ROTATE_90)),
        "rotate 180°": ("rotate, mirror", partial(_transposed, Image.Transpose.ROTATE_180)),
        "rotate 270°": ("rotate, mirror", partial(_transposed, Image.Transpose.ROTATE_270)),
        "mirror": ("rotate, mirror", partial(_transposed, Image.Transpose.FLIP_LEFT_RIGHT)),
        "flip": ("rotate, mirror", partial(_transposed, Image.Transpose.FLIP_TOP_BOTTOM)),
        **{f"caption bar {round(s * 100)} %": ("caption", partial(_captioned, s)) for s in (0.05, 0.1, 0.2)},
        "text on the picture": ("caption", _overlaid),
        **{f"border {p} %": ("border", partial(_bordered, p)) for p in (1, 3, 10)},
        "grey": ("colour", _grey),
        "warmer": ("colour", _tinted),
        "gamma 0.6": ("colour", _gamma),
        "brighter 30 %": ("colour", partial(_enhanced, ImageEnhance.Brightness, 1.3)),
        "darker 40 %": ("colour", partial(_enhanced, ImageEnhance.Brightness, 0.6)),
        "contrast 50 % more": ("colour", partial(_enhanced, ImageEnhance.Contrast, 1.5)),
        "contrast halved": ("colour", partial(_enhanced, ImageEnhance.Contrast, 0.5)),
        "saturation doubled": ("colour", partial(_enhanced, ImageEnhance.Color, 2.0)),
        "blur 0.5 %": ("blur, noise", partial(_blurred, 0.005)),
        "blur 2 %": ("blur, noise", partial(_blurred, 0.02)),
        "noise 10": ("blur, noise", partial(_noisy, 10.0)),
        "noise 30": ("blur, noise", partial(_noisy, 30.0)),
        "screenshot, cut close": ("screenshot", _phone_screenshot),
        "screenshot, whole screen": ("screenshot", _screenshot),
    }


def _all() -> dict[str, Change]:
    makers: dict[str, tuple[str, Callable[[Image.Image], Encoded]]] = {
        **{f"JPEG quality {q}": ("recompress", partial(_jpeg, quality=q)) for q in (90, 75, 60, 40, 20)},
        **{name: (group, partial(_then_jpeg, edit)) for name, (group, edit) in _edits().items()},
        "PNG": ("format", partial(_as, ".png")),
        "WebP": ("format", partial(_as, ".webp")),
        "AVIF": ("format", partial(_as, ".avif")),
        "GIF, 64 colours": ("format", _palette),
        "palette PNG": ("format", _palette_png),
        "CMYK JPEG": ("format", _cmyk),
        "16-bit grey PNG": ("format", _sixteen_bit),
        "RGBA PNG, round corners": ("format", _transparent),
        "EXIF-turned JPEG": ("format", _exif_turned),
    }
    return {name: Change(name=name, group=group, make=make) for name, (group, make) in makers.items()}


CHANGES: Mapping[str, Change] = _all()
