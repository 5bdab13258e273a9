"""Families of generated pictures: each draws fresh random structure, none depends on another family's random numbers.

They are chosen for what PDQ is sensitive to: 1/f noise has the spectrum of photographs (Field 1987, doi
10.1364/JOSAA.4.002379), dead leaves have their edges and occlusions (Lee, Mumford and Huang 2001, doi
10.1023/A:1011109015675), pages and charts have the layout that makes screenshots look alike, flat ones have no detail.
"""

from __future__ import annotations

import math
import string
from collections.abc import Callable, Mapping
from functools import cache

import numpy as np
import numpy.typing as npt
import scipy.fft
from PIL import Image, ImageDraw, ImageFont

from benchmarks.pictures.samples import samples

__all__ = ["FAMILIES", "Family", "form"]

Rgb = npt.NDArray[np.uint8]
Family = Callable[[np.random.Generator, int, int], Rgb]
"""A family draws one picture: (random numbers, height, width) -> uint8[height, width, 3]."""


def _resized(image: Image.Image | Rgb, height: int, width: int) -> Rgb:
    if isinstance(image, np.ndarray):
        image = Image.fromarray(image)
    return np.array(image.resize((width, height), Image.Resampling.BICUBIC))


def _working_size(height: int, width: int, most: int = 700) -> tuple[int, int]:
    """Costly structure is drawn at most this large and enlarged: its detail stays far above what PDQ looks at."""
    scale = min(1.0, most / max(height, width))
    return max(8, round(height * scale)), max(8, round(width * scale))


