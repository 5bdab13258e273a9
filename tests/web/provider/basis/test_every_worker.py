"""A withdrawal reaches every process of a service within a second: real processes, one database, no signal."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from own_database import own_tables

if TYPE_CHECKING:
    from collections.abc import Iterator

    from own_database import OwnDatabase

__all__ = ["own_tables"]

pytestmark = pytest.mark.slow

TESTS = Path(__file__).parents[2]
START = """
import sys, time
from datetime import UTC, datetime
from shelterwood.web.hall.running.roles import become
become("provider")
"""
OFFICE = f"""{START}
from grounds import issued_token, officer_pair
from shelterwood.web.provider.basis import services
now = datetime.now(UTC)
pair = officer_pair(now=now)
token = issued_token(now=now, officers=pair)
print(token.name, flush=True)
sys.stdin.readline()
services.withdraw_token(token_id=token.pk, actor=pair.proposing, now=datetime.now(UTC))
print(time.time(), flush=True)
"""
# Each line: when the question was asked, and the answer.
WORKER = f"""{START}
from grounds import TECHNOLOGY, request_for
from shelterwood.web.provider.basis import services
for _ in range(6000):
    asked = time.time()
    found = services.decide(
        token_id=sys.argv[1], request=request_for(), technology=TECHNOLOGY, now=datetime.now(UTC)
    )
    print(asked, type(found).__name__, flush=True)
    time.sleep(0.01)
    if type(found).__name__ == "Refused":
        break
"""


def started(code: str, *arguments: str, there: OwnDatabase) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", code, *arguments],
        env=there.environment | {"PYTHONPATH": str(TESTS)},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )


def answers(worker: subprocess.Popen[str]) -> Iterator[tuple[float, str]]:
    for line in worker.stdout or ():
        asked, found = line.split()
        yield float(asked), found


def test_no_worker_permits_what_is_asked_a_second_after_the_withdrawal(own_tables: OwnDatabase) -> None:
    office = started(OFFICE, there=own_tables)
    assert office.stdout is not None
    token = office.stdout.readline().strip()
    workers = [started(WORKER, token, there=own_tables) for _ in range(2)]
    streams = [answers(worker) for worker in workers]
    first = [next(stream) for stream in streams]

    withdrawn = float(office.communicate("now\n", timeout=60)[0].split()[-1])
    seen = [list(stream) for stream in streams]
    ended = [worker.wait(timeout=60) for worker in workers]
    for worker in workers:
        worker.communicate()

    assert [answer for _, answer in first] == ["Permitted", "Permitted"]
    assert ended == [0, 0]
    assert [asked[-1][1] for asked in seen] == ["Refused", "Refused"]
    late = [asked - withdrawn for each in seen for asked, answer in each if answer == "Permitted"]
    assert max(late, default=0.0) < 1.0
