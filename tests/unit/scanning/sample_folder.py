"""The pictures of the README's transcript: ten samples, changed copies of each, and hundreds of others.

    python tests/unit/scanning/sample_folder.py DIR

writes DIR/known (ten sample pictures of scikit-image: things, an animal, textures; SciPy's own would need a download),
DIR/storage/copies (each of them through each of `CHANGES`) and DIR/storage/others (pictures unrelated to them).
"""

from __future__ import annotations

import re
import sys
from pathlib import Path

from PIL import Image

sys.path.insert(0, str(Path(__file__).parents[3]))  # where `benchmarks` is, when this file is run as a script

from benchmarks.pictures import CHANGES as ALL_CHANGES
from benchmarks.pictures import samples, unrelated

__all__ = ["CHANGES", "KNOWN", "write"]

# Not among them: `brick` and `page`. Halved, their fine regular lines move 58 bits of PDQ: a limit of the fingerprint
# itself (pdqhash moves as many); docs/accuracy.md measures how often a resize does that.
KNOWN = (
    "cell",
    "chelsea",
    "coffee",
    "coins",
    "grass",
    "gravel",
    "hubble_deep_field",
    "moon",
    "motorcycle_left",
    "rocket",
)
CHANGES = (
    "resize to 50 %", "JPEG quality 60", "rotate 90°", "rotate 180°", "rotate 270°", "mirror", "flip", "CMYK JPEG",
    "palette PNG", "EXIF-turned JPEG", "WebP", "grey",
)  # fmt: skip


def write(folder: Path, *, others: int) -> None:
    """Write the three folders; `others` is how many unrelated pictures there are."""
    for name in ("known", "storage/copies", "storage/others"):
        (folder / name).mkdir(parents=True)
    for name in KNOWN:
        picture = Image.fromarray(samples()[name])
        picture.save(folder / "known" / f"{name}.png")
        for change in CHANGES:
            made = ALL_CHANGES[change](picture)
            told = re.sub(r"[^a-z0-9]+", "-", change.lower()).strip("-")
            (folder / "storage" / "copies" / f"{name}--{told}{made.suffix}").write_bytes(made.data)
    for other in unrelated(others, seed=2, side=200):
        Image.fromarray(other.rgb).save(folder / "storage" / "others" / f"{other.name}.jpg", quality=85)


if __name__ == "__main__":
    write(Path(sys.argv[1]), others=1000)
