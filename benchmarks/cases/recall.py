"""Whether everything within the radius is found: a fast search that loses matches would be no search."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from benchmarks.data import Planted, fingerprints, load, planted
from benchmarks.report import Goal, Table
from benchmarks.run import Run, index_worker

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["NAME", "TITLE", "run"]

NAME = "recall"
TITLE = "Recall"
COMPARES = (
    "Queries at every exact distance 0 to 31 from a known entry, among random fingerprints: the share of these "
    "entries that each index returns. Ours is the opened index with live changes. usearch and NumPy answer a "
    "quarter of them."
)
ALL = ("shelterwood", "faiss flat", "faiss multi-hash", "threatexchange PDQIndex")
PART = ("usearch exact", "numpy")


def _answered(run: Run, name: str, codes: str, queries: Path) -> set[tuple[int, int]]:
    out = run.folder / f"found-{name.replace(' ', '-')}.npz"
    with index_worker(name) as worker:
        worker.call("build", codes=codes)
        if name == "shelterwood":
            worker.call("reopen")
            worker.call("live_changes")
        worker.call("found", queries=str(queries), out=str(out))
    with np.load(out) as found:
        return set(zip(found["query"].tolist(), found["row"].tolist(), strict=True))


def _share(answered: set[tuple[int, int]], truth: Planted, count: int, farther: int) -> float:
    asked = [n for n in range(count) if truth.distances[n] >= farther]
    return sum((n, int(truth.rows[n])) in answered for n in asked) / len(asked)


def run(run: Run) -> Table:
    """Plant, ask everyone, count."""
    rows = run.pick(tiny=4_000, quick=1_000_000, full=1_000_000)
    codes = fingerprints(run.folder, rows)
    truth = planted(load(codes), per_distance=run.pick(tiny=4, quick=32, full=128))
    lines, ours = [], 0.0
    for name in (*ALL, *PART):
        count = len(truth.rows) // (4 if name in PART else 1)
        queries = run.folder / f"planted-{count}.npy"
        np.save(queries, truth.codes[:count])
        answered = _answered(run, name, str(codes), queries)
        whole, far = _share(answered, truth, count, 0), _share(answered, truth, count, 24)
        lines.append([name, f"{count:,}", f"{whole:.4f}", f"{far:.4f}"])
        ours = whole if name == "shelterwood" else ours
    columns = ["index", "planted queries", "recall, distance 0-31", "recall, distance 24-31"]
    goal = Goal(what="recall, exact", target=1.0, at_least=True, unit="", got=ours)
    return Table(name=NAME, title=TITLE, compares=COMPARES, columns=columns, rows=lines, goals=[goal])
