"""How fast every pair is compared: what answers radii above 31, and builds the accuracy tables."""

from __future__ import annotations

from statistics import median

from benchmarks.data import fingerprints
from benchmarks.report import Goal, Table, short
from benchmarks.run import Run, index_worker

__all__ = ["NAME", "TITLE", "run"]

NAME = "brute"
TITLE = "Blocked brute force"
COMPARES = (
    "2,048 queries in one call at radius 64, beyond what the tables answer, against faiss flat at the same "
    "radius. One core, CPU time; a pair is one query against one entry."
)
RADIUS = 64


def run(run: Run) -> Table:
    """Interleave our brute force with faiss flat and with NumPy."""
    rows = run.pick(tiny=5_000, quick=1_000_000, full=10_000_000)
    codes, queries = str(fingerprints(run.folder, rows)), str(fingerprints(run.folder, 2_048, seed=11))
    counts = {"faiss flat": run.pick(tiny=64, quick=512, full=128), "numpy": run.pick(tiny=4, quick=16, full=4)}
    ours_count = run.pick(tiny=64, quick=2_048, full=2_048)
    lines, ratios = [], {}
    with index_worker("shelterwood", cores={0}) as ours:
        ours.call("build", codes=codes)
        ours.call("reopen")
        for name, count in counts.items():
            with index_worker(name, cores={0}) as peer:
                peer.call("build", codes=codes)
                pairs = [
                    (
                        ours.call("throughput", queries=queries, start=0, count=ours_count, radius=RADIUS),
                        peer.call("throughput", queries=queries, start=0, count=count, radius=RADIUS),
                    )
                    for _ in range(run.rounds)
                ]
            ratios[name] = median(a / b for a, b in pairs)
            ours_pairs, peer_pairs = (median(one) * rows / 1e9 for one in zip(*pairs, strict=True))
            lines.append([f"{rows:,}", name, short(peer_pairs), short(ours_pairs), f"{short(ratios[name])}x"])
    goal = Goal(
        what="times faiss flat, batch",
        target=13,
        at_least=True,
        unit="x",
        got=ratios["faiss flat"] if rows >= 1_000_000 else None,
    )
    columns = ["fingerprints", "peer", "peer, 10⁹ pairs/s", "ours, 10⁹ pairs/s", "ratio"]
    return Table(name=NAME, title=TITLE, compares=COMPARES, columns=columns, rows=lines, goals=[goal])
