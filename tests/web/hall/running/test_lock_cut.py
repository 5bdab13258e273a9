"""One keeper between two machines with one PostgreSQL: its connection cut, another takes over, and never two work."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from contextlib import ExitStack
from typing import TYPE_CHECKING

import psycopg
import pytest
from own_database import OwnDatabase, own_tables

from shelterwood.web.hall.running.lock import _NUMBER

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["own_tables"]

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not os.environ.get("DATABASE_URL"), reason="SQLite has no connection that could be cut"),
]

KEEPER = r"""
import os, sys, time
from datetime import timedelta
from shelterwood.web.hall.running.roles import become
become("provider")
from shelterwood.web.hall.running import keeper, lock, working
lock._SECONDS_BETWEEN_CHECKS = 8.0  # it notices as late as it ever may

def mark(_now):
    with open(sys.argv[1], "a") as file:
        file.write(f"{os.getpid()} {time.time()}\n")

keeper._ROUNDS.clear()
keeper.register("tests.mark", every=timedelta(seconds=0.1), run=mark)
raise SystemExit(working.work_until_told())
"""


def _marks(path: Path) -> dict[int, list[float]]:
    """Return when each keeper was at work."""
    found: dict[int, list[float]] = {}
    for line in path.read_text().splitlines() if path.exists() else ():
        pid, at = line.split()
        found.setdefault(int(pid), []).append(float(at))
    return found


def _wait_for_keepers(path: Path, count: int) -> None:
    deadline = time.monotonic() + 40
    while len(_marks(path)) < count:
        assert time.monotonic() < deadline, "no keeper took over"
        time.sleep(0.1)


def test_a_keeper_whose_connection_is_cut_ends_and_another_begins_after_it(
    own_tables: OwnDatabase, tmp_path: Path
) -> None:
    marks = tmp_path / "marks"
    with ExitStack() as ending:
        keepers = []
        for machine in ("first", "second"):
            environment = own_tables.environment | {"SHELTERWOOD_DATA": str(tmp_path / machine)}
            process = subprocess.Popen([sys.executable, "-c", KEEPER, str(marks)], env=environment)
            ending.callback(process.wait, timeout=30)
            ending.callback(process.send_signal, signal.SIGTERM)
            keepers.append(process)
            _wait_for_keepers(marks, 1)
        time.sleep(1.5)  # the second has found the lock taken
        assert list(_marks(marks)) == [keepers[0].pid]

        _cut_the_connection_of_the_lock(own_tables)
        _wait_for_keepers(marks, 2)

        assert keepers[0].wait(timeout=15) == 1
        first, second = (_marks(marks)[each.pid] for each in keepers)
        assert max(first) < min(second), "two were at work"


def _cut_the_connection_of_the_lock(there: OwnDatabase) -> None:
    assert there.url
    with psycopg.connect(there.url, autocommit=True) as connection:
        key = (_NUMBER >> 32, _NUMBER & 0xFFFFFFFF)
        cut = connection.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_locks WHERE locktype = 'advisory' AND classid = %s"
            " AND objid = %s AND database = (SELECT oid FROM pg_database WHERE datname = current_database())",
            key,
        ).fetchall()
    assert cut == [(True,)]
