"""The benchmarks, one module each: `NAME`, `TITLE`, and `run(run) -> Table`."""

from __future__ import annotations

from benchmarks.cases import batch, brute, build, hashing, lookup, memory, orientations, recall, scan, update

__all__ = ["CASES"]

CASES = {case.NAME: case for case in (lookup, recall, batch, brute, build, memory, update, hashing, orientations, scan)}
