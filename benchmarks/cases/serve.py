"""The scan door of a service that was really started: requests a second, time of an answer, memory that it holds."""

from __future__ import annotations

import http.client
import os
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks.processes import Worker
from benchmarks.report import Goal, Table, short
from benchmarks.serve_picture import write_picture

if TYPE_CHECKING:
    from benchmarks.run import Run

__all__ = ["NAME", "TITLE", "run"]

NAME = "serve"
TITLE = "`POST /api/v1/scan` of a running service"
COMPARES = (
    "`shelterwood serve provider`, started as anybody starts it, with a list of random PDQ fingerprints in service, a "
    "legal-basis token and an API key, everything checked. Two clients, a process and a connection each, on the same "
    "cores: a JPEG of 1600 x 1004 pixels, and a look-up of one fingerprint. Nothing matches. PSS is summed over the "
    "service's processes after the pictures. For comparison, hasher-matcher-actioner measured on such a machine: 24 "
    "pictures a second, 58 to 77 look-ups a second, 0.9 GB."
)
PORT = 8479
CLIENTS = 2


def run(run: Run) -> Table:
    """Set up, start, measure, stop."""
    data, picture = run.folder / "serve-data", write_picture(run.folder / "serve.jpg")
    key = _key(data, run.pick(tiny=1000, quick=1_000_000, full=1_000_000), run.folder)
    seconds = run.pick(tiny=1.0, quick=10.0, full=30.0)
    command = [sys.executable, "-m", "shelterwood", "serve", "provider", "--port", str(PORT), "--data", str(data)]
    with subprocess.Popen(command, stderr=subprocess.DEVNULL, env=_environment()) as service:
        try:
            _wait_until_ready()
            pictures = _load(key, picture, "picture", seconds)
            memory = _summed_pss(service.pid)
            prints = _load(key, picture, "prints", seconds)
        finally:
            service.terminate()
    rows = [["JPEG, 1600 x 1004", *_cells(pictures)], ["one PDQ fingerprint", *_cells(prints)]]
    return Table(
        name=NAME,
        title=TITLE,
        compares=COMPARES,
        columns=["request", "requests/s", "p50, ms", "p99, ms"],
        rows=rows,
        goals=_goals(pictures, prints, memory),
    )


def _goals(pictures: list[float], prints: list[float], memory: float) -> list[Goal]:
    return [
        Goal(what="pictures a second, 2 clients", target=180, at_least=True, unit="/s", got=pictures[0]),
        Goal(what="p99 of a picture", target=30, at_least=False, unit="ms", got=pictures[2]),
        Goal(what="look-ups a second, 2 clients", target=900, at_least=True, unit="/s", got=prints[0]),
        Goal(what="summed PSS", target=400, at_least=False, unit="MB", got=memory),
    ]


def _key(data: Path, entries: int, folder: Path) -> str:
    command = [sys.executable, "-m", "benchmarks.serve_setup", str(data), str(entries), str(folder)]
    done = subprocess.run(command, check=True, capture_output=True, text=True, env=_environment())
    return done.stdout.split()[-1]


def _environment() -> dict[str, str]:
    """Return what this process was started with, without wishes for another service."""
    wishes = ("SHELTERWOOD_", "DJANGO_", "DATABASE_")
    return {name: value for name, value in os.environ.items() if not name.startswith(wishes)}


def _wait_until_ready() -> None:
    for _ in range(300):
        try:
            with closing(http.client.HTTPConnection("127.0.0.1", PORT, timeout=5)) as connection:
                connection.request("GET", "/readyz", headers={"Host": f"localhost:{PORT}"})
                if connection.getresponse().status == 200:
                    return
        except OSError:
            pass
        time.sleep(0.1)
    raise RuntimeError("the service did not become ready")


def _load(key: str, picture: Path, what: str, seconds: float) -> list[float]:
    """Return [requests a second, p50, p99] over all clients, after a second that is not counted."""
    clients = [Worker("benchmarks.serve_client:ServeClient", PORT, key, str(picture)) for _ in range(CLIENTS)]
    try:
        with ThreadPoolExecutor(CLIENTS) as threads:
            _send(threads, clients, what, 1.0)
            began = time.perf_counter()
            took = sorted(_send(threads, clients, what, seconds))
            rate = len(took) / (time.perf_counter() - began)
    finally:
        for client in clients:
            client.__exit__(None, None, None)
    return [rate, took[len(took) // 2] * 1000, took[int(len(took) * 0.99)] * 1000]


def _send(threads: ThreadPoolExecutor, clients: list[Worker], what: str, seconds: float) -> list[float]:
    answers = threads.map(lambda client: client.call("send_for", seconds=seconds, what=what), clients)
    return list(chain.from_iterable(answers))


def _summed_pss(pid: int) -> float:
    """Return megabytes of the process and everything below it, shared pages counted once."""
    rollup = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    own = next(int(line.split()[1]) for line in rollup if line.startswith("Pss:")) / 1000
    threads = Path(f"/proc/{pid}/task").iterdir()  # a decoding child belongs to the thread that started it
    children = [child for thread in threads for child in (thread / "children").read_text().split()]
    return own + sum(_summed_pss(int(child)) for child in children)


def _cells(measured: list[float]) -> list[str]:
    return [short(value) for value in measured]
