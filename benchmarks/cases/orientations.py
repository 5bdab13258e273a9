"""What the eight orientations cost on top of one hash: they come from one DCT, by changing signs and transposing."""

from __future__ import annotations

from statistics import median
from typing import TYPE_CHECKING

from benchmarks.pictures import encode, picture
from benchmarks.processes import Worker
from benchmarks.report import Goal, Table, short

if TYPE_CHECKING:
    from benchmarks.run import Run

__all__ = ["NAME", "TITLE", "run"]

NAME = "orientations"
TITLE = "The eight orientations"
COMPARES = (
    "Ours always computes all eight. What they cost is bounded from above by the time of a whole call on a 64 x "
    "64 picture, where there is next to nothing to filter: call, quality, DCT and all eight orientations. That "
    "bound is set against the hash of a 0.3 megapixel JPEG from its bytes. pdqhash is timed with and without "
    "(`compute_dihedral`). CPU time."
)


def run(run: Run) -> Table:
    """Time the smallest picture against an ordinary one, and pdqhash's two functions."""
    path = run.folder / "ordinary.jpg"
    path.write_bytes(encode(picture(1, family="crop", height=480, width=640), ".jpg"))
    repeats = run.pick(tiny=3, quick=100, full=300)
    subject = "benchmarks.orientation_subject:OrientationSubject"
    with Worker(subject, cores={0}) as worker:
        rounds = [worker.call("times", path=str(path), repeats=repeats) for _ in range(run.rounds)]
    times = {name: median(one[name] for one in rounds) for name in rounds[0]}
    share = median(one["smallest"] / one["ordinary"] for one in rounds) * 100
    peer = median(one["pdqhash, eight"] / one["pdqhash, one"] - 1 for one in rounds) * 100
    lines = [
        ["ours, 64 x 64 picture, whole call with eight", short(times["smallest"]), f"at most {short(share)} %"],
        ["ours, 0.3 MP JPEG from bytes, with eight", short(times["ordinary"]), "-"],
        ["pdqhash.compute, 640 x 480 array", short(times["pdqhash, one"]), "-"],
        ["pdqhash.compute_dihedral, the same", short(times["pdqhash, eight"]), f"{short(peer)} %"],
    ]
    goal = Goal(what="on top of one hash, at most", target=10, at_least=False, unit="%", got=share)
    columns = ["what", "µs", "for the eight, on top of one"]
    return Table(name=NAME, title=TITLE, compares=COMPARES, columns=columns, rows=lines, goals=[goal])
