"""How long until a list can be searched: built anew, and opened after a restart."""

from __future__ import annotations

from statistics import median

from benchmarks.data import fingerprints
from benchmarks.report import Goal, Table, short
from benchmarks.run import Run, index_worker

__all__ = ["NAME", "TITLE", "run"]

NAME = "build"
TITLE = "Build and open"
COMPARES = (
    "Seconds from an array of fingerprints to an index that answers, both cores allowed, each build in a fresh "
    "process, interleaved. Ours is then saved and opened again; opening is timed warm, in the process that saved "
    "it."
)
MULTI_HASH = ("faiss multi-hash, jemalloc", "faiss multi-hash")


def _built(name: str, codes: str) -> dict[str, float]:
    with index_worker(name) as worker:
        times: dict[str, float] = worker.call("build", codes=codes)
        return times | (worker.call("reopen") if name == "shelterwood" else {})


def run(run: Run) -> Table:
    """Build in turn: ours, then each peer, some rounds of it."""
    rows = run.pick(tiny=5_000, quick=1_000_000, full=10_000_000)
    rounds = run.pick(tiny=1, quick=3, full=3)
    codes = str(fingerprints(run.folder, rows))
    names = (
        ("shelterwood", *MULTI_HASH) if rows > 1_000_000 else ("shelterwood", *MULTI_HASH, "threatexchange PDQIndex")
    )
    taken: dict[str, list[dict[str, float]]] = {name: [] for name in names}
    for _ in range(rounds):
        for name in names:
            taken[name].append(_built(name, codes))
    seconds = {name: median(one["wall"] for one in some) for name, some in taken.items()}
    ours = taken["shelterwood"]
    lines = [
        [f"{rows:,}", name, f"{short(s)} s", f"{short(s / seconds['shelterwood'])}x"] for name, s in seconds.items()
    ]
    lines.append([f"{rows:,}", "shelterwood: save", f"{short(median(one['save'] for one in ours))} s", "-"])
    opened = median(one["open"] for one in ours) * 1000
    lines.append([f"{rows:,}", "shelterwood: open", f"{short(opened)} ms", "-"])
    best = min(seconds[name] for name in MULTI_HASH) / seconds["shelterwood"]
    asked = rows == 10_000_000
    goals = [
        Goal(
            what="10,000,000, two cores: times the best faiss multi-hash",
            target=13,
            at_least=True,
            unit="x",
            got=best if asked else None,
        ),
        Goal(what="open a saved index", target=50, at_least=False, unit="ms", got=opened),
    ]
    columns = ["fingerprints", "what", "time", "times ours"]
    return Table(name=NAME, title=TITLE, compares=COMPARES, columns=columns, rows=lines, goals=goals)
