"""One process per thing measured: faiss' speed alone swings several times over with what else its process holds.

A worker is asked by the parent over a pipe, a line of JSON each way, so that rounds of two workers can be interleaved
(A B A B ...): whatever disturbs the machine disturbs both, and their ratio holds.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["KEEP_MEMORY", "Worker", "WorkerError", "jemalloc"]

ROOT = Path(__file__).resolve().parent.parent
# Numerical libraries must not start threads of their own: a figure per core is a figure for one core.
ONE_THREAD = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "NUMBA_NUM_THREADS"), "1")
# Keep freed memory in the process: pdqhash fills a new 48 MB array for each 12-megapixel picture, and asking the kernel
# for it each time costs it a fifth to a third of its time. The peer is measured at its best.
KEEP_MEMORY = {"MALLOC_MMAP_THRESHOLD_": "4000000000", "MALLOC_TRIM_THRESHOLD_": "4000000000"}


class WorkerError(RuntimeError):
    """The measured process ended or raised; the text says how."""


def jemalloc() -> Path | None:
    """Return Debian's jemalloc if it is installed (`bin/setup --bench` does)."""
    return next(Path("/usr/lib").glob("*/libjemalloc.so.2"), None)


class Worker:
    """A child process that holds one subject (`module:Class`) and runs its methods when called."""

    def __init__(
        self,
        subject: str,
        *arguments: object,
        preload: Path | None = None,
        cores: set[int] | None = None,
        settings: Mapping[str, str] | None = None,
    ) -> None:
        environment = os.environ | ONE_THREAD | {"PYTHONPATH": str(ROOT)} | dict(settings or {})
        if preload is not None:
            environment["LD_PRELOAD"] = str(preload)
        self._child = subprocess.Popen(
            [sys.executable, "-m", "benchmarks.worker"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env=environment,
            cwd=ROOT,
            text=True,
        )
        self._ask({"subject": subject, "arguments": list(arguments), "cores": sorted(cores) if cores else None})

    def call(self, method: str, **arguments: object) -> Any:  # noqa: ANN401 - whatever JSON the subject returns
        """Run one method of the subject and return its result."""
        return self._ask({"method": method, "arguments": arguments})

    def start(self, method: str, **arguments: object) -> None:
        """Run one method without waiting; `finish` returns its result."""
        self._send({"method": method, "arguments": arguments})

    def finish(self) -> Any:  # noqa: ANN401
        """Wait for what `start` began."""
        return self._receive()

    def _ask(self, request: dict[str, object]) -> Any:  # noqa: ANN401
        self._send(request)
        return self._receive()

    def _send(self, request: dict[str, object]) -> None:
        if self._child.stdin is None:
            raise WorkerError("the worker has no pipes")
        try:
            self._child.stdin.write(json.dumps(request, default=str) + "\n")
            self._child.stdin.flush()
        except BrokenPipeError:
            pass  # the child is gone: the empty answer below says so

    def _receive(self) -> Any:  # noqa: ANN401
        line = self._child.stdout.readline() if self._child.stdout else ""
        if not line:
            raise WorkerError(f"the measured process ended (status {self._child.wait()})")
        answer = json.loads(line)
        if "error" in answer:
            raise WorkerError(answer["error"])
        return answer["result"]

    def close(self) -> None:
        """End the process; what it held is free afterwards."""
        if self._child.stdin is not None:
            self._child.stdin.close()
        self._child.wait()
        if self._child.stdout is not None:
            self._child.stdout.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()
