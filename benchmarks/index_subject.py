"""What the parent may ask of one index in its own process: build, time one query, time many, count what is found."""

from __future__ import annotations

import gc
import time
from pathlib import Path

import numpy as np
import numpy.typing as npt

from benchmarks.data import load, random_codes
from benchmarks.index_peers import PEERS, PdqIndex, Shelterwood
from benchmarks.machine import memory_of_this_process

__all__ = ["IndexSubject"]


class IndexSubject:
    """One peer with a stopwatch."""

    def __init__(self, peer: str) -> None:
        self.peer = PEERS[peer]()
        self.rows = 0
        self.before = memory_of_this_process()

    def build(self, *, codes: str) -> dict[str, float]:
        """Build from a file of fingerprints; ours is then saved and opened again, timed apart."""
        rows = np.array(load(codes))
        self.rows = len(rows)
        wall, cpu = time.perf_counter(), time.process_time()
        self.peer.build(rows)
        times = {"wall": time.perf_counter() - wall, "cpu": time.process_time() - cpu}
        del rows
        gc.collect()
        return times

    def reopen(self) -> dict[str, float]:
        """Save ours to disk and open it from there; returns seconds of each and the bytes on disk."""
        peer = self._ours()
        start = time.perf_counter()
        peer.index.save(peer.folder / "saved")
        saved = time.perf_counter()
        peer.index = peer.type.open(peer.folder / "saved")
        opened = time.perf_counter()
        size = sum(path.stat().st_size for path in (peer.folder / "saved").rglob("*") if path.is_file())
        gc.collect()
        return {"save": saved - start, "open": opened - saved, "bytes": size}

    def live_changes(self) -> None:
        """Add and withdraw 10,000 entries each through a writer; the reader sees them."""
        self._ours().live_changes(self.rows)

    def _ours(self) -> Shelterwood:
        if not isinstance(self.peer, Shelterwood):
            raise TypeError("only our index can be asked for this")
        return self.peer

    def latency(self, *, queries: str, start: int, count: int, seconds: float = 2.0) -> list[float]:
        """Return microseconds of single queries, at most `count` and at most `seconds` in all (but at least five)."""
        rows = np.array(load(queries)[start : start + count])
        times: list[float] = []
        gc.disable()
        deadline = time.perf_counter() + seconds
        for row in rows:
            query = row[None]
            begin = time.perf_counter_ns()
            self.peer.one(query)
            times.append((time.perf_counter_ns() - begin) / 1000)
            if time.perf_counter() > deadline and len(times) >= 5:
                break
        gc.enable()
        return times

    def throughput(self, *, queries: str, start: int, count: int, radius: int = 31) -> float:
        """Return queries per second of CPU time in one batch."""
        rows = np.array(load(queries)[start : start + count])
        begin = time.process_time()
        self.peer.many(rows, radius)
        return len(rows) / (time.process_time() - begin)

    def found(self, *, queries: str, out: str) -> None:
        """Write which query found which row, for the parent to count."""
        rows = np.array(load(queries))
        numbers, ids = self.peer.many(rows)
        np.savez(Path(out), query=np.asarray(numbers, np.int64), row=np.asarray(ids, np.int64))

    def memory(self, *, touch: str = "") -> dict[str, int]:
        """Return bytes above those of the empty process; `touch` queries first bring a mapped file in."""
        if touch:
            self.peer.many(np.array(load(touch)))
        gc.collect()
        now = memory_of_this_process()
        return {kind: now[kind] - self.before[kind] for kind in now}

    # What only `update` and `memory` ask.

    def folder(self) -> str:
        """Return where ours is saved, for another process to open."""
        return str(self._ours().folder / "saved")

    def open(self, *, folder: str) -> None:
        """Open an index that another process saved."""
        peer = self._ours()
        peer.index = peer.type.open(Path(folder))

    def open_writer(self) -> None:
        """Become the one writer of the saved index."""
        peer = self._ours()
        peer.writer = peer.type.open(peer.folder / "saved", writable=True)

    def add_one(self, *, number: int) -> float:
        """Add a fingerprint that `wait_for(number)` looks for; returns the moment before the call."""
        code = random_codes(1, 5_000_000 + number)
        began = time.monotonic()
        self._ours().writer.add(code, np.array([100_000_000 + number], dtype=np.int64))
        return began

    def wait_for(self, *, number: int) -> float:
        """Search without pause until the fingerprint is there; returns the moment it was."""
        code = random_codes(1, 5_000_000 + number)
        give_up = time.monotonic() + 30
        while time.monotonic() < give_up:
            if len(self.peer.many(code)[0]):
                return time.monotonic()
        raise TimeoutError("the added fingerprint was not seen within 30 seconds")

    def add_and_see(self, *, changes: int) -> list[float]:
        """Add one, search it, `changes` times; returns milliseconds of both together."""
        times = []
        for number in range(changes):
            code = random_codes(1, 6_000_000 + number)
            begin = time.perf_counter()
            self._add(code, 200_000_000 + number)
            seen = len(self.peer.many(code)[0])
            times.append((time.perf_counter() - begin) * 1000)
            if not seen:
                raise LookupError("an added fingerprint was not seen by the next search")
        return times

    def discard_and_see(self, *, changes: int) -> list[float]:
        """Discard what `add_and_see` added, search it; returns milliseconds of both together."""
        times = []
        for number in range(changes):
            code = random_codes(1, 6_000_000 + number)
            begin = time.perf_counter()
            self._ours().writer.discard(np.array([200_000_000 + number], dtype=np.int64))
            seen = len(self.peer.many(code)[0])
            times.append((time.perf_counter() - begin) * 1000)
            if seen:
                raise LookupError("a withdrawn fingerprint was found by the next search")
        return times

    def _add(self, code: npt.NDArray[np.uint8], row: int) -> None:
        if isinstance(self.peer, Shelterwood):
            self.peer.writer.add(code, np.array([row], dtype=np.int64))
        elif isinstance(self.peer, PdqIndex):
            self.peer.index.add(code.tobytes().hex(), row)
