"""From a file's bytes to PDQ: ours in its four ways and the two peers, behind one call."""

from __future__ import annotations

import gc
import io
import os
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["HASHERS", "HashSubject"]

Hashed = tuple[str, int]
"""The fingerprint as 64 hexadecimal digits, and its quality."""


class Hasher(Protocol):
    """One way to hash, alone in its process."""

    def __call__(self, data: bytes) -> Hashed:
        """Return the fingerprint of the file's first frame."""


class PdqHash:
    """pdqhash as its users call it: Pillow to RGB, an array, the C++ code."""

    def __init__(self) -> None:
        import pdqhash
        from PIL import Image

        self.compute, self.open = pdqhash.compute, Image.open

    def __call__(self, data: bytes) -> Hashed:
        bits, quality = self.compute(np.asarray(self.open(io.BytesIO(data)).convert("RGB")))
        return np.packbits(bits).tobytes().hex(), quality


class ThreatExchange:
    """threatexchange's hasher, which HMA uses."""

    def __init__(self) -> None:
        from threatexchange.signal_type.pdq.pdq_hasher import pdq_from_bytes

        self.hash = pdq_from_bytes

    def __call__(self, data: bytes) -> Hashed:
        digits, quality = self.hash(data)
        return digits, quality


class InProcess:
    """Ours without the child: decode here, hash here."""

    mode = "FAST"

    def __init__(self) -> None:
        from shelterwood import media
        from shelterwood.fingerprints import pdq

        self.media, self.compute = media, pdq.compute
        self.wanted, self.pdq_mode = media.Mode[self.mode], pdq.Mode[self.mode]
        self.limits = media.Limits()
        self.found: list[Hashed] = []

    def take(self, frame: Any) -> None:  # noqa: ANN401 - media's Frame, imported late
        one = self.compute(frame.pixels, mode=self.pdq_mode)
        self.found.append((one.bits.hex(), one.quality))

    def decode(self, data: bytes) -> None:
        self.media.decode_in_process(data, mode=self.wanted, limits=self.limits, on_frame=self.take)

    def __call__(self, data: bytes) -> Hashed:
        self.found.clear()
        self.decode(data)
        return self.found[0]


class InProcessStrict(InProcess):
    """Ours without the child, full-size RGB, the bits of pdqhash."""

    mode = "STRICT"


class ThroughChild(InProcess):
    """Ours as `scan` works: a locked child decodes, this process hashes from shared memory."""

    def __init__(self) -> None:
        super().__init__()
        self.decoder = self.media.Decoder().__enter__()

    def decode(self, data: bytes) -> None:
        self.decoder.decode(data, mode=self.wanted, on_frame=self.take)


class ThroughChildStrict(ThroughChild):
    """The same at full-size RGB."""

    mode = "STRICT"


HASHERS: dict[str, type[Hasher]] = {
    "pdqhash": PdqHash,
    "threatexchange": ThreatExchange,
    "ours, fast": InProcess,
    "ours, strict": InProcessStrict,
    "ours, fast, child": ThroughChild,
    "ours, strict, child": ThroughChildStrict,
}


def _cpu_seconds() -> float:
    """Return processor seconds of this process and its living children, to the nanosecond (schedstat's first field)."""
    here = Path("/proc/self/task").joinpath(str(os.getpid()), "children").read_text().split()
    spent = sum(int(Path(f"/proc/{child}/schedstat").read_text().split()[0]) for child in here)
    return time.process_time() + spent / 1e9


class HashSubject:
    """One hasher with a stopwatch."""

    def __init__(self, hasher: str) -> None:
        self.hash = HASHERS[hasher]()

    def times(self, *, paths: list[str], repeats: int) -> list[tuple[float, float]]:
        """Return milliseconds (wall, CPU) of each file, each `repeats` times, from bytes in memory.

        CPU time counts the decoding child too: both sides of a hand-over are paid for.
        """
        files = [Path(path).read_bytes() for path in paths]
        taken = []
        gc.disable()
        for data in files * repeats:
            wall, cpu = time.perf_counter(), _cpu_seconds()
            self.hash(data)
            taken.append(((time.perf_counter() - wall) * 1000, (_cpu_seconds() - cpu) * 1000))
        gc.enable()
        return taken

    def hashes(self, *, paths: list[str]) -> list[Hashed]:
        """Return fingerprint and quality of each file."""
        return list(self._hashes(paths))

    def _hashes(self, paths: list[str]) -> Iterator[Hashed]:
        for path in paths:
            yield self.hash(Path(path).read_bytes())
