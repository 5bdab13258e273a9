"""A progress line on a terminal, nothing in a pipe: share done, rate, and a time left that is honest.

The files are counted by a thread of its own while the scan already runs; until that count is complete no share and no
time left is shown, because any would be invented.
"""

from __future__ import annotations

import contextlib
import threading
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Self, TextIO

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

__all__ = ["Counting", "Progress", "duration_in_words"]

_SECONDS_BETWEEN_DRAWINGS = 0.1
_BAR = 24
# What a file costs besides its bytes (opening, a message to the child and back), in bytes; it only weighs the share.
_BYTES_PER_FILE = 50_000


@dataclass(slots=True)
class Progress:
    """Progress of one scan, drawn on `stream`; None draws nothing."""

    stream: TextIO | None
    files: int = 0
    _work: int = 0
    _files_in_all: int | None = None
    _work_in_all: int = 0
    _began: float = field(default_factory=time.monotonic)
    _drawn: float = 0.0
    _stop: threading.Event = field(default_factory=threading.Event)

    @contextlib.contextmanager
    def counting(self, sizes: Iterable[int]) -> Iterator[None]:
        """Count files (their sizes) in a thread while the body runs; clear the line at the end."""
        if self.stream is None:
            yield
            return
        thread = threading.Thread(target=self._count, args=(sizes,), name="count", daemon=True)
        thread.start()
        try:
            yield
        finally:
            self._stop.set()
            thread.join()
            self.clear()

    def advance(self, size: int) -> None:
        """One file more is done."""
        if self.stream is None:
            return
        self.files += 1
        self._work += size + _BYTES_PER_FILE
        now = time.monotonic()
        if now - self._drawn >= _SECONDS_BETWEEN_DRAWINGS:
            self._drawn = now
            self._write(self.line(now - self._began))

    def clear(self) -> None:
        """Take the line away, so that a row can be written on the same terminal."""
        self._write("")

    def line(self, seconds: float) -> str:
        """Return the line as it is after `seconds`."""
        rate = self.files / seconds if seconds > 0 else 0.0
        if self._files_in_all is None:
            return f"{self.files:,} files, {rate:,.0f} a second (counting)"
        share = min(1.0, self._work / self._work_in_all) if self._work_in_all else 1.0
        left = duration_in_words(seconds / share - seconds) if share > 0 else "?"
        bar = "#" * round(share * _BAR)
        counts = f"{self.files:,} of {self._files_in_all:,} files, {rate:,.0f} a second"
        return f"[{bar:<{_BAR}}] {share:4.0%}  {counts}, {left} left"

    def _count(self, sizes: Iterable[int]) -> None:
        files = work = 0
        for size in sizes:
            if self._stop.is_set():
                return
            files += 1
            work += size + _BYTES_PER_FILE
        self._work_in_all = work
        self._files_in_all = files

    def _write(self, text: str) -> None:
        if self.stream is not None:
            with contextlib.suppress(OSError):
                self.stream.write(f"\r\x1b[K{text}")
                self.stream.flush()


def duration_in_words(seconds: float) -> str:
    """Return a time a person can grasp: `8 s`, `3 min 10 s`, `2 h 5 min`."""
    whole = max(0, round(seconds))
    if whole < 60:
        return f"{whole} s"
    if whole < 3600:
        return f"{whole // 60} min {whole % 60} s"
    return f"{whole // 3600} h {whole % 3600 // 60} min"


@dataclass(slots=True)
class Counting:
    """Progress of what is counted before it begins, drawn on `stream`; None draws nothing. A context manager."""

    stream: TextIO | None
    done: int = 0
    in_all: int = 0
    stop: bool = False
    _first: int = 0
    _began: float = field(default_factory=time.monotonic)
    _drawn: float = 0.0

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._write("")

    def begin(self, done: int, in_all: int) -> None:
        """Begin at `done` of `in_all`."""
        self.done = self._first = done
        self.in_all, self._began = in_all, time.monotonic()

    def advance(self) -> None:
        """One more is done; raise KeyboardInterrupt if somebody asked it to stop."""
        self.done += 1
        now = time.monotonic()
        if now - self._drawn >= _SECONDS_BETWEEN_DRAWINGS:
            self._drawn = now
            self._write(self.line(now - self._began))
        if self.stop:
            raise KeyboardInterrupt

    def line(self, seconds: float) -> str:
        """Return the line as it is after `seconds`."""
        rate = (self.done - self._first) / seconds if seconds > 0 else 0.0
        left = duration_in_words(max(0, self.in_all - self.done) / rate) if rate else "?"
        return f"{self.done:,} of {self.in_all:,} items, {rate:,.0f} a second, {left} left"

    def _write(self, text: str) -> None:
        if self.stream is not None:
            with contextlib.suppress(OSError):
                self.stream.write(f"\r\x1b[K{text}")
                self.stream.flush()
