"""What is counted and not written down one by one, above all scans without a match.

    counters.register("scan.no_match")      # in ready(), before the fork
    counters.count("scan.no_match")         # in a worker: a number in memory goes up

Each worker has a row of its own in memory that all processes of the service share. Once a minute the keeper takes what
has come in since, and writes it (flushing.py). A worker that dies leaves its row behind, and the next one counts on in
it: nothing is lost. If the keeper dies just while it writes, or all of the machine, up to a minute is lost; nothing is
ever counted twice. Without a supervisor the memory is this process's own.
"""

from __future__ import annotations

import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING

from shelterwood.errors import ShelterwoodError
from shelterwood.web.hall.running.shared import Table

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = [
    "MOST_WORKERS",
    "CounterNotRegistered",
    "RegisteredTooLate",
    "count",
    "own_row",
    "register",
    "registered",
    "seal",
    "taken",
    "totals",
    "use_row",
]

MOST_WORKERS = 64
_ROWS = 2 * MOST_WORKERS + 1  # row 0 is the keeper's and the supervisor's; while workers are replaced there are more
_MOST_COUNTERS = 128

_names: dict[str, int] = {}
_counted = Table(rows=_ROWS, columns=_MOST_COUNTERS)
_written = Table(rows=_ROWS, columns=_MOST_COUNTERS)
_lock = threading.Lock()
_row = 0
_sealed = False


class CounterNotRegistered(ShelterwoodError):
    """Something was counted under a name that no part of the system has registered."""


class RegisteredTooLate(ShelterwoodError):
    """A counter or a round was added after the processes had been made: they would not agree on its place."""


def register(name: str) -> str:
    """Register a counter (dotted) and return its name; again is harmless. Raises RegisteredTooLate after the fork."""
    if name not in _names:
        if _sealed or len(_names) == _MOST_COUNTERS:
            raise RegisteredTooLate(f"The counter '{name}' comes too late.", remedy="Register it in ready().")
        _names[name] = len(_names)
    return name


def registered() -> tuple[str, ...]:
    """Return every counter by name."""
    return tuple(sorted(_names))


def seal() -> None:
    """Let no further counter in: the processes are about to be made."""
    global _sealed  # noqa: PLW0603 - one service a process
    _sealed = True


def use_row(number: int) -> None:
    """Have this process count in a row of its own (from 1)."""
    global _row  # noqa: PLW0603 - one row a process
    _row = number


def own_row() -> int:
    """Return the row that this process counts in."""
    return _row


def count(name: str, by: int = 1) -> None:
    """Add `by` to a counter; raise CounterNotRegistered."""
    column = _names.get(name)
    if column is None:
        raise CounterNotRegistered(f"Nobody has registered the counter '{name}'.", remedy="Register it in ready().")
    with _lock:  # between threads of one worker; between processes there is nothing to share
        _counted.write(_row, column, _counted.read(_row, column) + by)


def totals() -> dict[str, int]:
    """Return what was counted since the service started."""
    return {name: sum(_counted.read(row, column) for row in range(_ROWS)) for name, column in sorted(_names.items())}


@contextmanager
def taken() -> Iterator[dict[str, int]]:
    """Take what has come in and was not taken yet, by name and above 0; given back if the block fails.

    It counts as taken from the beginning: a keeper that dies inside loses it, and none counts it twice.
    """
    found: dict[str, int] = {}
    before: list[tuple[int, int, int]] = []
    for name, column in _names.items():
        for row in range(_ROWS):
            now, then = _counted.read(row, column), _written.read(row, column)
            if now != then:
                found[name] = found.get(name, 0) + now - then
                before.append((row, column, then))
                _written.write(row, column, now)
    try:
        yield found
    except BaseException:
        for row, column, then in before:
            _written.write(row, column, then)
        raise
