"""A writer that is killed at any step leaves the state before the change or after it, and the next writer goes on."""

from __future__ import annotations

import signal
import subprocess
import sys
from typing import TYPE_CHECKING

import numpy as np
import pytest

from shelterwood._native import ext
from shelterwood.index import HammingIndex

if TYPE_CHECKING:
    from pathlib import Path

WRITER = """
import sys, numpy as np
from shelterwood.index import HammingIndex
codes = np.random.default_rng(5).integers(0, 256, (40, 32), dtype=np.uint8)
writer = HammingIndex.open(sys.argv[1], writable=True)
print("opened", flush=True)
if sys.argv[2] == "append":
    writer.add(codes, np.arange(5000, 5040), change_number=2)
else:
    writer.discard(np.arange(100), change_number=2)
    writer.merge(everything=sys.argv[2] == "all")
"""


def base_codes() -> np.ndarray:
    return np.random.default_rng(4).integers(0, 256, (1500, 32), dtype=np.uint8)


@pytest.fixture
def saved(tmp_path: Path) -> Path:
    path = tmp_path / "index"
    HammingIndex.build(base_codes(), threads=1).save(path)
    with HammingIndex.open(path, writable=True) as writer:
        writer.add(base_codes()[:60], np.arange(3000, 3060), change_number=1)
    return path


def run_writer(path: Path, action: str, step: str) -> None:
    command = [sys.executable, "-c", WRITER, str(path), action]
    env = {"SHELTERWOOD_INDEX_FAULT": step, "PATH": ""}
    with subprocess.Popen(command, env=env, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        _, complaint = process.communicate()
    assert process.returncode == -signal.SIGKILL, f"{step} was never reached: {complaint.decode()}"


def state(path: Path) -> tuple[int, int, list[int]]:
    with HammingIndex.open(path) as index:
        assert index.verify().sound
        return (
            len(index),
            index.info().change_number,
            sorted(index.search(np.ascontiguousarray(base_codes()[::50]), 3).id.tolist()),
        )


def steps(kind: str) -> list[str]:
    return [step for step in ext.index_fault_steps() if step.startswith(kind)]


def test_the_list_of_steps_is_not_empty() -> None:
    assert len(steps("append")) == 3
    assert len(steps("publish")) == 9


@pytest.mark.parametrize("step", steps("append"))
def test_an_addition_is_there_as_a_whole_or_not_at_all(saved: Path, step: str) -> None:
    before, _, _ = state(saved)
    with HammingIndex.open(saved) as reader:
        run_writer(saved, "append", step)
        expected = before + (40 if step == "append.counted" else 0)
        assert len(reader) == expected
    assert state(saved)[0] == expected
    with HammingIndex.open(saved, writable=True) as writer:
        writer.add(base_codes()[:1], np.array([9]))
        assert len(writer) == expected + 1


@pytest.mark.parametrize("action", ["all", "some"])
@pytest.mark.parametrize("step", steps("publish"))
def test_a_merge_changes_nothing_whenever_it_stops(saved: Path, step: str, action: str) -> None:
    with HammingIndex.open(saved) as reader:
        run_writer(saved, action, step)
        assert len(reader) == 1460
        after = state(saved)
        assert after == (1460, 2, sorted([*range(100, 1500, 50), 3000, 3050]))
        with HammingIndex.open(saved, writable=True) as writer:
            assert len(list(saved.glob("delta-*"))) == 1
            assert not list(saved.glob("*.new"))
            writer.discard([3000])
            assert len(reader) == 1459
            writer.merge(everything=True)
        assert len(reader) == 1459
