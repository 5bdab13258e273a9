"""How long a picture takes from file bytes to PDQ."""

from __future__ import annotations

from dataclasses import dataclass
from statistics import median

import numpy as np

from benchmarks.pictures import encode, picture
from benchmarks.processes import KEEP_MEMORY, Worker
from benchmarks.report import Goal, Table, short
from benchmarks.run import Duel, Run, duel

__all__ = ["NAME", "TITLE", "run"]

NAME = "hash"
TITLE = "From file bytes to PDQ"
COMPARES = (
    "Milliseconds a picture of processor time, the child's included; one core, files in memory, rounds "
    "interleaved with pdqhash (Pillow to RGB, then `pdqhash.compute`); the last column is the ratio of wall "
    "times. All keep freed memory in the process (glibc's MALLOC_ settings), which makes pdqhash a fifth to a "
    "third faster on large pictures. Four pictures a class: crop, dead leaves, pink noise, crop. 'Child' is the "
    "locked decoding process that `scan` uses; 'strict' is full-size RGB; 'fast' is JPEG's scaled luma, and for "
    "other formats full-size RGB through the sparse filter."
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


@dataclass(frozen=True, slots=True, kw_only=True)
class Timing:
    """One hasher on one class beside pdqhash: milliseconds of processor time, and how many times faster."""

    ours: float
    reference: float
    by_cpu: float
    by_wall: float


def _timing(one: Duel) -> Timing:
    """Turn (wall, CPU) pairs of interleaved rounds into medians; a round's ratio is that of its sums."""
    totals = [(np.sum(a, axis=0), np.sum(b, axis=0)) for a, b in zip(one.ours, one.peer, strict=True)]
    return Timing(
        ours=float(np.median(np.concatenate(one.ours)[:, 1])),
        reference=float(np.median(np.concatenate(one.peer)[:, 1])),
        by_cpu=median(float(b[1] / a[1]) for a, b in totals),
        by_wall=median(float(b[0] / a[0]) for a, b in totals),
    )


def _times(run: Run, files: dict[str, list[str]]) -> dict[tuple[str, str], Timing]:
    """Duel every hasher with pdqhash on every class."""
    found = {}
    with Worker("benchmarks.hash_peers:HashSubject", "pdqhash", cores=CORE, settings=KEEP_MEMORY) as reference:
        for hasher in OURS:
            with Worker("benchmarks.hash_peers:HashSubject", hasher, cores=CORE, settings=KEEP_MEMORY) as worker:
                for name, paths in files.items():
                    asked = {"paths": paths, "repeats": 1 if "12" in name else 4}
                    worker.call("times", paths=paths[:1], repeats=1)
                    found[name, hasher] = _timing(_duel(run, worker, reference, asked))
    return found


def _duel(run: Run, worker: Worker, reference: Worker, asked: dict[str, object]) -> Duel:
    return duel(run.rounds, lambda _: worker.call("times", **asked), lambda _: reference.call("times", **asked))


def run(run: Run) -> Table:
    """Time every class."""
    times = _times(run, _write(run))
    lines = [
        [name, hasher, short(t.ours), short(t.reference), f"{short(t.by_cpu)}x", f"{short(t.by_wall)}x"]
        for (name, hasher), t in times.items()
    ]
    goals = [
        Goal(what=f"{name}, {hasher}", target=target, at_least=True, unit="x", got=times[name, hasher].by_cpu)
        for (name, hasher), target in TARGETS.items()
    ]
    columns = ["file", "hasher", "ms", "pdqhash, ms", "ratio", "ratio, wall"]
    return Table(name=NAME, title=TITLE, compares=COMPARES, columns=columns, rows=lines, goals=goals)
