"""How long one look-up takes: the figure a platform feels on every upload."""

from __future__ import annotations

from typing import TYPE_CHECKING

from benchmarks.data import fingerprints
from benchmarks.report import Goal, Table, short
from benchmarks.run import Duel, Run, duel, index_worker

if TYPE_CHECKING:
    from benchmarks.processes import Worker

__all__ = ["NAME", "TITLE", "run"]

NAME = "lookup"
TITLE = "One look-up"
COMPARES = (
    "One query at a time from Python, radius 31, one core; random fingerprints, queries that match nothing. Ours "
    "is opened from its file and carries 10,000 live additions and 10,000 withdrawn entries. Each peer is alone "
    "in its process; rounds are interleaved with ours, and the ratio is the median of the rounds' ratios of p50."
)
MULTI_HASH = ("faiss multi-hash, jemalloc", "faiss multi-hash", "threatexchange PDQIndex")
SLOW = ("faiss flat", "numpy", "usearch exact")
CORE = {0}
WARMING_QUERIES = 8_192
# (times faster than the best multi-hash, microseconds) by rows: the table.
TARGETS = {1_000_000: (50.0, None), 10_000_000: (125.0, 24.0)}


def _ours(codes: str, queries: str) -> Worker:
    """Build, save, open, change; then one batch, which brings the whole mapped file in: steady state is measured."""
    worker = index_worker("shelterwood", cores=CORE)
    worker.call("build", codes=codes)
    worker.call("reopen")
    worker.call("live_changes")
    worker.call("throughput", queries=queries, start=0, count=WARMING_QUERIES)
    return worker


def _against(run: Run, ours: Worker, name: str, codes: str, queries: str) -> Duel:
    seconds = run.pick(tiny=0.05, quick=1.0, full=2.0)
    with index_worker(name, cores=CORE) as peer:
        peer.call("build", codes=codes)

        def side(worker: Worker, number: int) -> list[float]:
            samples: list[float] = worker.call(
                "latency", queries=queries, start=number * 1000, count=1000, seconds=seconds
            )
            return samples

        side(ours, 0)
        return duel(run.rounds, lambda number: side(ours, number), lambda number: side(peer, number))


def _row(rows: int, name: str, one: Duel) -> list[str]:
    ours = f"{short(Duel.p(one.ours, 50))} / {short(Duel.p(one.ours, 99))}"
    peer = f"{short(Duel.p(one.peer, 50))} / {short(Duel.p(one.peer, 99))}"
    return [f"{rows:,}", name, peer, ours, f"{short(one.ratio())}x"]


def _goals(rows: int, duels: dict[str, Duel]) -> list[Goal]:
    times, microseconds = TARGETS.get(rows, (None, None))
    goals = []
    if times is not None:
        got = min(duels[name].ratio() for name in MULTI_HASH)
        goals.append(_ratio_goal(rows, times, got))
    if microseconds is not None:
        got = min(Duel.p(one.ours, 50) for one in duels.values())
        goals.append(_time_goal(rows, microseconds, got))
    return goals


def _ratio_goal(rows: int, target: float, got: float | None) -> Goal:
    what = f"{rows:,} fingerprints: times faster than the best faiss multi-hash"
    return Goal(what=what, target=target, at_least=True, unit="x", got=got)


def _time_goal(rows: int, target: float, got: float | None) -> Goal:
    return Goal(what=f"{rows:,} fingerprints: p50 from Python", target=target, at_least=False, unit="µs", got=got)


def run(run: Run) -> Table:
    """Measure every peer against ours at each size."""
    lines, goals = [], []
    for rows in run.pick(tiny=(5_000,), quick=(1_000_000,), full=(1_000_000, 10_000_000)):
        codes = str(fingerprints(run.folder, rows))
        queries = str(fingerprints(run.folder, run.rounds * 1000, seed=9))
        warming = str(fingerprints(run.folder, WARMING_QUERIES, seed=10))
        with _ours(codes, warming) as ours:
            duels = {name: _against(run, ours, name, codes, queries) for name in (*MULTI_HASH, *SLOW)}
        lines += [_row(rows, name, one) for name, one in duels.items()]
        goals += _goals(rows, duels)
    if not any("10,000,000" in goal.what for goal in goals):
        goals += [_ratio_goal(10_000_000, 125.0, None), _time_goal(10_000_000, 24.0, None)]
    columns = ["fingerprints", "peer", "peer p50 / p99, µs", "ours p50 / p99, µs", "ratio"]
    return Table(name=NAME, title=TITLE, compares=COMPARES, columns=columns, rows=lines, goals=goals)
