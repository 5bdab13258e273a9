"""One run of the benchmarks: how large, where its files lie, and the arithmetic of interleaved rounds."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from statistics import median
from typing import TYPE_CHECKING, Self, TypeVar

import numpy as np

from benchmarks.processes import Worker, jemalloc

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

__all__ = ["Duel", "Run", "Scale", "duel", "index_worker"]

ROUNDS = 5
T = TypeVar("T")


class Scale(StrEnum):
    """How much to measure: TINY keeps the code alive in tests, its figures mean nothing."""

    TINY = "tiny"
    QUICK = "quick"
    FULL = "full"


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """The scale and the folder for files that processes share."""

    scale: Scale
    folder: Path

    def pick(self, *, tiny: T, quick: T, full: T) -> T:
        """Return the value for this run's scale."""
        return {Scale.TINY: tiny, Scale.QUICK: quick, Scale.FULL: full}[self.scale]

    @property
    def rounds(self) -> int:
        """How many interleaved rounds to take medians of."""
        return 2 if self.scale is Scale.TINY else ROUNDS


@dataclass(frozen=True, slots=True, kw_only=True)
class Duel:
    """Interleaved samples of two sides, a list a round."""

    ours: list[list[float]]
    peer: list[list[float]]

    @classmethod
    def of(cls, pairs: Sequence[tuple[list[float], list[float]]]) -> Self:
        """Return the duel whose rounds gave (ours, peer)."""
        return cls(ours=[a for a, _ in pairs], peer=[b for _, b in pairs])

    def ratio(self) -> float:
        """Return the median over the rounds of peer's p50 divided by ours."""
        return median(median(b) / median(a) for a, b in zip(self.ours, self.peer, strict=True))

    @staticmethod
    def p(samples: list[list[float]], percent: float) -> float:
        """Return a percentile of all rounds together."""
        return float(np.percentile(np.concatenate([np.asarray(one) for one in samples]), percent))


def duel(rounds: int, ours: Callable[[int], list[float]], peer: Callable[[int], list[float]]) -> Duel:
    """Measure A B A B ...: each callable gets the round's number and returns its samples."""
    return Duel.of([(ours(number), peer(number)) for number in range(rounds)])


def index_worker(peer: str, *, cores: set[int] | None = None) -> Worker:
    """Start one index in its own process, with jemalloc where the peer's name says so."""
    preload = jemalloc() if peer.endswith("jemalloc") else None
    if peer.endswith("jemalloc") and preload is None:
        raise FileNotFoundError("libjemalloc2 is missing; run bin/setup --bench")
    return Worker("benchmarks.index_subject:IndexSubject", peer, preload=preload, cores=cores)
