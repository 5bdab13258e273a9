"""How much of the machine `shelterwood scan` uses: walk, locked children, digests, look-ups, rows must cost little."""

from __future__ import annotations

import shutil
import subprocess
import sys
import time
from statistics import median
from typing import TYPE_CHECKING

from benchmarks.data import random_codes
from benchmarks.pictures import write_mixed
from benchmarks.processes import Worker
from benchmarks.report import Goal, Table, short

if TYPE_CHECKING:
    from pathlib import Path

    from benchmarks.run import Run

__all__ = ["NAME", "TITLE", "run"]

NAME = "scan"
TITLE = "`shelterwood scan` on both cores"
COMPARES = (
    "Pictures of 0.08 to 12 megapixels (JPEG, PNG, WebP, GIF), a fifth of them distinct, the rest copies under "
    "other names. The command line, from start to exit, against two threads in one process that decode (without a "
    "child), digest (MD5, SHA-1, SHA-256) and hash the same files from memory and do nothing else. Wall time, in "
    "turn."
)


def _pictures(run: Run) -> Path:
    """Write the folder: distinct pictures and four copies of each."""
    folder = run.folder / "scanned"
    distinct = run.pick(tiny=5, quick=60, full=400)
    if folder.exists():
        return folder
    most = run.pick(tiny=100_000, quick=12_500_000, full=12_500_000)
    for path in write_mixed(folder / "0", distinct, seed=8, most_pixels=most):
        for copy in range(1, 5):
            other = folder / str(copy) / path.relative_to(folder / "0")
            other.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(path, other)
    return folder


def _list(run: Run) -> Path:
    """Write a list of random fingerprints: nothing of the folder is on it."""
    path = run.folder / "list.csv"
    codes = random_codes(run.pick(tiny=50, quick=10_000, full=10_000), 88)
    lines = [f"bench,{number},pdq,{bytes(code).hex()}" for number, code in enumerate(codes)]
    path.write_text("\n".join(["source,entry_id,kind,value", *lines]) + "\n")
    return path


def _shelterwood(*arguments: object) -> float:
    """Run the command line; return wall seconds. Exit code 2 is an error."""
    began = time.perf_counter()
    done = subprocess.run(
        [sys.executable, "-m", "shelterwood", *map(str, arguments)], capture_output=True, text=True, check=False
    )
    if done.returncode == 2:
        raise RuntimeError(done.stderr)
    return time.perf_counter() - began


def run(run: Run) -> Table:
    """Scan and hash in turn."""
    folder, given = _pictures(run), _list(run)
    made = run.folder / "bench.swl"
    _shelterwood("list", "import", given, "--into", made, "--source", "bench", "--owner", "bench")
    files = sorted(str(path) for path in folder.rglob("*") if path.is_file())
    scans, baselines, bare = [], [], []
    with Worker("benchmarks.scan_subject:ScanSubject", files) as worker:
        for number in range(run.pick(tiny=1, quick=3, full=3)):
            out = run.folder / f"rows-{number}.jsonl"
            scans.append(_shelterwood("scan", folder, "--list", made, "--output", out, "--format", "jsonl"))
            baselines.append(worker.call("hash_all", threads=2, digest=True))
            bare.append(worker.call("hash_all", threads=2, digest=False))
    share = median(b / a for a, b in zip(scans, baselines, strict=True)) * 100
    bare_share = median(b / a for a, b in zip(scans, bare, strict=True)) * 100
    lines = [
        ["two threads in memory, with digests", *_cells(files, baselines), "100 %"],
        ["two threads in memory, PDQ only", *_cells(files, bare), "-"],
        ["shelterwood scan", *_cells(files, scans), f"{short(share)} % ({short(bare_share)} % of PDQ only)"],
    ]
    goal = Goal(what="of the same work in process", target=80, at_least=True, unit="%", got=share)
    columns = [f"{len(files):,} pictures", "s", "pictures/s", "share"]
    return Table(name=NAME, title=TITLE, compares=COMPARES, columns=columns, rows=lines, goals=[goal])


def _cells(files: list[str], seconds: list[float]) -> list[str]:
    return [short(median(seconds)), short(len(files) / median(seconds))]
