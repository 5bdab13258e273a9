"""The real command line in a process of its own, and a list of three coffee cups made by it."""

from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING, Protocol

import pytest

from shelterwood.cli.demo_pictures import cup

if TYPE_CHECKING:
    from pathlib import Path


class CommandLine(Protocol):
    def __call__(self, *arguments: object, given: bytes = b"") -> subprocess.CompletedProcess[bytes]: ...


@pytest.fixture(scope="session")
def shelterwood() -> CommandLine:
    def run(*arguments: object, given: bytes = b"") -> subprocess.CompletedProcess[bytes]:
        command = [sys.executable, "-m", "shelterwood", *map(str, arguments)]
        return subprocess.run(command, input=given, capture_output=True, check=False, timeout=120)

    return run


@pytest.fixture(scope="session")
def cups(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Three pictures of coffee cups, small so that the tests are quick."""
    folder = tmp_path_factory.mktemp("cups")
    for number in range(3):
        cup(number).resize((400, 300)).save(folder / f"cup{number}.png")
    return folder


@pytest.fixture(scope="session")
def cups_list(cups: Path, shelterwood: CommandLine) -> Path:
    """Make the list of these cups, as a list file."""
    done = shelterwood("hash", cups, "--format", "list", "--workers", 1)
    assert done.returncode == 0, done.stderr
    path = cups.with_name("cups.csv")
    path.write_bytes(done.stdout)
    return path
