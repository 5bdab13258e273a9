"""A real service and a real browser: `shelterwood serve provider` as a person starts it, and Debian's Chromium.

Playwright's own browsers are not used: they would be fetched from elsewhere. Chromium's sandbox is off because tests
may run as root; it opens pages of this service only.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import subprocess
import sys
import urllib.request
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from own_database import migrated
from playwright.sync_api import Browser, sync_playwright
from ports import free_port
from until import until

if TYPE_CHECKING:
    from collections.abc import Iterator

SHELTERWOOD = Path(sys.executable).with_name("shelterwood")


@dataclass(frozen=True)
class Service:
    """A running service and its command line."""

    url: str
    environment: dict[str, str]

    def command(self, *arguments: str) -> str:
        done = subprocess.run(
            [SHELTERWOOD, *arguments], env=self.environment, capture_output=True, text=True, check=False, timeout=60
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    def invite(self, name: str, role: str) -> str:
        return self.command("user", "invite", name, "--role", role).splitlines()[0]


def _is_ready(url: str, process: subprocess.Popen[bytes]) -> bool:
    assert process.poll() is None, "the service ended before it answered"
    with contextlib.suppress(OSError), urllib.request.urlopen(f"{url}/readyz", timeout=5) as answer:  # noqa: S310 - our own address
        return bool(answer.status == 200)
    return False


@pytest.fixture(scope="session")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    with _running(tmp_path_factory.mktemp("data")) as running:
        yield running


@pytest.fixture
def new_service(tmp_path: Path) -> Iterator[Service]:
    """Start one that nobody has touched; its tables were made before, once for all."""
    with _running(tmp_path) as running:
        yield running


@pytest.fixture
def new_demo(tmp_path: Path) -> Iterator[Service]:
    """Start one that says on every page that it is not a real one."""
    with _running(tmp_path, SHELTERWOOD_DEMO="yes") as running:
        yield running


@contextlib.contextmanager
def _running(folder: Path, **more: str) -> Iterator[Service]:
    port = free_port()
    url = f"http://localhost:{port}"
    shutil.copytree(migrated().data, folder / "provider")
    kept = {k: v for k, v in os.environ.items() if not k.startswith(("SHELTERWOOD_", "DJANGO_", "DATABASE_"))}
    environment = kept | {"SHELTERWOOD_DATA": str(folder / "provider"), "SHELTERWOOD_URL": url} | more
    process = subprocess.Popen([SHELTERWOOD, "serve", "provider", "--port", str(port)], env=environment)
    try:
        until(lambda: _is_ready(url, process), seconds=120, what="a service that is ready")
        yield Service(url=url, environment=environment)
    finally:
        process.terminate()
        process.wait(timeout=30)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path="/usr/bin/chromium")
        yield chromium
        chromium.close()
