"""The scan door of a service that was really started: requests a second, time of an answer, memory that it holds."""

from __future__ import annotations

import http.client
import os
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks.processes import Worker
from benchmarks.report import Goal, Table, short
from benchmarks.serve_adding import seconds_until_all_match
from benchmarks.serve_picture import write_picture

if TYPE_CHECKING:
    from benchmarks.run import Run

__all__ = ["NAME", "TITLE", "run"]

NAME = "serve"
TITLE = "`POST /api/v1/scan` of a running service"
COMPARES = (
    "`shelterwood serve provider`, started as anybody starts it, with one worker and then with two, a list of "
    "random PDQ fingerprints in service, a legal-basis token and an API key, everything checked. Two clients, a "
    "process and a connection each, on the same cores: a JPEG of 1600 x 1004 pixels, and a look-up of one "
    "fingerprint; nothing matches. Then a fingerprint is added to the list over HTTP, eleven times, while sixteen "
    "connections ask for it: the longest time from sending it until every connection was answered 'match', and the "
    "median. PSS is summed over the service's processes after the pictures. For comparison, hasher-matcher-actioner"
    " measured on such a machine: 24 pictures a second, 58 to 77 look-ups a second, 59 to 104 s until an added "
    "fingerprint matches, 0.9 GB."
)
PORT = 8479
CLIENTS = 2
COLUMNS = ["workers", "request", "requests/s", "p50, ms", "p99, ms", "PSS, MB"]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Measured:
    """What was measured with so many workers."""

    workers: int
    pictures: list[float]
    prints: list[float]
    adds: list[float]  # seconds until everybody matches, sorted
    memory: float

    def rows(self) -> list[list[str]]:
        adds = ["-", short(self.adds[len(self.adds) // 2] * 1000), f"{short(self.adds[-1] * 1000)} (longest)", ""]
        return [
            [str(self.workers), "JPEG, 1600 x 1004", *_cells(self.pictures), short(self.memory)],
            ["", "one PDQ fingerprint", *_cells(self.prints), ""],
            ["", "add, until all match", *adds],
        ]


def run(run: Run) -> Table:
    """Set up, start, measure, stop; with one worker, then with two."""
    data, picture = run.folder / "serve-data", write_picture(run.folder / "serve.jpg")
    keys = _keys(data, run.pick(tiny=1000, quick=1_000_000, full=1_000_000), run.folder)
    seconds = run.pick(tiny=1.0, quick=10.0, full=30.0)
    measured = [_measure(workers, data=data, keys=keys, picture=picture, seconds=seconds) for workers in (1, 2)]
    rows = [row for each in measured for row in each.rows()]
    return Table(name=NAME, title=TITLE, compares=COMPARES, columns=COLUMNS, rows=rows, goals=_goals(*measured))


def _measure(workers: int, *, data: Path, keys: list[str], picture: Path, seconds: float) -> _Measured:
    command = [sys.executable, "-m", "shelterwood", "serve", "provider", "--port", str(PORT), "--data", str(data)]
    command += ["--workers", str(workers)]
    with subprocess.Popen(command, stderr=subprocess.DEVNULL, env=_environment()) as service:
        try:
            _wait_until_ready()
            pictures = _load(keys[0], picture, "picture", seconds)
            memory = _summed_pss(service.pid)
            prints = _load(keys[0], picture, "prints", seconds)
            adds = sorted(seconds_until_all_match(PORT, keys[1]) for _ in range(11))
        finally:
            service.terminate()
    return _Measured(workers=workers, pictures=pictures, prints=prints, adds=adds, memory=memory)


def _goals(one: _Measured, two: _Measured) -> list[Goal]:
    return [
        Goal(what="pictures a second, 1 worker", target=180, at_least=True, unit="/s", got=one.pictures[0]),
        Goal(what="p99 of a picture", target=30, at_least=False, unit="ms", got=one.pictures[2]),
        Goal(what="look-ups a second, 1 worker", target=900, at_least=True, unit="/s", got=one.prints[0]),
        Goal(what="added, matchable in every one of 2 workers", target=1, at_least=False, unit="s", got=two.adds[-1]),
        Goal(what="summed PSS, 1 worker", target=400, at_least=False, unit="MB", got=one.memory),
    ]


def _keys(data: Path, entries: int, folder: Path) -> list[str]:
    command = [sys.executable, "-m", "benchmarks.serve_setup", str(data), str(entries), str(folder)]
    done = subprocess.run(command, check=True, capture_output=True, text=True, env=_environment())
    return done.stdout.split()[-2:]


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
