"""Draw the benign set and write its fingerprints: `python -m benchmarks.benign_pictures` makes lists/benign-1.jsonl.

Flags as stripes and crosses, logos as shapes, captioned pictures, blank and document-like pages: what a list of known
material must never hold, because half of the internet posts it. Everything is drawn by numpy from fixed seeds; nothing
is taken from anywhere. The pictures themselves are not kept.
"""

from __future__ import annotations

import json
from itertools import product
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

import shelterwood.lists
from shelterwood.fingerprints import pdq

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    Picture = NDArray[np.uint8]

COLOURS = np.array(
    [[0, 0, 0], [255, 255, 255], [206, 17, 38], [0, 57, 166], [255, 206, 0], [0, 122, 61], [255, 121, 0]], np.uint8
)
TARGET = Path(shelterwood.lists.__file__).with_name("benign-1.jsonl")


def flags() -> Iterator[tuple[str, Picture]]:
    """Yield stripes of three colours, lying and standing, and crosses."""
    for number, (one, two, three) in enumerate(product(range(7), repeat=3)):
        if two in (one, three) or number % 3:
            continue
        bands = COLOURS[[one, two, three]].repeat([100, 100, 100], axis=0)
        yield f"flag, lying stripes {number}", np.broadcast_to(bands[:, None], (300, 450, 3)).copy()
        yield f"flag, standing stripes {number}", np.broadcast_to(bands[None], (200, 300, 3)).copy()
    for number, (field, cross) in enumerate(product(range(7), repeat=2)):
        if field != cross:
            picture = np.broadcast_to(COLOURS[field], (300, 450, 3)).copy()
            picture[125:175], picture[:, 140:190] = COLOURS[cross], COLOURS[cross]
            yield f"flag, cross {number}", picture


def logos() -> Iterator[tuple[str, Picture]]:
    """Yield discs, rings, triangles, squares and stars of two colours."""
    y, x = np.mgrid[-1:1:300j, -1:1:300j]
    angle, distance = np.arctan2(y, x), np.hypot(x, y)
    shapes = {
        "disc": distance < 0.7,
        "ring": (distance < 0.8) & (distance > 0.5),
        "triangle": (y < 0.6) & (y > 1.7 * abs(x) - 0.7),
        "square": (abs(x) < 0.6) & (abs(y) < 0.6),
        "diamond": abs(x) + abs(y) < 0.8,
        "half": (distance < 0.8) & (x < 0),
        "arrow": (abs(y) < 0.2) & (x < 0.2) | (x >= 0.2) & (abs(y) < 0.8 - x) & (x < 0.8),
        **{f"star of {n}": distance < 0.55 + 0.25 * np.cos(n * angle) for n in range(3, 9)},
    }
    for (name, shape), (ink, ground) in product(shapes.items(), [(0, 1), (2, 1), (1, 3), (5, 4)]):
        yield f"logo, {name} {ink}{ground}", np.where(shape[..., None], COLOURS[ink], COLOURS[ground])


def _writing(seed: int, lines: int, width: int, size: int) -> NDArray[np.bool_]:
    """Return lines of made-up letters, 5 by 7 dots each, in words."""
    random = np.random.Generator(np.random.PCG64(seed))
    letters = random.integers(0, 2, (26, 7, 5)).astype(bool)
    rows = []
    for _ in range(lines):
        row = np.zeros((9, width // size), bool)
        place = 0
        while place + 6 < width // size:
            if random.integers(0, 6):
                row[1:8, place : place + 5] = letters[random.integers(0, 26)]
            place += 6
        rows.append(row)
    return np.concatenate(rows).repeat(size, axis=0).repeat(size, axis=1)


def captioned() -> Iterator[tuple[str, Picture]]:
    """Yield soft pictures with two lines of large white writing, above and below."""
    y, x = np.mgrid[0:1:360j, 0:1:480j]
    for seed in range(60):
        random = np.random.Generator(np.random.PCG64(1000 + seed))
        soft = np.zeros((360, 480, 3))
        for _ in range(6):
            cx, cy, width = random.integers(0, 100, 3) / 100
            blob = np.exp(-((x - cx) ** 2 + (y - cy) ** 2) / (0.02 + width / 5))
            soft += blob[..., None] * random.integers(40, 200, 3)
        picture = np.clip(soft, 0, 255).astype(np.uint8)
        writing = _writing(seed, 1, 470, 5)
        picture[5 : 5 + writing.shape[0], : writing.shape[1]][writing] = 255
        writing = _writing(500 + seed, 1, 470, 5)
        picture[-5 - writing.shape[0] : -5, : writing.shape[1]][writing] = 255
        yield f"captioned picture {seed}", picture


def pages() -> Iterator[tuple[str, Picture]]:
    """Yield pages of writing, letters with a heading, tables, and blank sheets of every grey."""
    for seed in range(40):
        page = np.full((700, 500, 3), 255, np.uint8)
        writing = _writing(2000 + seed, 8 + seed, 420, 1 + seed % 2)[:640]
        page[30 : 30 + writing.shape[0], 40 : 40 + writing.shape[1]][writing] = 20
        if seed % 4 == 0:
            page[60:600:30, 40:460] = 90
            page[60:600, 40:460:70] = 90
        yield f"page {seed}", page
    for grey in range(0, 256, 15):
        yield f"blank page {grey}", np.full((300, 200, 3), grey, np.uint8)
    for seed in range(12):
        random = np.random.Generator(np.random.PCG64(3000 + seed))
        ramp = np.linspace(0, 255, 256).astype(np.uint8)
        across = np.broadcast_to(ramp, (256, 256)) if seed % 2 else np.broadcast_to(ramp[:, None], (256, 256))
        yield f"gradient {seed}", (across[..., None] * (random.integers(50, 255, 3) / 255)).astype(np.uint8)


def benign_set() -> Iterator[dict[str, str]]:
    """Yield a row a picture: its name and the fingerprints of its eight orientations."""
    for name, picture in [*flags(), *logos(), *captioned(), *pages()]:
        fingerprint = pdq.compute(np.ascontiguousarray(picture), mode=pdq.Mode.STRICT)
        yield {"name": name, "pdq": fingerprint.orientations.packed.hex()}


if __name__ == "__main__":
    rows = list(benign_set())
    TARGET.write_text("".join(json.dumps(row, separators=(",", ":")) + "\n" for row in rows), encoding="ascii")
    print(f"{len(rows)} pictures, {TARGET.stat().st_size:,} bytes")
