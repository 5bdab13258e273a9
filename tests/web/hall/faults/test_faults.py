"""A step does nothing in earnest, and kills for good when a test names it."""

from __future__ import annotations

import os
import signal
import subprocess
import sys

import pytest

from shelterwood.web.hall import faults

PROGRAM = """
from shelterwood.web.hall import faults
faults.register("tests.first")
faults.register("tests.second")
try:
    faults.step("tests.first")
    print("went on", flush=True)
    faults.step("tests.second")
finally:
    print("tidied up", flush=True)
"""


def run(**variables: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-c", PROGRAM]
    return subprocess.run(command, env=os.environ | variables, capture_output=True, text=True, check=False, timeout=60)


def test_nothing_happens_where_no_step_is_named() -> None:
    assert run().stdout == "went on\ntidied up\n"


def test_the_process_dies_at_the_step_that_is_named_and_tidies_nothing() -> None:
    done = run(**{faults.VARIABLE: "tests.second"})

    assert (done.returncode, done.stdout) == (-signal.SIGKILL, "went on\n")


def test_a_step_that_nobody_registered_is_refused() -> None:
    with pytest.raises(faults.FaultNotRegistered, match=r"no\.such"):
        faults.step("no.such")


def test_the_steps_of_the_outbox_can_be_listed() -> None:
    assert {"outbox.claimed", "outbox.delivered", "outbox.settled"} <= set(faults.registered())
