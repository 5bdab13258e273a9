"""The progress line: nothing in a pipe, no invented time left, and the real command on a real terminal."""

from __future__ import annotations

import io
import os
import pty
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from shelterwood.cli.demo_pictures import shapes
from shelterwood.cli.progress import Progress, duration_in_words

if TYPE_CHECKING:
    from pathlib import Path


def test_no_share_and_no_time_left_before_the_files_are_counted() -> None:
    progress = Progress(io.StringIO(), files=10)

    assert progress.line(2.0) == "10 files, 5 a second (counting)"


def test_share_rate_and_time_left_once_they_are() -> None:
    progress = Progress(io.StringIO())
    with progress.counting([1000] * 40):
        for _ in range(10):
            progress.advance(1000)
    progress._files_in_all, progress._work_in_all = 40, 40 * 51_000  # the thread may have been stopped before its end

    assert progress.line(2.0) == "[######                  ]  25%  10 of 40 files, 5 a second, 6 s left"


@pytest.mark.parametrize(("seconds", "words"), [(8.4, "8 s"), (190, "3 min 10 s"), (7500, "2 h 5 min"), (-1, "0 s")])
def test_times_are_told_in_words(seconds: float, words: str) -> None:
    assert duration_in_words(seconds) == words


@pytest.mark.slow
def test_a_terminal_gets_a_progress_line_and_a_pipe_gets_none(tmp_path: Path, cups_list: Path) -> None:
    folder = tmp_path / "pictures"
    folder.mkdir()
    for number in range(3):
        shapes(number).resize((200, 150)).save(folder / f"{number}.jpg")
    command = [sys.executable, "-m", "shelterwood", "scan", folder, "--list", cups_list, "--workers", "1"]

    terminal, side = pty.openpty()
    subprocess.run(command, stdout=subprocess.DEVNULL, stderr=side, check=True)
    os.close(side)
    shown = os.read(terminal, 100_000)
    os.close(terminal)
    piped = subprocess.run(command, capture_output=True, check=True)

    assert b"files" in shown.split(b"\r")[1]
    assert b"\x1b[K" in shown
    assert b"\x1b" not in piped.stderr
    assert b"\r" not in piped.stderr
