"""A scan that is interrupted, killed or runs out of disk goes on where it stopped: no row twice, none missing."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import time
from typing import TYPE_CHECKING

import numpy as np
import pytest
from PIL import Image

if TYPE_CHECKING:
    from pathlib import Path

    from conftest import CommandLine

# The real command, committing every row instead of once a second, so that a short scan has something to go on from.
COMMITTING = """
import sys
from shelterwood.scanning import results
results._SECONDS_BETWEEN_COMMITS = 0.0
from shelterwood.cli import run
sys.exit(run(sys.argv[1:]))
"""
# It sends itself a signal: another process that watches the file comes too late on a busy machine.
STOPPING = """
import os, signal, sys
signal.signal(signal.SIGINT, signal.default_int_handler)  # a shell starts what runs in the background without it
from shelterwood.scanning import results
rows_left, stop, commit = int(sys.argv.pop(1)), int(sys.argv.pop(1)), results.ResultsFile.commit
def commit_and_stop(self, position):
    global rows_left
    commit(self, position)
    rows_left -= 1
    if rows_left == 0:
        os.kill(os.getpid(), stop)
results.ResultsFile.commit = commit_and_stop
"""
PICTURES = 300


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory, cups: Path) -> Path:
    folder = tmp_path_factory.mktemp("many")
    chance = np.random.default_rng(7)
    for number in range(PICTURES):
        coarse = chance.integers(0, 255, (9, 9, 3), dtype=np.uint8)
        Image.fromarray(coarse).resize((300, 300)).save(folder / f"{number:04}.jpg")
    (folder / "0150-cup.png").write_bytes((cups / "cup1.png").read_bytes())
    return folder


def command(folder: Path, cups_list: Path, output: Path) -> list[str]:
    return ["scan", str(folder), "--list", str(cups_list), "--format", "jsonl", "--output", str(output)]


def start_and_stop(arguments: list[str], *, after_rows: int, stop: signal.Signals) -> tuple[int, str]:
    program = [sys.executable, "-c", STOPPING + COMMITTING, str(after_rows), str(int(stop)), *arguments]
    done = subprocess.run(program, stderr=subprocess.PIPE, text=True, check=False, timeout=60)
    return done.returncode, done.stderr


def rows(output: Path) -> list[dict[str, object]]:
    return [json.loads(line) for line in output.read_text().splitlines()]


@pytest.mark.slow
def test_kills_and_interrupts_change_nothing_in_the_rows_of_a_scan(
    tmp_path: Path, folder: Path, cups_list: Path, shelterwood: CommandLine
) -> None:
    whole, stopped = tmp_path / "whole.jsonl", tmp_path / "stopped.jsonl"
    assert shelterwood(*command(folder, cups_list, whole)).returncode == 1

    killed, _ = start_and_stop(command(folder, cups_list, stopped), after_rows=40, stop=signal.SIGKILL)
    with stopped.open("a") as torn:
        torn.write('{"path": "torn')
    interrupted, said = start_and_stop(command(folder, cups_list, stopped), after_rows=80, stop=signal.SIGINT)
    between = len(rows(stopped))
    terminated, _ = start_and_stop(command(folder, cups_list, stopped), after_rows=80, stop=signal.SIGTERM)
    done = shelterwood(*command(folder, cups_list, stopped))

    assert (killed, interrupted, terminated) == (-signal.SIGKILL, 2, 2)
    assert "The scan was interrupted. Run the same command again to go on." in said
    assert 120 <= between < PICTURES
    assert b"Going on after" in done.stderr
    assert done.returncode == 1, "what was found before the interruption counts"
    assert rows(stopped) == rows(whole)
    assert len(rows(whole)) == PICTURES + 1
    assert f"{PICTURES + 1} files" in done.stderr.decode()


@pytest.mark.slow
def test_going_on_with_another_radius_or_after_the_end_is_refused(
    tmp_path: Path, folder: Path, cups_list: Path, shelterwood: CommandLine
) -> None:
    output = tmp_path / "rows.jsonl"
    start_and_stop(command(folder, cups_list, output), after_rows=10, stop=signal.SIGKILL)

    other = shelterwood(*command(folder, cups_list, output), "--radius", 10)
    assert other.returncode == 2
    assert b"radius was 31, is now 10" in other.stderr

    assert shelterwood(*command(folder, cups_list, output)).returncode == 1
    again = shelterwood(*command(folder, cups_list, output))
    assert again.returncode == 2
    assert b"holds a scan that is finished" in again.stderr


# The disk is full after 60,000 bytes; the limit comes once rows appear, since shared memory counts against it too.
LIMITED = (
    """
import resource, sys, threading, time
from pathlib import Path

def fill(output):
    while not output.exists() or output.stat().st_size == 0:
        time.sleep(0.001)
    resource.setrlimit(resource.RLIMIT_FSIZE, (60_000, resource.RLIM_INFINITY))

threading.Thread(target=fill, args=(Path(sys.argv[sys.argv.index("--output") + 1]),), daemon=True).start()
"""
    + COMMITTING
)


@pytest.mark.slow
def test_a_full_disk_is_a_clear_error_and_loses_nothing(
    tmp_path: Path, folder: Path, cups_list: Path, shelterwood: CommandLine
) -> None:
    output, whole = tmp_path / "rows.jsonl", tmp_path / "whole.jsonl"
    started = [sys.executable, "-c", LIMITED, *command(folder, cups_list, output)]

    full = subprocess.run(started, capture_output=True, check=False)

    assert full.returncode == 2
    assert b"could not be written" in full.stderr
    assert b"it goes on where it stopped" in full.stderr
    assert b"Traceback" not in full.stderr
    assert 0 < len(rows(output)) < PICTURES
    assert shelterwood(*command(folder, cups_list, output)).returncode == 1
    assert shelterwood(*command(folder, cups_list, whole)).returncode == 1
    assert rows(output) == rows(whole)


@pytest.mark.slow
def test_a_scan_finishes_on_the_version_of_a_list_that_it_opened(
    tmp_path: Path, folder: Path, cups_list: Path, shelterwood: CommandLine
) -> None:
    home, output = tmp_path / "cups.swl", tmp_path / "rows.jsonl"
    assert shelterwood("list", "import", cups_list, "--into", home, "--source", "cups").returncode == 0
    arguments = command(folder, home, output)
    process = subprocess.Popen([sys.executable, "-c", COMMITTING, *arguments[:2], "-", *arguments[2:]],
                               stdin=subprocess.PIPE, stderr=subprocess.PIPE)  # fmt: skip
    while not output.exists():
        assert process.poll() is None, "the scan ended before it began"
        time.sleep(0.01)

    other = tmp_path / "other.csv"
    other.write_text("entry_id,kind,value\ntea,md5," + "ab" * 16 + "\n")
    replaced = shelterwood("list", "import", other, "--into", home, "--source", "cups")
    _, errors = process.communicate(b"the scan waits for this", timeout=60)

    assert replaced.returncode == 0
    assert process.returncode == 1
    assert b"the list cups has version 2 now; this scan used version 1 to its end" in errors
    matched = [row for row in rows(output) if row["outcome"] == "match"]
    assert {match["list_version"] for row in matched for match in row["matches"]} == {1}  # type: ignore[attr-defined]
