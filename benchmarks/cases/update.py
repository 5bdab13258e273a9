"""How soon a change counts: an added entry must match, a withdrawn one must not, at the very next search."""

from __future__ import annotations

from statistics import median

from benchmarks.data import fingerprints
from benchmarks.report import Goal, Table, short
from benchmarks.run import Duel, Run, index_worker

__all__ = ["NAME", "TITLE", "run"]

NAME = "update"
TITLE = "One change, seen by the next search"
COMPARES = (
    "Milliseconds from the call that adds (or discards) one fingerprint to the end of the first search that shows "
    "it: in the same process, and in another process that searches without pause. threatexchange cannot discard; "
    "its `add` rebuilds a map of all rows."
)


def _ours(run: Run, codes: str) -> dict[str, list[float]]:
    changes = run.pick(tiny=5, quick=200, full=500)
    with index_worker("shelterwood", cores={0}) as writer, index_worker("shelterwood", cores={1}) as reader:
        writer.call("build", codes=codes)
        writer.call("reopen")
        reader.call("open", folder=writer.call("folder"))
        writer.call("open_writer")
        taken = {
            "add, same process": writer.call("add_and_see", changes=changes),
            "discard, same process": writer.call("discard_and_see", changes=changes),
        }
        taken["add, seen by another process"] = _across(writer, reader, changes)
    return taken


def _across(writer, reader, changes: int) -> list[float]:  # type: ignore[no-untyped-def]  # noqa: ANN001
    times = []
    for number in range(changes):
        reader.start("wait_for", number=number)
        began = writer.call("add_one", number=number)
        times.append((reader.finish() - began) * 1000)
    return times


def run(run: Run) -> Table:
    """Change and look, many times."""
    rows = run.pick(tiny=5_000, quick=1_000_000, full=10_000_000)
    codes = str(fingerprints(run.folder, rows))
    taken = _ours(run, codes)
    lines = [
        [f"{rows:,}", f"shelterwood: {what}", short(median(some)), short(Duel.p([some], 99))]
        for what, some in taken.items()
    ]
    peer_rows = min(rows, 1_000_000)
    with index_worker("threatexchange PDQIndex") as peer:
        peer.call("build", codes=str(fingerprints(run.folder, peer_rows)))
        some = peer.call("add_and_see", changes=3)
    lines.append(
        [f"{peer_rows:,}", "threatexchange PDQIndex: add, same process", short(median(some)), short(max(some))]
    )
    worst = max(median(some) for some in taken.values())
    goal = Goal(
        what="one add or discard, seen by the next search (p50)", target=1, at_least=False, unit="ms", got=worst
    )
    columns = ["fingerprints", "what", "p50, ms", "p99, ms"]
    return Table(name=NAME, title=TITLE, compares=COMPARES, columns=columns, rows=lines, goals=[goal])
