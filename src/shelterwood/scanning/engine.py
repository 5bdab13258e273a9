"""A whole scan: the walk, the workers, the rows in order, the counts, and where to go on after an interruption."""

from __future__ import annotations

import contextlib
import os
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from shelterwood.media import ArchiveLimits, Limits, Mode, Sandbox
from shelterwood.scanning.pool import OrderedPool
from shelterwood.scanning.scanner import Scanner
from shelterwood.scanning.walk import Found, walk

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from shelterwood.scanning.matching import EnabledLists
    from shelterwood.scanning.results import ResultsSink
    from shelterwood.scanning.rows import Row
    from shelterwood.scanning.walk import Position, Unread

__all__ = ["Plan", "run"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What to scan, against what, and with how much of the machine.

    `workers` None is one a core.
    """

    sources: Sequence[str]
    lists: EnabledLists
    workers: int | None = None
    limits: Limits = field(default_factory=Limits)
    archive_limits: ArchiveLimits = field(default_factory=ArchiveLimits)
    sandbox: Sandbox = Sandbox.REQUIRED
    mode: Mode = Mode.FAST
    leave_out: frozenset[str] = frozenset()

    def walk(self, *, after: Position | None) -> Iterator[Found | Unread]:
        """Yield what is to be scanned, from the beginning or after a position."""
        return walk(self.sources, after=after, leave_out=self.leave_out)

    def sizes(self, *, after: Position | None) -> Iterator[int]:
        """Yield the size of everything to be scanned, for a progress bar."""
        return (item.size if isinstance(item, Found) else 0 for item in self.walk(after=after))

    def scanner(self) -> Scanner:
        """Return what one thread needs, to be entered in that thread."""
        return Scanner(
            lists=self.lists,
            limits=self.limits,
            archive_limits=self.archive_limits,
            sandbox=self.sandbox,
            mode=self.mode,
        )


def run(
    plan: Plan, sink: ResultsSink, *, render: Callable[[Row], str], on_file: Callable[[int], None] | None = None
) -> None:
    """Scan everything the plan names that the sink does not hold yet; rows go to the sink in the order of the walk.

    `on_file` is told the size of each file (members of archives are not told) as it is done.
    """
    pool = OrderedPool(workers=plan.workers or cores(), open_tool=plan.scanner, work=_scan_one)
    with contextlib.closing(pool.run(plan.walk(after=sink.position))) as answers:
        for item, rows in answers:
            for row in rows:
                sink.tally.add(row)
                sink.write(render(row))
            sink.commit(item.position)
            if on_file is not None:
                on_file(item.size if isinstance(item, Found) else 0)
    sink.finish()


def cores() -> int:
    """Return how many processors this process may use (a container may allow fewer than there are)."""
    return len(os.sched_getaffinity(0))


def _scan_one(scanner: Scanner, item: Found | Unread) -> tuple[Found | Unread, list[Row]]:
    return item, scanner.rows(item)
