"""The benchmarks, one module each: `NAME`, `TITLE`, and `run(run) -> Table`."""

from __future__ import annotations

from benchmarks.cases import (
    batch,
    brute,
    build,
    fidelity,
    hashing,
    lookup,
    memory,
    orientations,
    recall,
    scan,
    serve,
    update,
)

__all__ = ["CASES"]

_ALL = (lookup, recall, batch, brute, build, memory, update, hashing, fidelity, orientations, scan, serve)
CASES = {case.NAME: case for case in _ALL}
