"""A provider's service as it is served: real processes, real sockets, a data directory of its own, a key that scans.

Its database is SQLite in that directory, whatever DATABASE_URL says. Token, list and key are made by the services that
make them in earnest, in a process of their own, once; every service starts with a copy of that data.
"""

from __future__ import annotations

import atexit
import contextlib
import functools
import http.client
import json
import os
import resource
import shutil
import signal
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ports import free_port
from until import until

if TYPE_CHECKING:
    import socket
    from collections.abc import Iterator, Mapping

__all__ = ["HERE", "Answer", "Served", "answered", "served", "served_again"]

HERE = Path(__file__).parent
_SETUP = """
import sys
from datetime import UTC, datetime
from pathlib import Path
from shelterwood.web.hall.running.roles import become
become("provider", data=Path(sys.argv[1]), port=0)
from shelterwood.web.hall.running.preparing import prepare
prepare()
sys.path.insert(0, sys.argv[2])
import grounds, live_lists, people, uploads
now = people.NOW = live_lists.NOW = datetime.now(UTC).replace(microsecond=0)
row = live_lists.new_list(name="coffee-cups")
cup = uploads.picture(1)
entries = uploads.entries_of(uploads.jpeg(cup), cup)
live_lists.deliver(row, {"cup-1": {each.kind: each.value for each in entries}}, now=now)
live_lists.prepare(row, Path(sys.argv[3]), live_lists.manager())
live_lists.put_in_service(row)
token = grounds.issued_token(now=now)
from shelterwood.web.provider.keys.scopes import Scope
print(uploads.make_key(token.name), uploads.make_key(token.name, Scope.REVIEWER, Scope.LISTS, name="review-tool"))
"""


@dataclass(frozen=True, slots=True)
class Answer:
    """What the service said."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def data(self) -> Any:  # noqa: ANN401 - JSON
        return json.loads(self.body)


@dataclass(frozen=True, slots=True)
class Served:
    """A running service."""

    port: int
    key: str  # may scan
    full_key: str  # may also review, and write to banks
    data: Path
    process: subprocess.Popen[bytes]

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def send(self, body: bytes, kind: str = "image/jpeg", **headers: str) -> Answer:
        spelled = {name.replace("_", "-"): value for name, value in headers.items()}
        spelled |= {"Authorization": f"Bearer {self.key}", "Content-Type": kind}
        with contextlib.closing(http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)) as connection:
            connection.request("POST", "/api/v1/scan", body, spelled)
            return _read(connection.getresponse())

    def get(self, path: str) -> Answer:
        with contextlib.closing(http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)) as connection:
            connection.request("GET", path, headers={"Authorization": f"Bearer {self.key}"})
            return _read(connection.getresponse())

    def workers(self) -> list[int]:
        children = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children").read_text()
        return [int(pid) for pid in children.split()]

    def spool(self) -> list[Path]:
        return list((self.data / "spool").glob("*"))


def answered(connection: socket.socket) -> Answer:
    """Return what the service says on this connection."""
    response = http.client.HTTPResponse(connection)
    response.begin()
    return _read(response)


def _read(response: http.client.HTTPResponse) -> Answer:
    return Answer(status=response.status, headers=dict(response.getheaders()), body=response.read())


@functools.cache
def _made() -> tuple[Path, list[str]]:
    """Make the data that every service of this process of tests starts with; return where it lies, and its keys."""
    home = Path(tempfile.mkdtemp(prefix="shelterwood-served-"))
    atexit.register(shutil.rmtree, home, ignore_errors=True)
    (home / "benign").mkdir()
    setup = [sys.executable, "-c", _SETUP, str(home / "data"), str(HERE), str(home / "benign")]
    made = subprocess.run(setup, env=plain(), check=True, stdout=subprocess.PIPE, text=True, timeout=300)
    return home / "data", made.stdout.split()[-2:]


@contextlib.contextmanager
def served(folder: Path, *, open_files: int | None = None, **environment: str) -> Iterator[Served]:
    """Serve a provider's service with its data in `folder`, ready to scan, until the block is left.

    `open_files`: each of its processes may have so many.
    """
    made, keys = _made()
    data = shutil.copytree(made, folder / "data")
    with _serving(data, keys, environment, open_files=open_files) as service:
        yield service


@contextlib.contextmanager
def served_again(before: Served, **environment: str) -> Iterator[Served]:
    """Serve the data of a service that has ended."""
    with _serving(before.data, [before.key, before.full_key], environment) as service:
        yield service


@contextlib.contextmanager
def _serving(
    data: Path, keys: list[str], environment: Mapping[str, str], *, open_files: int | None = None
) -> Iterator[Served]:
    port = free_port()
    command = [Path(sys.executable).with_name("shelterwood"), "serve", "provider", "--port", str(port)]
    process = subprocess.Popen([*command, "--data", str(data)], env=plain() | environment, start_new_session=True)
    try:
        if open_files is not None:  # the worker is a child of it, made when the application is loaded: seconds later
            resource.prlimit(process.pid, resource.RLIMIT_NOFILE, (open_files, open_files))
        until(lambda: _is_ready(port, process), seconds=120, what="a service that is ready")
        yield Served(port=port, key=keys[0], full_key=keys[1], data=data, process=process)
    finally:
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(timeout=30)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait(timeout=10)


def plain() -> dict[str, str]:
    """Return the environment without what the developer has set for services."""
    ours = ("SHELTERWOOD_", "DJANGO_", "DATABASE_")
    return {name: value for name, value in os.environ.items() if not name.startswith(ours)}


def _is_ready(port: int, process: subprocess.Popen[bytes]) -> bool:
    assert process.poll() is None, "the service ended before it answered"
    asking = contextlib.closing(http.client.HTTPConnection("127.0.0.1", port, timeout=5))
    with contextlib.suppress(OSError, http.client.HTTPException), asking as connection:
        connection.request("GET", "/readyz")
        return connection.getresponse().status == 200
    return False
