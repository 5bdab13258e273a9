"""From a file's bytes to PDQ: ours in its four ways and the two peers, behind one call."""

from __future__ import annotations

import gc
import io
import time
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

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

        self.decode, self.compute, self.wanted = media.decode_in_process, pdq.compute, media.Mode[self.mode]

    def __call__(self, data: bytes) -> Hashed:
        frame = next(iter(self.decode(data, mode=self.wanted)))
        found = self.compute(frame.pixels)
        return found.bits.hex(), found.quality


class InProcessStrict(InProcess):
    """Ours without the child, full-size RGB."""

    mode = "STRICT"


class ThroughChild:
    """Ours as `scan` works: a locked child decodes, this process hashes from shared memory."""

    mode = "FAST"

    def __init__(self) -> None:
        from shelterwood import media
        from shelterwood.fingerprints import pdq

        self.compute, self.wanted = pdq.compute, media.Mode[self.mode]
        self.decoder = media.Decoder().__enter__()

    def __call__(self, data: bytes) -> Hashed:
        found: list[Hashed] = []

        def take(frame) -> None:  # type: ignore[no-untyped-def]  # noqa: ANN001
            one = self.compute(frame.pixels)
            found.append((one.bits.hex(), one.quality))

        self.decoder.decode(data, mode=self.wanted, on_frame=take)
        return found[0]


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


class HashSubject:
    """One hasher with a stopwatch."""

    def __init__(self, hasher: str) -> None:
        self.hash = HASHERS[hasher]()

    def times(self, *, paths: list[str], repeats: int) -> list[float]:
        """Return milliseconds (wall) of each file, each `repeats` times, from bytes in memory."""
        files = [Path(path).read_bytes() for path in paths]
        taken = []
        gc.disable()
        for data in files * repeats:
            begin = time.perf_counter()
            self.hash(data)
            taken.append((time.perf_counter() - begin) * 1000)
        gc.enable()
        return taken

    def hashes(self, *, paths: list[str]) -> list[Hashed]:
        """Return fingerprint and quality of each file."""
        return list(self._hashes(paths))

    def _hashes(self, paths: list[str]) -> Iterator[Hashed]:
        for path in paths:
            yield self.hash(Path(path).read_bytes())
