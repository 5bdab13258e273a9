"""Sort records that do not fit in memory: sorted runs on disk, merged as lines of bytes.

Each line is key, place and canonical line, joined by U+0001, which sorts after U+0000 and before every character of a
name; so plain comparison of bytes puts records in canonical order, and records with one key in the order in which
they came.
"""

from __future__ import annotations

import heapq
import os
from contextlib import ExitStack
from dataclasses import dataclass
from typing import TYPE_CHECKING

from shelterwood.lists.canonical import from_line, key_bytes, to_line

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from shelterwood.lists.entries import Record

__all__ = ["Spool", "SpooledRecord"]

RUN_BYTES = 64 * 1024 * 1024
MOST_RUNS = 64
_SEPARATOR = b"\x01"


@dataclass(slots=True, eq=False)
class SpooledRecord:
    """A record as bytes: its key, its canonical line, and where it came from (file number, row).

    Most records pass through a merge without being looked at; `record` reads the line at the first need.
    """

    key: bytes
    line: bytes
    place: tuple[int, int] = (0, 0)
    _record: Record | None = None

    @property
    def record(self) -> Record:
        """The record that the line states."""
        if self._record is None:
            self._record = from_line(self.line)
        return self._record

    @property
    def is_withdrawal(self) -> bool:
        """Whether this takes a whole item back: kind and value are empty."""
        return self.key.endswith(b"\0\0")

    @property
    def is_withdrawn(self) -> bool:
        """Whether the line states a withdrawal. A quotation mark inside a value is escaped, so this is no value."""
        return b'"withdrawn_at":"' in self.line


class Spool:
    """Takes records in any order and gives them back in canonical order; a folder holds what memory cannot."""

    def __init__(self, folder: Path, *, run_bytes: int = RUN_BYTES) -> None:
        self._folder = folder
        self._run_bytes = run_bytes
        self._pending: list[bytes] = []
        self._pending_bytes = 0
        self._runs: list[Path] = []
        self._made = 0
        self._taken = 0

    def add(self, record: Record, *, file_number: int = 0, row: int = 0) -> None:
        """Take one record."""
        place = b"%016d %d %d" % (self._taken, file_number, row)
        self._taken += 1
        line = _SEPARATOR.join((key_bytes(record), place, to_line(record)))
        self._pending.append(line)
        self._pending_bytes += len(line)
        if self._pending_bytes >= self._run_bytes:
            self._write_run()

    def _write_run(self) -> None:
        self._pending.sort()
        self._runs.append(self._new_run(self._pending))
        self._pending, self._pending_bytes = [], 0
        if len(self._runs) >= MOST_RUNS:
            self._runs = [self._merge_runs()]

    def _new_run(self, lines: Iterable[bytes]) -> Path:
        path = self._folder / f"run-{self._made}"
        self._made += 1
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.writelines(lines)
        return path

    def _merge_runs(self) -> Path:
        with ExitStack() as stack:
            merged = self._new_run(heapq.merge(*(stack.enter_context(run.open("rb")) for run in self._runs)))
        for run in self._runs:
            run.unlink()
        return merged

    def sorted(self) -> Iterator[SpooledRecord]:
        """Yield every record taken, in canonical order, and remove the runs."""
        self._pending.sort()
        with ExitStack() as stack:
            runs = [stack.enter_context(run.open("rb")) for run in self._runs]
            for line in heapq.merge(*runs, self._pending) if runs else self._pending:
                key, place, canonical = line.split(_SEPARATOR, 2)
                _, file_number, row = place.split(b" ")
                yield SpooledRecord(key, canonical, (int(file_number), int(row)))
        for run in self._runs:
            run.unlink()
