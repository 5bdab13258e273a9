"""The exact index: every fingerprint within a radius, always, over millions of them and while they change.

A façade over the native core (`native/index`); the meaning is the three lines of `shelterwood.index._reference`. Why it
is exact and fast: docs/why/index.md. The directory on disk: docs/reference/index-format.md.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple, ParamSpec, Self, TypeVar

import numpy as np

from shelterwood._native import ext
from shelterwood.index.errors import InvalidFingerprints, fault_from

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path
    from types import TracebackType

    from numpy.typing import ArrayLike, NDArray

    Codes = NDArray[np.uint8]
    Ids = NDArray[np.int64]

__all__ = ["HammingIndex", "IndexInfo", "Matches", "Verification"]

P = ParamSpec("P")
T = TypeVar("T")

_BUILD_RADIUS = -1


class Matches(NamedTuple):
    """Pairs within the radius, ordered by query, then distance, then id: three arrays of one length."""

    query: NDArray[np.int64]
    id: NDArray[np.int64]
    distance: NDArray[np.int32]


# What nearly every look-up finds; made once, as making it takes a third as long as a look-up among a million.
_NOTHING = Matches(np.empty(0, np.int64), np.empty(0, np.int64), np.empty(0, np.int32))


@dataclass(frozen=True, slots=True, kw_only=True)
class IndexInfo:
    """What an index holds now."""

    fingerprints: int
    """Live ones: what a search can find."""
    additions: int
    """Of these, added since the last merge (0 for an index in memory)."""
    tombstones: int
    """Discarded ones that still take room."""
    segments: int
    bytes: int
    """Segments and tombstones, on disk or in memory."""
    radius: int
    change_number: int
    """Of the last list change applied, as the writer gave it."""
    generation: int
    """How often the manifest was replaced."""
    writable: bool
    out_of_service: bool
    kernels: str
    """The instruction set that searches: avx512, avx2 or portable."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Verification:
    """The outcome of checking the payload of every segment against its checksums."""

    blocks: int
    bad: int

    @property
    def sound(self) -> bool:
        """Whether no block is damaged."""
        return self.bad == 0


class HammingIndex:
    """Exact range search over 256-bit fingerprints with 64-bit ids; several fingerprints may share an id.

    Make one with `build` (in memory) or `open` (a directory, by one writer and any number of readers). Every method may
    be called from any thread. A change is seen by the next search of every process that has the directory open.
    """

    __slots__ = ("_native",)

    def __init__(self, native: ext.Index) -> None:
        self._native = native

    @classmethod
    def build(cls, codes: Codes, ids: Ids | None = None, radius: int = 31, *, threads: int | None = None) -> Self:
        """Build an index in memory from codes uint8[n, 32] and ids int64[n] (default: 0 to n - 1).

        `radius` is what `search` uses when it is given none. `threads` defaults to the cores of this process.
        """
        given = np.arange(len(codes), dtype=np.int64) if ids is None else ids
        return cls(_guarded(ext.Index.build, codes, given, _radius(radius), threads or _cores()))

    @classmethod
    def open(cls, path: str | Path, writable: bool = False) -> Self:  # noqa: FBT001, FBT002  (the agreed signature)
        """Open an index directory; `writable=True` takes its writer's lock until `close`.

        Raises NotAnIndex, IndexDamaged (header, sizes, bounds, directory or log wrong) or IndexLocked.
        """
        return cls(_guarded(ext.Index.open, os.fspath(path), writable))

    @staticmethod
    def repair(path: str | Path) -> int:
        """Cut a damaged change log after its last good record and return the change number that the index then holds.

        The caller must apply every later change again; until then the index lacks them.
        """
        return _guarded(ext.Index.repair, os.fspath(path))

    def search(self, queries: Codes, radius: int | None = None, *, threads: int = 1) -> Matches:
        """Return every live fingerprint within `radius` bits of each of the queries uint8[m, 32].

        Exact for every radius from 0 to 256; up to 31 through the tables, above by reading all codes. Never capped.
        Raises SegmentOutOfService when part of the index cannot be searched: an incomplete answer is never given.
        """
        try:
            within = _BUILD_RADIUS if radius is None else _radius(radius)
            found = self._native.search(queries, within, threads)
            return _NOTHING if found is None else Matches(*found)
        except ext.IndexFailure as failure:
            raise fault_from(failure) from None

    def add(self, codes: Codes, ids: Ids, *, change_number: int = 0) -> None:
        """Add codes uint8[n, 32] under ids int64[n], all at once; nothing is replaced.

        `change_number` is remembered as the last change applied (0: unchanged).
        """
        _guarded(self._native.add, codes, ids, change_number)

    def discard(self, ids: Ids | ArrayLike, *, change_number: int = 0) -> int:
        """Remove every fingerprint that has one of the ids; unknown ids are ignored. Returns how many went."""
        return _guarded(self._native.discard, np.ascontiguousarray(ids, dtype=np.int64), change_number)

    def save(self, path: str | Path, *, threads: int | None = None) -> None:
        """Write all live fingerprints to a directory (0700, files 0600); an index there is replaced as a whole."""
        _guarded(self._native.save, os.fspath(path), threads or _cores())

    def merge(self, *, everything: bool = False, threads: int | None = None) -> None:
        """Move additions into segments and drop tombstones; changes and searches go on meanwhile.

        Segments much larger than what is new are left alone unless `everything` asks for one single segment.
        """
        _guarded(self._native.merge, everything, threads or _cores())

    def sync(self) -> None:
        """Wait until the change log is on the disk: needed against power cuts, not against dying processes."""
        _guarded(self._native.sync)

    def verify(self) -> Verification:
        """Read everything and compare it with its checksums; what is damaged is out of service from then on."""
        blocks, bad = _guarded(self._native.verify)
        return Verification(blocks=blocks, bad=bad)

    def warm(self) -> None:
        """Read an opened index into memory, in huge pages where the system can, so that the first searches are fast."""
        _guarded(self._native.warm)

    def info(self) -> IndexInfo:
        """Return counts, sizes and the last change number."""
        facts: dict[str, Any] = _guarded(self._native.info)
        return IndexInfo(**facts, kernels=ext.index_kernels())

    def close(self) -> None:
        """Let go of the files and of the writer's lock; searches after it raise NotAnIndex. May be called twice."""
        self._native.close()

    def __len__(self) -> int:
        return _guarded(self._native.size)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def _guarded(call: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
    """Call into the native core; what it refuses becomes a named error."""
    try:
        return call(*args, **kwargs)
    except ext.IndexFailure as failure:
        raise fault_from(failure) from None


def _radius(radius: int) -> int:
    if 0 <= radius <= 256:
        return int(radius)
    raise InvalidFingerprints(
        f"The radius must be a whole number from 0 to 256, not {radius!r}.", remedy=InvalidFingerprints.default_remedy
    )


def _cores() -> int:
    return len(os.sched_getaffinity(0))
