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
    """One way to hash, alone in its process; `decodes` is how often it decoded the last picture."""

    decodes: int

    def __call__(self, data: bytes) -> Hashed:
        """Return the fingerprint of the file's first frame."""


class PdqHash:
    """pdqhash as its users call it: Pillow to RGB, an array, the C++ code."""

    decodes = 1

    def __init__(self) -> None:
        import pdqhash
        from PIL import Image

        self.compute, self.open = pdqhash.compute, Image.open

    def __call__(self, data: bytes) -> Hashed:
        bits, quality = self.compute(np.asarray(self.open(io.BytesIO(data)).convert("RGB")))
        return np.packbits(bits).tobytes().hex(), quality


class ThreatExchange:
    """threatexchange's hasher, which HMA uses."""

    decodes = 1

    def __init__(self) -> None:
        from threatexchange.signal_type.pdq.pdq_hasher import pdq_from_bytes

        self.hash = pdq_from_bytes

    def __call__(self, data: bytes) -> Hashed:
        digits, quality = self.hash(data)
        return digits, quality


class InProcess:
    """Ours without the child: decode here, hash here, as `scan` examines a picture."""

    mode = "FAST"
    decodes = 0

    def __init__(self) -> None:
        from shelterwood import media
        from shelterwood.scanning.examining import examine

        self.examine, self.wanted, self.limits = examine, media.Mode[self.mode], media.Limits()
        self.decode_in_process = media.decode_in_process

    def decode(self, data: bytes, *, mode: Any, on_frame: Any) -> Any:  # noqa: ANN401 - media's types, imported late
        self.decodes += 1
        return self.decode_in_process(data, mode=mode, limits=self.limits, on_frame=on_frame)

    def __call__(self, data: bytes) -> Hashed:
        self.decodes = 0
        found = self.examine(self, data, mode=self.wanted).frames[0].pdq
        return found.bits.hex(), found.quality


class InProcessStrict(InProcess):
    """Ours without the child, full-size RGB, the bits of pdqhash."""

    mode = "STRICT"


class ThroughChild(InProcess):
    """Ours as `scan` works: a locked child decodes, this process hashes from shared memory."""

    def __init__(self) -> None:
        from shelterwood import media

        super().__init__()
        self.decoder = media.Decoder().__enter__()

    def decode(self, data: bytes, *, mode: Any, on_frame: Any) -> Any:  # noqa: ANN401
        self.decodes += 1
        return self.decoder.decode(data, mode=mode, on_frame=on_frame)


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


def _childrens_seconds() -> float:
    """Return processor seconds of the living children, to the nanosecond (schedstat's first field)."""
    here = Path("/proc/self/task").joinpath(str(os.getpid()), "children").read_text().split()
    spent = sum(int(Path(f"/proc/{child}/schedstat").read_text().split()[0]) for child in here)
    return spent / 1e9


class HashSubject:
    """One hasher with a stopwatch."""

    def __init__(self, hasher: str) -> None:
        self.hash = HASHERS[hasher]()

    def times(self, *, paths: list[str], repeats: int) -> list[tuple[float, float]]:
        """Return milliseconds (wall, CPU) of each file, each `repeats` times, from bytes in memory.

        CPU time counts the decoding child too: both sides of a hand-over are paid for. The reading of the children's
        time is outside the measured stretch: it costs more than a twentieth of a small picture.
        """
        files = [Path(path).read_bytes() for path in paths]
        taken = []
        gc.disable()
        for data in files * repeats:
            before, wall, cpu = _childrens_seconds(), time.perf_counter(), time.process_time()
            self.hash(data)
            cpu, wall = time.process_time() - cpu, time.perf_counter() - wall
            taken.append((wall * 1000, (cpu + _childrens_seconds() - before) * 1000))
        gc.enable()
        return taken

    def hashes(self, *, paths: list[str]) -> list[tuple[str, int, int]]:
        """Return fingerprint, quality and number of decodes of each file."""
        return list(self._hashes(paths))

    def _hashes(self, paths: list[str]) -> Iterator[tuple[str, int, int]]:
        for path in paths:
            yield (*self.hash(Path(path).read_bytes()), self.hash.decodes)
