"""Counts under names that nobody knows before the fork: uploads looked up under one token on one list.

    tallies.tally("token-7 coffee-cups")     # in a worker
    with tallies.taken() as found:           # in the keeper: {mark_of(name): how many}

As counters.py: a row a worker in shared memory, each number with one writer, a death of a worker loses nothing, nothing
is ever counted twice. A worker gives each new name a place in its row and leaves the name's mark there; who takes the
numbers knows which names there can be, and compares marks. A row has 128 places; what finds none is not counted.
"""

from __future__ import annotations

import hashlib
import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING

from shelterwood.web.hall.running import counters
from shelterwood.web.hall.running.shared import Table

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["mark_of", "taken", "tally"]

_ROWS = 2 * counters.MOST_WORKERS + 1
_PLACES = 128

_marks = Table(rows=_ROWS, columns=_PLACES)
_counted = Table(rows=_ROWS, columns=_PLACES)
_written = Table(rows=_ROWS, columns=_PLACES)
_lock = threading.Lock()
_places: dict[tuple[int, str], int] = {}  # of this process


def mark_of(name: str) -> int:
    """Return the number that stands for a name: 63 bits of its digest, never 0."""
    return int.from_bytes(hashlib.blake2b(name.encode(), digest_size=8).digest()) >> 1 | 1


def tally(name: str, by: int = 1) -> bool:
    """Add `by` under `name`; return False where this row has no place for another name."""
    row = counters.own_row()
    with _lock:
        place = _places.get((row, name))
        if place is None:
            place = _take_place(row, mark_of(name))
            if place is None:
                return False
            _places[row, name] = place
        _counted.write(row, place, _counted.read(row, place) + by)
    return True


def _take_place(row: int, mark: int) -> int | None:
    """Return where a mark stands in a row, put there if it is new; a worker before this one may have left it."""
    for place in range(_PLACES):
        found = _marks.read(row, place)
        if found == 0:
            _marks.write(row, place, mark)
        if found in {0, mark}:
            return place
    return None


@contextmanager
def taken() -> Iterator[dict[int, int]]:
    """Take what has come in and was not taken yet, by mark and above 0; given back if the block fails."""
    found: dict[int, int] = {}
    before: list[tuple[int, int, int]] = []
    for row in range(_ROWS):
        for place in range(_PLACES):
            mark = _marks.read(row, place)
            if mark == 0:
                break
            now, then = _counted.read(row, place), _written.read(row, place)
            if now != then:
                found[mark] = found.get(mark, 0) + now - then
                before.append((row, place, then))
                _written.write(row, place, now)
    try:
        yield found
    except BaseException:
        for row, place, then in before:
            _written.write(row, place, then)
        raise
