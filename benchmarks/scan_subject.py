"""The work of a scan without the scan: the same files from memory, decoded and hashed by threads of one process."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from benchmarks.hash_peers import InProcess
from shelterwood.fingerprints import digests

__all__ = ["ScanSubject"]


class ScanSubject:
    """The files in memory."""

    def __init__(self, paths: list[str]) -> None:
        self.files = [Path(path).read_bytes() for path in paths]

    def hash_all(self, *, threads: int, digest: bool) -> float:
        """Return wall seconds for all files, shared out to the threads one by one."""

        def hash_one(data: bytes) -> None:
            if digest:
                digests.digest([data])
            InProcess()(data)

        began = time.perf_counter()
        with ThreadPoolExecutor(threads) as pool:
            for _ in pool.map(hash_one, self.files):
                pass
        return time.perf_counter() - began
