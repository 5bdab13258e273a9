"""Write the PDQ vectors again, by pdqhash, from pictures that a rule of integers draws.

python tests/vectors/pdq/make.py
"""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pdqhash

SIZES = [
    (4, 100),
    (5, 5),
    (16, 300),
    (63, 64),
    (64, 64),
    (65, 63),
    (128, 128),
    (200, 333),
    (512, 512),
    (700, 9),
    (481, 640),
]
RULES = ("waves", "grains", "steps", "flat")
HERE = Path(__file__).parent


def draw(rule: str, height: int, width: int) -> np.ndarray:
    """Return uint8[height, width, 3] by integer arithmetic alone, so that any language can draw the same picture."""
    y = np.arange(height, dtype=np.int64)[:, None, None]
    x = np.arange(width, dtype=np.int64)[None, :, None]
    c = np.arange(3, dtype=np.int64)[None, None, :]
    values = {
        "waves": (y * y // 97 + x * x // 61 + x * y // 211 + 40 * c) % 256,
        "grains": ((y * 7919 + x * 104729 + c * 1299709) * 2654435761 % 4294967296) // 16777216,
        "steps": (y * 11 // height * 53 + x * 7 // width * 91 + c * 17) % 256,
        "flat": 0 * (y + x) + 90 + 30 * c,
    }
    return np.broadcast_to(values[rule], (height, width, 3)).astype(np.uint8)


def row(rule: str, height: int, width: int) -> dict[str, object]:
    picture = draw(rule, height, width)
    own, quality = pdqhash.compute(picture)
    eight, _ = pdqhash.compute_dihedral(picture)
    texts = [np.packbits(bits.astype(np.uint8)).tobytes().hex() for bits in [own, *eight[1:]]]
    return {"rule": rule, "height": height, "width": width, "quality": quality, "pdq": texts[0], "orientations": texts}


def main() -> None:
    rows = [row(rule, height, width) for rule in RULES for height, width in SIZES]
    (HERE / "vectors.jsonl").write_text("".join(json.dumps(r) + "\n" for r in rows), encoding="utf-8")


if __name__ == "__main__":
    main()
