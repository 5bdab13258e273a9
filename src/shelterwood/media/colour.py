"""One policy that turns every colour mode into 8-bit RGB (docs/reference/pictures.md says it in a table).

The field's best-known matcher hashes palette indices and CMYK channels as if they were RGB; such a fingerprint is at
random distance from that of the same picture. Here each mode has one documented way to RGB, or is refused by name.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from PIL import Image, ImageCms

if TYPE_CHECKING:
    from collections.abc import Callable

    import numpy.typing as npt

__all__ = ["BACKGROUND", "ColourNotSupported", "to_rgb"]

BACKGROUND = (255, 255, 255)
"""Transparent pixels show this: white, as a page or a default viewer does."""

_STRIP_ROWS = 512
"""Arithmetic on a large picture goes strip by strip, to bound the memory of temporary arrays."""


class ColourNotSupported(Exception):
    """The picture has a colour mode outside the policy."""


def to_rgb(picture: Image.Image) -> Image.Image:
    """Return the loaded picture in mode RGB, flattened on BACKGROUND.

    Raises ColourNotSupported for a mode outside the policy.
    """
    if picture.mode in {"RGB", "L", "1"} and "transparency" not in picture.info:
        return picture if picture.mode == "RGB" else picture.convert("RGB")
    convert = _BY_MODE.get(picture.mode)
    if convert is None:
        raise ColourNotSupported(f"colour mode {picture.mode}")
    return convert(picture)


def _flatten(picture: Image.Image) -> Image.Image:
    """Put a picture with alpha, a palette or a transparent colour on the background."""
    if not picture.has_transparency_data:
        return picture.convert("RGB")
    layered = picture if picture.mode == "RGBA" else picture.convert("RGBA")
    page = Image.new("RGB", picture.size, BACKGROUND)
    page.paste(layered, mask=layered)
    return page


def _flatten_premultiplied(picture: Image.Image) -> Image.Image:
    return _flatten(picture.convert("RGBA"))


def _plain(picture: Image.Image) -> Image.Image:
    return picture.convert("RGB")


def _from_lab(picture: Image.Image) -> Image.Image:
    """CIE L*a*b* (D50) to sRGB: the one conversion that needs a colour engine, for there is no RGB inside."""
    lab, srgb = ImageCms.createProfile("LAB"), ImageCms.createProfile("sRGB")
    done = ImageCms.profileToProfile(picture, lab, srgb, outputMode="RGB")
    if done is None:  # only where the conversion is in place, which it is not
        raise ColourNotSupported("colour mode LAB")
    return done


def _from_grey16(picture: Image.Image) -> Image.Image:
    """16-bit grey keeps its high byte, as the decoders do with 16-bit RGB; Pillow's own conversion clips at 255."""
    transparent = picture.info.get("transparency")
    clear = transparent if isinstance(transparent, int) else None
    return _grey(picture, lambda samples: _high_byte(samples, clear))


def _high_byte(samples: npt.NDArray[Any], clear: int | None) -> npt.NDArray[np.uint8]:
    grey = (samples >> 8).astype(np.uint8)
    if clear is not None:
        grey[samples == clear] = BACKGROUND[0]
    return grey


def _stretch(picture: Image.Image) -> Image.Image:
    """32-bit and floating samples have no agreed range: the least becomes black, the greatest white."""
    low, high = (float(bound) for bound in picture.getextrema())  # type: ignore[arg-type]
    if not np.isfinite([low, high]).all():
        raise ColourNotSupported(f"colour mode {picture.mode} with samples that are no numbers")
    scale = 255.0 / (high - low) if high > low else 0.0
    return _grey(picture, lambda samples: np.rint((samples - np.float64(low)) * scale).astype(np.uint8))


def _grey(picture: Image.Image, to_bytes: Callable[[npt.NDArray[Any]], npt.NDArray[np.uint8]]) -> Image.Image:
    page = Image.new("L", picture.size)
    for top in range(0, picture.height, _STRIP_ROWS):
        box = (0, top, picture.width, min(top + _STRIP_ROWS, picture.height))
        page.paste(Image.fromarray(to_bytes(np.asarray(picture.crop(box)))), box)
    return page.convert("RGB")


_BY_MODE: dict[str, Callable[[Image.Image], Image.Image]] = {
    "1": _flatten,
    "L": _flatten,
    "LA": _flatten,
    "La": _flatten_premultiplied,
    "P": _flatten,
    "PA": _flatten,
    "RGB": _flatten,
    "RGBA": _flatten,
    "RGBa": _flatten_premultiplied,
    "RGBX": _plain,
    "CMYK": _plain,
    "YCbCr": _plain,
    "HSV": _plain,
    "LAB": _from_lab,
    "I;16": _from_grey16,
    "I;16L": _from_grey16,
    "I;16B": _from_grey16,
    "I;16N": _from_grey16,
    "I": _stretch,
    "F": _stretch,
}
