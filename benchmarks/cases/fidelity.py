"""How far the fast mode strays from the exact fingerprint: every bit lost here is lost from the radius."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from benchmarks.pictures import encode, pictures
from benchmarks.processes import Worker
from benchmarks.report import Goal, Table, short

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from benchmarks.run import Run

__all__ = ["NAME", "TITLE", "run"]

NAME = "fidelity"
TITLE = "Fast and strict mode against pdqhash"
COMPARES = (
    "JPEGs of 0.08 to 12 megapixels, quality 60 to 95, 4:2:0 and 4:4:4, one in nine progressive; those of PDQ "
    "quality 50 and more, by the family of generated pictures that they come from. Distance in bits to "
    "`pdqhash.compute` on Pillow's full-size RGB. 'Again': so many were in doubt and decoded once more at full size."
)
WAYS = ("ours, fast", "ours, strict")
ENOUGH = 300


@dataclass(frozen=True, slots=True, kw_only=True)
class Compared:
    """One picture: its family, and distance and difference of quality to pdqhash for each of our ways.

    `again` says that fast mode decoded it a second time, at full size.
    """

    family: str
    again: bool
    apart: dict[str, int]
    quality: dict[str, int]


def _write(folder: Path, count: int, most_pixels: int) -> list[tuple[str, str]]:
    """Write the pictures; return (family, path)."""
    rng, written = np.random.default_rng(12), []
    for number, one in enumerate(pictures(count, seed=5, most_pixels=most_pixels)):
        path = folder / f"varied-{number:03d}.jpg"
        quality, sampling = int(rng.choice([60, 75, 85, 90, 95])), int(rng.choice([0, 2, 2, 2]))
        path.write_bytes(encode(one.rgb, ".jpg", quality=quality, subsampling=sampling, progressive=number % 9 == 0))
        written.append((one.family, str(path)))
    return written


def _compare(run: Run) -> list[Compared]:
    count = run.pick(tiny=6, quick=100, full=400)
    written = _write(run.folder, count, run.pick(tiny=100_000, quick=3_000_000, full=12_500_000))
    hashes = {}
    for hasher in ("pdqhash", *WAYS):
        with Worker("benchmarks.hash_peers:HashSubject", hasher) as worker:
            hashes[hasher] = worker.call("hashes", paths=[path for _, path in written])
    return [
        Compared(
            family=family,
            again=hashes["ours, fast"][n][2] > 1,
            apart={way: _distance(hashes["pdqhash"][n][0], hashes[way][n][0]) for way in WAYS},
            quality={way: abs(hashes["pdqhash"][n][1] - hashes[way][n][1]) for way in WAYS},
        )
        for n, (family, _) in enumerate(written)
        if hashes["pdqhash"][n][1] >= 50
    ]


def _distance(a: str, b: str) -> int:
    return (int(a, 16) ^ int(b, 16)).bit_count()


def _row(name: str, some: Sequence[Compared]) -> list[str]:
    fast, strict = ([one.apart[way] for one in some] for way in WAYS)
    mean, p99 = float(np.mean(fast)), float(np.percentile(fast, 99))
    quality = max(one.quality["ours, fast"] for one in some)
    again = str(sum(one.again for one in some))
    return [name, str(len(some)), again, short(mean), short(p99), str(max(fast)), str(quality), str(max(strict))]


def run(run: Run) -> Table:
    """Hash all pictures three ways and count bits."""
    compared = _compare(run)
    families = sorted({one.family for one in compared})
    lines = [_row(name, [one for one in compared if one.family == name]) for name in families]
    lines.append(_row("**all**", compared))
    fast = [one.apart["ours, fast"] for one in compared]
    enough = len(compared) >= ENOUGH
    goals = [
        Goal(
            what=f"fast mode, {name} distance, at least {ENOUGH} pictures",
            target=target,
            at_least=False,
            unit="bits",
            got=float(value) if enough else None,
        )
        for name, target, value in (("p99", 6, np.percentile(fast, 99)), ("largest", 12, max(fast)))
    ]
    strict = max(one.apart["ours, strict"] for one in compared)
    goals.append(Goal(what="strict mode, largest distance", target=0, at_least=False, unit="bits", got=strict))
    columns = [
        "family",
        "pictures",
        "again",
        "fast: mean",
        "fast: p99",
        "fast: max",
        "fast: quality, max",
        "strict: max",
    ]
    return Table(name=NAME, title=TITLE, compares=COMPARES, columns=columns, rows=lines, goals=goals)
