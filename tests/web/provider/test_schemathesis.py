"""Schemathesis against the doors as they are served: requests made from their descriptions, in form and out of form.

Each description is tried with a seed that stays, so that a failure comes again, and with one that nobody chose, so that
not only what we know is tried. What Schemathesis found is printed with the command that repeats it.
"""

from __future__ import annotations

import secrets
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from served import Served, served

if TYPE_CHECKING:
    from collections.abc import Iterator

pytestmark = pytest.mark.slow

SETTINGS = Path(__file__).with_name("schemathesis.toml")
SECONDS = 90


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    with served(tmp_path_factory.mktemp("served")) as running:
        yield running


@pytest.mark.parametrize("seed", ["1", str(secrets.randbelow(1 << 32))], ids=["fixed-seed", "random-seed"])
@pytest.mark.parametrize("description", ["openapi.json", "openapi-hma.json"])
def test_what_is_described_is_what_is_served(service: Served, tmp_path: Path, description: str, seed: str) -> None:
    command = [Path(sys.executable).with_name("st"), "--config-file", SETTINGS, "run"]
    command += [f"{service.url}/api/v1/{description}", "--header", f"Authorization: Bearer {service.full_key}"]
    command += ["--checks", "all", "--max-examples", "15", "--seed", seed, "--no-color", "--continue-on-failure"]

    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False, timeout=SECONDS)

    assert done.returncode == 0, done.stdout + done.stderr
    assert "Selected: 0" not in done.stdout