def _grain(rng: np.random.Generator, rgb: Rgb, strength: float) -> Rgb:
    """Add sensor-like noise, from one tile of random numbers so that 12 megapixels do not take seconds."""
    height, width = rgb.shape[:2]
    tile = rng.normal(0, strength, (min(height, 509), min(width, 503), 1)).astype(np.int16)
    noise = np.tile(tile, (-(-height // tile.shape[0]), -(-width // tile.shape[1]), 1))[:height, :width]
    return np.clip(rgb.astype(np.int16) + noise, 0, 255).astype(np.uint8)


def _colour(rng: np.random.Generator, spread: float = 55.0) -> tuple[int, int, int]:
    level = rng.normal(125, spread)
    red, green, blue = (int(v) for v in np.clip(level + rng.normal(0, 28, 3), 0, 255))
    return red, green, blue


def crop(rng: np.random.Generator, height: int, width: int) -> Rgb:
    """Cut a part out of one sample photograph: real statistics, but two crops of one photograph are related."""
    photos = list(samples().values())
    photo = photos[rng.integers(len(photos))]
    full_height, full_width = photo.shape[:2]
    part_height = int(rng.integers(full_height // 2, full_height + 1))
    part_width = int(rng.integers(full_width // 2, full_width + 1))
    top = int(rng.integers(full_height - part_height + 1))
    left = int(rng.integers(full_width - part_width + 1))
    part = np.ascontiguousarray(photo[top : top + part_height, left : left + part_width])
    return _grain(rng, _resized(part, height, width), 4)


def pink(rng: np.random.Generator, height: int, width: int) -> Rgb:
    """1/f^a noise, stretched along a random direction, three correlated channels."""
    rows, columns = _working_size(height, width)
    v, u = np.fft.fftfreq(rows)[:, None] * rows / columns, np.fft.rfftfreq(columns)[None]
    angle, stretch = rng.uniform(0, math.pi), math.exp(rng.normal(0, 0.35))
    along, across = u * math.cos(angle) + v * math.sin(angle), v * math.cos(angle) - u * math.sin(angle)
    frequency = np.sqrt((along * stretch) ** 2 + (across / stretch) ** 2)
    frequency[0, 0] = 1
    fall = frequency ** -rng.uniform(0.8, 2.0)
    shared = rng.standard_normal((rows, u.shape[1], 2)).astype(np.float32).view(np.complex64)[..., 0]
    field = scipy.fft.irfft2(shared * fall, s=(rows, columns))
    field = (field - field.mean()) / field.std()
    tint = np.array([_colour(rng, 20) for _ in range(2)], dtype=np.float32)
    mixed = tint[0] + field[..., None] * (rng.uniform(30, 60) + (tint[1] - 125) / 4)
    rgb = np.clip(mixed, 0, 255).astype(np.uint8)
    return _grain(rng, _resized(rgb, height, width), 3)


def _leaf(rng: np.random.Generator, draw: ImageDraw.ImageDraw, height: int, width: int, radius: float) -> None:
    x, y = rng.uniform(0, width), rng.uniform(0, height)
    shape = rng.integers(3)
    flat = radius if shape == 0 else radius * rng.uniform(0.2, 1)
    if shape < 2:
        draw.ellipse((x - radius, y - flat, x + radius, y + flat), fill=_colour(rng))
    else:
        corners = rng.uniform(-radius, radius, (4, 2)) + np.array((x, y))
        draw.polygon([(float(a), float(b)) for a, b in corners], fill=_colour(rng))


def leaves(rng: np.random.Generator, height: int, width: int) -> Rgb:
    """Dead leaves: shapes of power-law size that hide each other, as objects in a photograph do."""
    image = Image.new("RGB", (width, height), _colour(rng))
    draw = ImageDraw.Draw(image)
    side = min(height, width)
    for chance in rng.uniform(0.002, 1, int(rng.integers(60, 260))):
        radius = min(side * 0.02 / chance**0.8, side / 2.5)
        _leaf(rng, draw, height, width, radius)
    return _grain(rng, np.array(image), 3)


def julia(rng: np.random.Generator, height: int, width: int) -> Rgb:
    """Draw a random window into a random Julia set, in random colours."""
    rows, columns = _working_size(height, width, 420)
    centre, reach = rng.normal(0, 0.45, 2), math.exp(rng.uniform(-1.2, 0.3))
    y, x = np.mgrid[-1 : 1 : rows * 1j, -1 : 1 : columns * 1j]
    turn = rng.uniform(0, 2 * math.pi)
    z = ((x + 1j * y) * reach * np.exp(1j * turn) + complex(*centre)).astype(np.complex64)
    c = np.complex64(complex(rng.uniform(-0.85, 0.4), rng.uniform(-0.75, 0.75)))
    steps = np.zeros(z.shape, np.uint8)
    for _ in range(36):
        z = z * z + c
        inside = np.abs(z) < 4
        steps += inside
        z = np.where(inside, z, np.complex64(8))
    palette = rng.integers(0, 256, (5, 3)).astype(np.float64)
    stops = np.linspace(0, 36, 5)
    table = np.stack([np.interp(np.arange(37), stops, palette[:, i]) for i in range(3)], 1).astype(np.uint8)
    return _resized(table[steps], height, width)


def relief(rng: np.random.Generator, height: int, width: int) -> Rgb:
    """Light a landscape of random hills: smooth shading, one light, as skin, cloth or sand has."""
    rows, columns = _working_size(height, width, 256)
    knots = rng.standard_normal((int(rng.integers(4, 14)), int(rng.integers(4, 14)))).astype(np.float32)
    hills = np.asarray(Image.fromarray(knots).resize((columns, rows), Image.Resampling.BICUBIC))
    slope_y, slope_x = np.gradient(hills)
    angle = rng.uniform(0, 2 * math.pi)
    light = slope_x * math.cos(angle) + slope_y * math.sin(angle)
    shade = light / (np.abs(light).max() + 1e-9) * rng.uniform(50, 110) + hills * rng.uniform(0, 25)
    rgb = np.clip(np.array(_colour(rng, 25)) + shade[..., None] * rng.uniform(0.8, 1.1, 3), 0, 255).astype(np.uint8)
    return _grain(rng, _resized(rgb, height, width), 2)


def mosaic(rng: np.random.Generator, height: int, width: int) -> Rgb:
    """Cells around random points (Voronoi), each its own colour: buildings, fields, collages."""
    rows, columns = _working_size(height, width, 320)
    points = rng.uniform(0, 1, (int(rng.integers(6, 60)), 2)) * (rows, columns)
    y, x = np.mgrid[0:rows, 0:columns].astype(np.float32)
    order = rng.choice([1.0, 2.0])
    best, owner = np.full((rows, columns), np.inf, np.float32), np.zeros((rows, columns), np.intp)
    for index, (cy, cx) in enumerate(points.astype(np.float32)):
        distance = np.abs(y - cy) ** order + np.abs(x - cx) ** order
        nearer = distance < best
        best[nearer], owner[nearer] = distance[nearer], index
    colours = np.array([_colour(rng) for _ in points], dtype=np.uint8)
    return _grain(rng, _resized(colours[owner], height, width), 3)


@cache
def _font(size: int) -> ImageFont.FreeTypeFont | ImageFont.ImageFont:
    return ImageFont.load_default(size)


def _words(rng: np.random.Generator, letters: int) -> str:
    alphabet = np.array(list(string.ascii_letters[:40] + "     .,"))
    return "".join(alphabet[rng.integers(0, len(alphabet), letters)])


def page(rng: np.random.Generator, height: int, width: int) -> Rgb:
    """Set a page of text: heading, ragged paragraphs, perhaps a figure. Screenshots and scans look like this."""
    dark = rng.random() < 0.3
    paper, ink = (_colour(rng, 8), (235, 235, 235)) if dark else ((250, 250, 247), (25, 25, 30))
    paper = tuple(v // 4 for v in paper) if dark else paper
    image = Image.new("RGB", (width, height), paper)
    draw = ImageDraw.Draw(image)
    size = max(7, int(height * rng.uniform(0.02, 0.07)))
    left, y = int(width * rng.uniform(0.02, 0.15)), int(height * rng.uniform(0.02, 0.15))
    draw.text((left, y), _words(rng, int(rng.integers(5, 30))), fill=ink, font=_font(size * 2))
    y += size * 3
    while y < height:
        letters = int(rng.integers(0, 90)) if rng.random() < 0.3 else 90
        draw.text((left, y), _words(rng, letters), fill=ink, font=_font(size))
        y += int(size * (1.3 if rng.random() < 0.8 else 2.4))
    if rng.random() < 0.6:
        _paste_figure(rng, image)
    return np.array(image)


def _paste_figure(rng: np.random.Generator, page_image: Image.Image) -> None:
    width, height = page_image.size
    box = int(width * rng.uniform(0.2, 0.6)), int(height * rng.uniform(0.15, 0.5))
    figure = Image.fromarray(pink(rng, box[1], box[0]))
    page_image.paste(figure, (int(rng.integers(width - box[0])), int(rng.integers(height - box[1]))))


def chart(rng: np.random.Generator, height: int, width: int) -> Rgb:
    """Draw axes with curves, bars or points."""
    image = Image.new("RGB", (width, height), (255, 255, 255))
    draw = ImageDraw.Draw(image)
    left, right = width * rng.uniform(0.05, 0.2), width * rng.uniform(0.85, 0.98)
    top, bottom = height * rng.uniform(0.03, 0.2), height * rng.uniform(0.8, 0.95)
    thick = max(1, height // 250)
    kind = rng.integers(3)
    for _ in range(int(rng.integers(1, 5))):
        count = int(rng.integers(5, 40))
        xs = np.linspace(left, right, count)
        ys = bottom - (bottom - top) * np.clip(np.cumsum(rng.normal(0, 0.15, count)) + rng.random(), 0, 1)
        _series(draw, kind, xs, ys, bottom, _colour(rng), thick)
    draw.line((left, top, left, bottom, right, bottom), fill=(40, 40, 40), width=thick)
    for tick in np.linspace(bottom, top, 6):
        draw.line((left - 4 * thick, tick, left, tick), fill=(40, 40, 40), width=thick)
    draw.text((left, top / 3), _words(rng, 18), fill=(20, 20, 20), font=_font(max(8, height // 25)))
    return np.array(image)


def _series(
    draw: ImageDraw.ImageDraw,
    kind: int,
    xs: npt.NDArray[np.float64],
    ys: npt.NDArray[np.float64],
    bottom: float,
    colour: tuple[int, int, int],
    thick: int,
) -> None:
    if kind == 0:
        draw.line([(float(x), float(y)) for x, y in zip(xs, ys, strict=True)], fill=colour, width=2 * thick)
        return
    half = (xs[1] - xs[0]) * 0.35
    for x, y in zip(xs, ys, strict=True):
        box = (
            (x - half, y, x + half, bottom)
            if kind == 1
            else (x - 4 * thick, y - 4 * thick, x + 4 * thick, y + 4 * thick)
        )
        (draw.rectangle if kind == 1 else draw.ellipse)(box, fill=colour)


def gradient(rng: np.random.Generator, height: int, width: int) -> Rgb:
    """Blend two colours smoothly: almost no detail, so PDQ should call its quality low."""
    y, x = np.mgrid[-1 : 1 : height * 1j, -1 : 1 : width * 1j].astype(np.float32)
    angle = rng.uniform(0, 2 * math.pi)
    ramp = (x * math.cos(angle) + y * math.sin(angle) + 1.5) / 3
    start, end = np.array(_colour(rng), np.float32), np.array(_colour(rng), np.float32)
    return np.clip(start + (end - start) * ramp[..., None], 0, 255).astype(np.uint8)


def faint(rng: np.random.Generator, height: int, width: int) -> Rgb:
    """Put one soft shape on a flat ground, at low contrast."""
    y, x = np.mgrid[-1 : 1 : height * 1j, -1 : 1 : width * 1j].astype(np.float32)
    cx, cy, reach = rng.uniform(-0.7, 0.7), rng.uniform(-0.7, 0.7), rng.uniform(0.1, 0.6)
    bump = np.exp(-(((x - cx) / reach) ** 2 + ((y - cy) / reach) ** 2))
    ground = np.array(_colour(rng), np.float32)
    return np.clip(ground + bump[..., None] * rng.normal(0, 25, 3), 0, 255).astype(np.uint8)


def form(rng: np.random.Generator, height: int, width: int) -> Rgb:
    """Fill in one fixed form: same layout every time, other words. Not a family: any two are look-alikes."""
    image = Image.new("RGB", (width, height), (252, 252, 252))
    draw = ImageDraw.Draw(image)
    size = max(7, height // 34)
    draw.rectangle((0, 0, width, height // 9), fill=(30, 70, 120))
    draw.text((width // 20, height // 40), "Request for leave", fill=(255, 255, 255), font=_font(size * 2))
    for line in range(9):
        top = height // 7 + line * height // 11
        draw.text((width // 20, top), f"Field {line + 1}", fill=(60, 60, 60), font=_font(size))
        draw.rectangle((width // 4, top - 2, width * 19 // 20, top + size * 3 // 2), outline=(120, 120, 120))
        draw.text((width // 4 + 4, top), _words(rng, int(rng.integers(3, 30))), fill=(10, 10, 10), font=_font(size))
    return np.array(image)


FAMILIES: Mapping[str, Family] = {
    "crop": crop,
    "pink": pink,
    "leaves": leaves,
    "julia": julia,
    "relief": relief,
    "mosaic": mosaic,
    "page": page,
    "chart": chart,
    "gradient": gradient,
    "faint": faint,
}
