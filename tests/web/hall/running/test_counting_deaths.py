"""A keeper that is killed while it writes counters: up to a minute is lost, and nothing is counted twice."""

from __future__ import annotations

import subprocess
import sys

import pytest
from own_database import OwnDatabase, own_tables

from shelterwood.web.hall import faults
from shelterwood.web.hall.running import flushing  # noqa: F401 - registers its steps

__all__ = ["own_tables"]

STEPS = [step for step in faults.registered() if step.startswith("counters.")]

PROGRAM = """
import os
from shelterwood.web.hall.running.roles import become
become("provider")
from django.utils import timezone
from shelterwood.web.hall.running import counters, flushing
from shelterwood.web.hall.running.models import CounterMinute

counters.register("tests.seen")
counters.count("tests.seen", 5)
if os.fork() == 0:  # the keeper
    flushing.flush(timezone.now())
    os._exit(0)
print(os.waitstatus_to_exitcode(os.wait()[1]))
os.environ.pop("SHELTERWOOD_FAULT")
counters.count("tests.seen", 2)
flushing.flush(timezone.now())
print(sum(row.totals["tests.seen"] for row in CounterMinute.objects.all()))
"""


@pytest.mark.slow
@pytest.mark.parametrize("step", STEPS)
def test_a_death_while_writing_never_counts_twice(own_tables: OwnDatabase, step: str) -> None:
    environment = own_tables.environment | {faults.VARIABLE: step}
    command = [sys.executable, "-c", PROGRAM]

    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False, timeout=60)

    written = {"counters.taken": 2, "counters.written": 7}[step]
    assert done.stdout.split() == ["-9", str(written)], done.stderr
