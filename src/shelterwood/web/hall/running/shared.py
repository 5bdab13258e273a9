"""Numbers that all processes of a service see: memory made before the fork, without name, file or lock.

Each number has one writer. Reading or writing one aligned number of eight bytes is one step of the machine, so a
reader sees the old number or the new one.
"""

from __future__ import annotations

import mmap

__all__ = ["Table"]


class Table:
    """`rows` times `columns` numbers (unsigned, 64 bits), all 0 at first; a child made by fork has the same table."""

    def __init__(self, *, rows: int, columns: int) -> None:
        self._columns = columns
        self._numbers = memoryview(mmap.mmap(-1, rows * columns * 8)).cast("Q")

    def read(self, row: int, column: int) -> int:
        """Return one number."""
        return self._numbers[row * self._columns + column]

    def write(self, row: int, column: int, value: int) -> None:
        """Set one number."""
        self._numbers[row * self._columns + column] = value
