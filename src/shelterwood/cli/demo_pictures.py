"""Pictures for the demo, drawn here from a number: coffee cups (the demo's "known material") and plain shapes.

SAFEGUARDS: the demo shows no real material of any kind; what it lists as known is pictures of coffee cups, and it
says so on the screen.
"""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

import numpy as np
from PIL import Image, ImageDraw, ImageFilter, ImageOps

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["CHANGES", "cup", "shapes"]

SIZE = (800, 600)
_EXIF_ORIENTATION = 0x0112

Colour = tuple[int, int, int]


def cup(number: int) -> Image.Image:
    """Draw coffee cup number `number`: its own table, wall, light, size, place and pattern."""
    chance = np.random.default_rng([number, 1])
    picture = _ground(chance, cells=6)
    draw = ImageDraw.Draw(picture)
    width, height = int(chance.integers(220, 380)), int(chance.integers(180, 300))
    left, top = int(chance.integers(60, 740 - width - 90)), int(chance.integers(90, 560 - height))
    right, bottom = left + width, top + height
    china, coffee = _colour(chance, 150, 255), _colour(chance, 20, 80)
    draw.ellipse((left - 70, bottom - 35, right + 70, bottom + 35), fill=_colour(chance, 120, 255))
    draw.arc((right - 60, top + 40, right + 90, bottom - 40), 270, 100, fill=china, width=28)
    draw.polygon([(left, top), (right, top), (right - 40, bottom), (left + 40, bottom)], fill=china)
    draw.ellipse((left + 40, bottom - 22, right - 40, bottom + 22), fill=china)
    draw.ellipse((left, top - 40, right, top + 40), fill=china)
    draw.ellipse((left + 16, top - 30, right - 16, top + 32), fill=coffee)
    for _ in range(int(chance.integers(4, 9))):
        x, y = int(chance.integers(left + 50, right - 60)), int(chance.integers(top + 50, bottom - 20))
        size = int(chance.integers(14, 50))
        draw.ellipse((x - size, y - size // 2, x + size, y + size // 2), fill=_colour(chance, 0, 255))
    return _grain(picture.filter(ImageFilter.GaussianBlur(1.2)), chance)


def shapes(number: int) -> Image.Image:
    """Draw picture number `number` of shapes on a textured ground."""
    chance = np.random.default_rng([number, 2])
    picture = _ground(chance, cells=int(chance.integers(4, 12)))
    draw = ImageDraw.Draw(picture)
    for _ in range(int(chance.integers(5, 14))):
        points = [(int(x), int(y)) for x, y in chance.integers((0, 0), SIZE, size=(3, 2))]
        if chance.random() < 0.5:
            draw.polygon(points, fill=_colour(chance, 0, 255))
        else:
            (x, y), size = points[0], int(chance.integers(30, 220))
            draw.ellipse((x, y, x + size, y + size), fill=_colour(chance, 0, 255))
    return _grain(picture.filter(ImageFilter.GaussianBlur(1.2)), chance)


def _ground(chance: np.random.Generator, *, cells: int) -> Image.Image:
    coarse = chance.integers(30, 226, size=(cells, cells + 2, 3), dtype=np.uint8)
    return Image.fromarray(coarse).resize(SIZE, Image.Resampling.BICUBIC)


def _grain(picture: Image.Image, chance: np.random.Generator) -> Image.Image:
    noise = chance.normal(0, 4, size=(SIZE[1], SIZE[0], 1))
    return Image.fromarray(np.clip(np.asarray(picture) + noise, 0, 255).astype(np.uint8))


def _colour(chance: np.random.Generator, low: int, high: int) -> Colour:
    red, green, blue = (int(value) for value in chance.integers(low, high, size=3))
    return red, green, blue


def _jpeg(picture: Image.Image, **options: object) -> bytes:
    buffer = io.BytesIO()
    picture.save(buffer, "JPEG", **{"quality": 85, **options})
    return buffer.getvalue()


def _png(picture: Image.Image) -> bytes:
    buffer = io.BytesIO()
    picture.save(buffer, "PNG")
    return buffer.getvalue()


def _turned_by_exif(picture: Image.Image) -> bytes:
    """Store the picture lying on its side, with the mark that tells a viewer to turn it upright."""
    exif = Image.Exif()
    exif[_EXIF_ORIENTATION] = 6
    return _jpeg(picture.transpose(Image.Transpose.ROTATE_90), exif=exif)


CHANGES: dict[str, tuple[str, Callable[[Image.Image], bytes]]] = {
    "made smaller": (".jpg", lambda picture: _jpeg(picture.resize((480, 360)))),
    "compressed hard": (".jpg", lambda picture: _jpeg(picture, quality=30)),
    "turned by 90 degrees": (".jpg", lambda picture: _jpeg(picture.transpose(Image.Transpose.ROTATE_90))),
    "upside down": (".jpg", lambda picture: _jpeg(picture.transpose(Image.Transpose.ROTATE_180))),
    "mirrored": (".jpg", lambda picture: _jpeg(ImageOps.mirror(picture))),
    "CMYK": (".jpg", lambda picture: _jpeg(picture.convert("CMYK"))),
    "256 colours": (".png", lambda picture: _png(picture.quantize(256))),
    "turned by its EXIF mark": (".jpg", _turned_by_exif),
    "grey": (".png", lambda picture: _png(picture.convert("L"))),
    "under a wrong name": (".txt", _jpeg),
}
"""What the demo does to a cup, the suffix of the file, and how; each is an ordinary change that must be found."""
