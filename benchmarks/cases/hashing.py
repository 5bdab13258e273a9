"""How long a picture takes from file bytes to PDQ, and how far the quick way strays from the exact one."""

from __future__ import annotations

from statistics import median
from typing import TYPE_CHECKING

import numpy as np

from benchmarks.pictures import encode, picture, pictures
from benchmarks.processes import Worker
from benchmarks.report import Goal, Table, short
from benchmarks.run import Duel, Run, duel

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["NAME", "TITLE", "run"]

NAME = "hash"
TITLE = "From file bytes to PDQ"
COMPARES = (
    "Wall milliseconds a picture, one core, files in memory, rounds interleaved with pdqhash (Pillow to RGB, then "
    "`pdqhash.compute`). Four pictures a class: crop, dead leaves, pink noise, crop. 'Child' is the locked decoding "
    "process that `scan` uses; 'strict' is full-size RGB, 'fast' is JPEG's scaled luma (other formats as strict)."
)
CORE = {0}
# Class: (suffix, height, width, options of Pillow's writer).
CLASSES = {
    "JPEG 12 MP": (".jpg", 3000, 4000, {"quality": 85}),
    "JPEG 2 MP": (".jpg", 1225, 1633, {"quality": 85}),
    "JPEG 0.3 MP": (".jpg", 480, 640, {"quality": 85}),
    "PNG 1 MP": (".png", 1000, 1000, {}),
    "WebP 1 MP": (".webp", 1000, 1000, {"quality": 80}),
}
FAMILIES = ("crop", "leaves", "pink", "crop")
OURS = ("ours, fast", "ours, fast, child", "ours, strict", "threatexchange")
TARGETS = {
    ("JPEG 12 MP", "ours, fast"): 14.0,
    ("JPEG 12 MP", "ours, fast, child"): 13.0,
    ("JPEG 2 MP", "ours, fast"): 7.0,
    ("JPEG 0.3 MP", "ours, fast"): 7.0,
    ("PNG 1 MP", "ours, fast"): 1.4,
    ("WebP 1 MP", "ours, fast"): 1.5,
}


def _write(run: Run) -> dict[str, list[str]]:
    """Write four files a class; 'tiny' shrinks them eight times."""
    shrink, made = run.pick(tiny=8, quick=1, full=1), {}
    for name, (suffix, height, width, options) in CLASSES.items():
        made[name] = []
        for number, family in enumerate(FAMILIES):
            path = run.folder / f"{name.replace(' ', '-')}-{number}{suffix}"
            rgb = picture(number, family=family, height=height // shrink, width=width // shrink)
            path.write_bytes(encode(rgb, suffix, **options))
            made[name].append(str(path))
    return made


def _times(run: Run, files: dict[str, list[str]]) -> dict[tuple[str, str], Duel]:
    """Duel every hasher with pdqhash on every class; `ours` of the duel is the hasher."""
    found = {}
    with Worker("benchmarks.hash_peers:HashSubject", "pdqhash", cores=CORE) as reference:
        for hasher in OURS:
            with Worker("benchmarks.hash_peers:HashSubject", hasher, cores=CORE) as worker:
                for name, paths in files.items():
                    repeats = 1 if "12" in name else 4
                    worker.call("times", paths=paths[:1], repeats=1)
                    found[name, hasher] = duel(
                        run.rounds,
                        lambda _, w=worker, p=paths, r=repeats: w.call("times", paths=p, repeats=r),  # type: ignore[misc]
                        lambda _, p=paths, r=repeats: reference.call("times", paths=p, repeats=r),  # type: ignore[misc]
                    )
    return found


def _write_varied(folder: Path, count: int, most_pixels: int) -> list[str]:
    """Write JPEGs of every size, several qualities and samplings, one in nine progressive."""
    rng, paths = np.random.default_rng(12), []
    for number, one in enumerate(pictures(count, seed=5, most_pixels=most_pixels)):
        path = folder / f"varied-{number:03d}.jpg"
        quality, sampling = int(rng.choice([60, 75, 85, 90, 95])), int(rng.choice([0, 2, 2, 2]))
        path.write_bytes(encode(one.rgb, ".jpg", quality=quality, subsampling=sampling, progressive=number % 9 == 0))
        paths.append(str(path))
    return paths


def _distances(run: Run) -> dict[str, tuple[list[int], list[int]]]:
    """Return, per way of ours, distances to pdqhash and differences of quality, of varied JPEGs with enough detail."""
    count = run.pick(tiny=6, quick=100, full=360)
    paths = _write_varied(run.folder, count, run.pick(tiny=100_000, quick=12_500_000, full=12_500_000))
    hashes = {}
    for hasher in ("pdqhash", "ours, fast", "ours, strict"):
        with Worker("benchmarks.hash_peers:HashSubject", hasher) as worker:
            hashes[hasher] = worker.call("hashes", paths=paths)
    found = {}
    for hasher in ("ours, fast", "ours, strict"):
        pairs = [(a, b) for a, b in zip(hashes["pdqhash"], hashes[hasher], strict=True) if a[1] >= 50]
        apart = [(int(a[0], 16) ^ int(b[0], 16)).bit_count() for a, b in pairs]
        found[hasher] = apart, [abs(a[1] - b[1]) for a, b in pairs]
    return found


def run(run: Run) -> Table:
    """Time every class, then count distances."""
    times = _times(run, _write(run))
    lines, goals = [], []
    for (name, hasher), one in times.items():
        ours, reference = Duel.p(one.ours, 50), Duel.p(one.peer, 50)
        ratio = median(sum(b) / sum(a) for a, b in zip(one.ours, one.peer, strict=True))
        lines.append([name, hasher, short(ours), short(reference), f"{short(ratio)}x"])
        if (name, hasher) in TARGETS:
            target = TARGETS[name, hasher]
            goals.append(Goal(what=f"{name}, {hasher}", target=target, at_least=True, unit="x", got=ratio))
    notes = []
    for hasher, (apart, quality) in _distances(run).items():
        p99, most = float(np.percentile(apart, 99)), max(apart)
        notes.append(
            f"Distance of '{hasher}' to pdqhash over {len(apart)} JPEGs of quality 50 and more (0.08 to 12 MP): "
            f"mean {short(float(np.mean(apart)))}, p99 {short(p99)}, max {most}; "
            f"PDQ quality differs by {max(quality)} at most."
        )
        if hasher == "ours, fast":
            enough = len(apart) >= 300
            goals += [
                Goal(
                    what="fast mode, p99 distance, ≥ 300 pictures",
                    target=6,
                    at_least=False,
                    unit="bits",
                    got=p99 if enough else None,
                ),
                Goal(
                    what="fast mode, largest distance",
                    target=12,
                    at_least=False,
                    unit="bits",
                    got=most if enough else None,
                ),
            ]
    columns = ["file", "hasher", "ms", "pdqhash, ms", "ratio"]
    return Table(name=NAME, title=TITLE, compares=COMPARES, columns=columns, rows=lines, goals=goals, notes=notes)
