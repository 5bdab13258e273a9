"""How long one look-up takes: the figure a platform feels on every upload."""

from __future__ import annotations

import contextlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

from benchmarks.data import fingerprints
from benchmarks.report import Goal, Table, short
from benchmarks.run import Duel, Run, index_worker

if TYPE_CHECKING:
    from collections.abc import Sequence

    from benchmarks.processes import Worker

__all__ = ["NAME", "TITLE", "run"]

NAME = "lookup"
TITLE = "One look-up"
COMPARES = (
    "One query at a time from Python, radius 31, one core; random fingerprints, queries that match nothing. Ours "
    "is opened from its file and carries 10,000 live additions and 10,000 withdrawn entries. Each peer is in a "
    "process of its own; every round of a peer follows one of ours, the three multi-hash peers take turns; the ratio "
    "is the median of the rounds' ratios of p50. The goals are set against the multi-hash peer with the lowest p50."
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


@dataclass(frozen=True, slots=True, kw_only=True)
class _Queries:
    """What is asked, and how long at a time."""

    path: str
    seconds: float

    def ask(self, worker: Worker, number: int) -> list[float]:
        """Return microseconds of the queries of this round."""
        samples: list[float] = worker.call(
            "latency", queries=self.path, start=number * 1000, count=1000, seconds=self.seconds
        )
        return samples


def _in_turn(rounds: int, ours: Worker, names: Sequence[str], codes: str, queries: _Queries) -> dict[str, Duel]:
    """Build all the peers, then let each meet ours once a round: a disturbance of seconds hits few rounds of each."""
    with contextlib.ExitStack() as stack:
        peers = {name: stack.enter_context(index_worker(name, cores=CORE)) for name in names}
        for peer in peers.values():
            peer.call("build", codes=codes)
        queries.ask(ours, 0)
        pairs: dict[str, list[tuple[list[float], list[float]]]] = {name: [] for name in names}
        for number in range(rounds):
            for name, peer in peers.items():
                pairs[name].append((queries.ask(ours, number), queries.ask(peer, number)))
    return {name: Duel.of(met) for name, met in pairs.items()}


def _row(rows: int, name: str, one: Duel) -> list[str]:
    ours = f"{short(Duel.p(one.ours, 50))} / {short(Duel.p(one.ours, 99))}"
    peer = f"{short(Duel.p(one.peer, 50))} / {short(Duel.p(one.peer, 99))}"
    return [f"{rows:,}", name, peer, ours, f"{short(one.ratio())}x"]


def _goals(rows: int, duels: dict[str, Duel]) -> list[Goal]:
    times, microseconds = TARGETS.get(rows, (None, None))
    goals = []
    if times is not None:
        best = min(MULTI_HASH, key=lambda name: Duel.p(duels[name].peer, 50))
        got = duels[best].ratio()
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
        rounds = run.pick(tiny=2, quick=9, full=9)
        path = str(fingerprints(run.folder, rounds * 1000, seed=9))
        queries = _Queries(path=path, seconds=run.pick(tiny=0.05, quick=1.0, full=2.0))
        warming = str(fingerprints(run.folder, WARMING_QUERIES, seed=10))
        with _ours(codes, warming) as ours:
            duels = _in_turn(rounds, ours, MULTI_HASH, codes, queries)
            for name in SLOW:
                duels |= _in_turn(run.rounds, ours, (name,), codes, queries)
        lines += [_row(rows, name, one) for name, one in duels.items()]
        goals += _goals(rows, duels)
    if not any("10,000,000" in goal.what for goal in goals):
        goals += [_ratio_goal(10_000_000, 125.0, None), _time_goal(10_000_000, 24.0, None)]
    columns = ["fingerprints", "peer", "peer p50 / p99, µs", "ours p50 / p99, µs", "ratio"]
    return Table(name=NAME, title=TITLE, compares=COMPARES, columns=columns, rows=lines, goals=goals)
