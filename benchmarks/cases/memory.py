"""How much memory and disk a fingerprint takes."""

from __future__ import annotations

from benchmarks.data import fingerprints
from benchmarks.report import Goal, Table, short
from benchmarks.run import Run, index_worker

__all__ = ["NAME", "TITLE", "run"]

NAME = "memory"
TITLE = "Memory"
COMPARES = (
    "Bytes per fingerprint that a process holds more than when it was empty (resident set, after 8,192 queries "
    "that touch the whole index), 64-bit ids included where the index has ids. Ours is opened from its file in a "
    "fresh process, so what it holds is shared page cache; its size on disk stands beside it."
)
PEERS = ("faiss flat", "faiss multi-hash, jemalloc", "faiss multi-hash", "threatexchange PDQIndex")


def _ours(codes: str, queries: str, rows: int) -> tuple[float, float, float]:
    with index_worker("shelterwood") as maker:
        maker.call("build", codes=codes)
        disk = maker.call("reopen")["bytes"]
        maker.call("live_changes")
        folder = maker.call("folder")
        with index_worker("shelterwood") as reader:
            reader.call("open", folder=folder)
            held = reader.call("memory", touch=queries)
    return held["rss"] / rows, disk / rows, held["anonymous"] / rows


def run(run: Run) -> Table:
    """Build each index alone and look at its process."""
    rows = run.pick(tiny=5_000, quick=1_000_000, full=10_000_000)
    codes, queries = str(fingerprints(run.folder, rows)), str(fingerprints(run.folder, 8_192, seed=10))
    resident, disk, anonymous = _ours(codes, queries, rows)
    lines = [["shelterwood", short(resident), short(anonymous), short(disk)]]
    for name in PEERS:
        with index_worker(name) as worker:
            worker.call("build", codes=codes)
            held = worker.call("memory")
        lines.append([name, short(held["rss"] / rows), short(held["anonymous"] / rows), "-"])
    goal = Goal(
        what="bytes a fingerprint, ids and tombstones included",
        target=140,
        at_least=False,
        unit="B",
        got=max(resident, disk) if rows >= 1_000_000 else None,
    )
    columns = [f"index of {rows:,}", "resident, B", "of it private memory, B", "on disk, B"]
    return Table(name=NAME, title=TITLE, compares=COMPARES, columns=columns, rows=lines, goals=[goal])
