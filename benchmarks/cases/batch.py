"""How many look-ups a core answers when they come together: back-fills, seizures, eight orientations at once."""

from __future__ import annotations

from statistics import median

from benchmarks.data import fingerprints
from benchmarks.report import Goal, Table, short
from benchmarks.run import Run, index_worker

__all__ = ["NAME", "TITLE", "run"]

NAME = "batch"
TITLE = "Many look-ups in one call"
COMPARES = (
    "8,192 random queries in one call, radius 31, one core, queries per second of CPU time. The peers gain "
    "nothing from a batch, so they get fewer queries to keep the run short."
)
# How many queries a peer gets: about a second's work at ten million rows.
PEERS = {"faiss multi-hash, jemalloc": 512, "faiss multi-hash": 128, "faiss flat": 128}
TARGET = 350.0


def run(run: Run) -> Table:
    """Interleave our batches with each peer's."""
    rows = run.pick(tiny=5_000, quick=1_000_000, full=10_000_000)
    codes = str(fingerprints(run.folder, rows))
    queries = str(fingerprints(run.folder, 8_192, seed=10))
    lines, ratios = [], {}
    with index_worker("shelterwood", cores={0}) as ours:
        ours.call("build", codes=codes)
        ours.call("reopen")
        ours.call("throughput", queries=queries, start=0, count=8_192)
        for name, count in PEERS.items():
            with index_worker(name, cores={0}) as peer:
                peer.call("build", codes=codes)
                pairs = [
                    (
                        ours.call("throughput", queries=queries, start=0, count=8_192),
                        peer.call("throughput", queries=queries, start=number * count, count=count),
                    )
                    for number in range(run.rounds)
                ]
            ratios[name] = median(a / b for a, b in pairs)
            ours_rate, peer_rate = median(a for a, _ in pairs), median(b for _, b in pairs)
            lines.append([f"{rows:,}", name, short(peer_rate), short(ours_rate), f"{short(ratios[name])}x"])
    got = min(ratio for name, ratio in ratios.items() if "multi-hash" in name) if rows == 10_000_000 else None
    goal = Goal(what="10,000,000: times the best faiss multi-hash", target=TARGET, at_least=True, unit="x", got=got)
    columns = ["fingerprints", "peer", "peer, queries/s", "ours, queries/s", "ratio"]
    return Table(name=NAME, title=TITLE, compares=COMPARES, columns=columns, rows=lines, goals=[goal])
