"""The index and its peers behind one small face: build from rows, answer one query, answer many."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt

from benchmarks.data import random_codes

__all__ = ["PEERS", "Found", "Peer"]

Codes = npt.NDArray[np.uint8]
Found = tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]
"""Which query found which row."""
RADIUS = 31
LIVE_CHANGES = 10_000


class Peer(Protocol):
    """One searcher, alone in its process."""

    def build(self, codes: Codes) -> None:
        """Take the fingerprints in; the row number is the id."""

    def one(self, query: Codes) -> object:
        """Answer one query, uint8[1, 32], the quickest way this peer offers to Python."""

    def many(self, queries: Codes, radius: int = RADIUS) -> Found:
        """Answer many queries in one call where the peer can."""


class Faiss:
    """faiss' binary indexes share their search; its radius is strict, so 32 is asked for 31."""

    def __init__(self) -> None:
        import faiss

        faiss.omp_set_num_threads(1)
        self.faiss = faiss
        self.index: Any = None

    def one(self, query: Codes) -> object:
        return self.index.range_search(query, RADIUS + 1)

    def many(self, queries: Codes, radius: int = RADIUS) -> Found:
        limits, _, rows = self.index.range_search(queries, radius + 1)
        return np.repeat(np.arange(len(queries)), np.diff(limits).astype(np.int64)), rows


class FaissFlat(Faiss):
    """IndexBinaryFlat: every pair compared."""

    def build(self, codes: Codes) -> None:
        self.index = self.faiss.IndexBinaryFlat(256)
        self.index.add(codes)


class FaissMultiHash(Faiss):
    """IndexBinaryMultiHash, 16 tables of 16 bits, one flip: exact up to radius 31."""

    def build(self, codes: Codes) -> None:
        self.index = self.faiss.IndexBinaryMultiHash(256, 16, 16)
        self.index.nflip = 1
        self.index.add(codes)


class PdqIndex:
    """threatexchange's PDQIndex, which HMA uses: faiss multi-hash with ids, asked in hexadecimal."""

    def __init__(self) -> None:
        import faiss
        from threatexchange.signal_type.pdq.pdq_index import PDQIndex

        faiss.omp_set_num_threads(1)
        self.index = PDQIndex()

    def build(self, codes: Codes) -> None:
        self.index.add_all((bytes(row).hex(), number) for number, row in enumerate(codes))

    def one(self, query: Codes) -> object:
        return self.index.query(query.tobytes().hex())

    def many(self, queries: Codes, radius: int = RADIUS) -> Found:
        if radius != RADIUS:
            raise ValueError("PDQIndex answers radius 31 only")
        found = [(number, match.metadata) for number, query in enumerate(queries) for match in self.one(query)]  # type: ignore[attr-defined]
        pairs = np.array(found, dtype=np.int64).reshape(-1, 2)
        return pairs[:, 0], pairs[:, 1]


class UsearchExact:
    """usearch's exact search: the ten nearest, since it has no search by radius."""

    def __init__(self) -> None:
        from usearch.index import MetricKind, search

        self.search, self.metric = search, MetricKind.Hamming
        self.codes: Codes | None = None

    def build(self, codes: Codes) -> None:
        self.codes = np.array(codes)

    def _nearest(self, queries: Codes) -> Any:  # noqa: ANN401 - usearch's own type
        return self.search(self.codes, queries, 10, self.metric, exact=True, threads=1)

    def one(self, query: Codes) -> object:
        return self._nearest(query)

    def many(self, queries: Codes, radius: int = RADIUS) -> Found:
        matches = self._nearest(queries)
        near = matches.distances.reshape(len(queries), -1) <= radius
        rows, _ = np.nonzero(near)
        return rows.astype(np.int64), matches.keys.reshape(len(queries), -1)[near].astype(np.int64)


class NumpyScan:
    """Plain NumPy: exclusive or, count bits, compare."""

    def __init__(self) -> None:
        self.words = np.zeros((0, 4), np.uint64)

    def build(self, codes: Codes) -> None:
        self.words = np.array(codes).view(np.uint64)

    def _near(self, query: Codes, radius: int) -> npt.NDArray[np.int64]:
        counts = np.bitwise_count(self.words ^ query.view(np.uint64)).sum(1, dtype=np.uint16)
        return np.nonzero(counts <= radius)[0]

    def one(self, query: Codes) -> object:
        return self._near(query, RADIUS)

    def many(self, queries: Codes, radius: int = RADIUS) -> Found:
        found = [self._near(query[None], radius) for query in queries]
        return np.repeat(np.arange(len(queries)), [len(rows) for rows in found]), np.concatenate(found)


class Shelterwood:
    """Our index, opened from its file, with live additions and withdrawn entries as a list in use has them."""

    def __init__(self) -> None:
        from shelterwood.index import HammingIndex

        self.type = HammingIndex
        self.temporary = tempfile.TemporaryDirectory(prefix="bench-index-")  # gone with this process
        self.folder = Path(self.temporary.name)
        self.index: Any = None
        self.writer: Any = None

    def build(self, codes: Codes) -> None:
        self.index = self.type.build(codes, np.arange(len(codes), dtype=np.int64), radius=RADIUS)

    def save_and_open(self) -> None:
        self.index.save(self.folder / "saved")
        self.index = self.type.open(self.folder / "saved")

    def live_changes(self, rows: int) -> None:
        changes = min(LIVE_CHANGES, rows // 4)
        self.writer = self.type.open(self.folder / "saved", writable=True)
        self.writer.add(random_codes(changes, 77), np.arange(rows, rows + changes, dtype=np.int64))
        self.writer.discard(np.linspace(0, rows // 2 - 1, changes).astype(np.int64))

    def one(self, query: Codes) -> object:
        return self.index.search(query)

    def many(self, queries: Codes, radius: int = RADIUS) -> Found:
        queries_found, ids, _ = self.index.search(queries, radius)
        return queries_found, ids


PEERS: dict[str, type[Peer]] = {
    "shelterwood": Shelterwood,
    "faiss flat": FaissFlat,
    "faiss multi-hash": FaissMultiHash,
    "faiss multi-hash, jemalloc": FaissMultiHash,
    "threatexchange PDQIndex": PdqIndex,
    "threatexchange PDQIndex, jemalloc": PdqIndex,
    "usearch exact": UsearchExact,
    "numpy": NumpyScan,
}
