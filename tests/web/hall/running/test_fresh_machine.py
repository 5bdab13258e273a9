"""From a machine that has nothing but the program: one command, no network, and the service is ready in a minute."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest
from ports import free_port

if TYPE_CHECKING:
    from pathlib import Path

# In a network of its own, in which there is nothing but the machine itself: 1 brings `lo` up (SIOCSIFFLAGS, IFF_UP).
ALONE = r"""
import ctypes, fcntl, os, socket, struct
libc = ctypes.CDLL(None, use_errno=True)
alone = libc.unshare(0x10000000 | 0x40000000) == 0  # CLONE_NEWUSER, CLONE_NEWNET
if alone:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as any_socket:
        fcntl.ioctl(any_socket, 0x8914, struct.pack("16sh14x", b"lo", 1))
"""
START = r"""
import http.client, json, signal, subprocess, sys, time
from pathlib import Path
port = int(sys.argv[2])
began = time.monotonic()
shelterwood, data = Path(sys.executable).with_name("shelterwood"), sys.argv[1]
command = [shelterwood, "serve", "provider", "--data", data, "--port", str(port)]
process = subprocess.Popen(command, stdout=subprocess.DEVNULL)

def ask(path, body=None):
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
    try:
        connection.request("POST" if body else "GET", path, body)
        return connection.getresponse().status
    except OSError:
        return 0
    finally:
        connection.close()

while ask("/readyz") != 200 and time.monotonic() - began < 60:
    time.sleep(0.1)
seconds = time.monotonic() - began
said = {path: ask(path) for path in ("/sign-in", "/about", "/api/v1/openapi.json")}
said["scan"] = ask("/api/v1/scan", b"x")
invited = subprocess.run(
    [shelterwood, "user", "invite", "house", "--role", "administrator", "--data", data],
    capture_output=True, text=True,
)
process.send_signal(signal.SIGTERM)
print(json.dumps({"alone": alone, "seconds": seconds, "said": said, "link": invited.stdout, "ended": process.wait(30)}))
"""


@pytest.mark.slow
@pytest.mark.sqlite
def test_24_one_command_makes_a_working_service_of_an_empty_directory_without_network(tmp_path: Path) -> None:
    program = [sys.executable, "-c", ALONE + START, str(tmp_path / "data"), str(free_port())]

    bare = {name: value for name, value in os.environ.items() if not name.startswith(("SHELTERWOOD_", "DATABASE_"))}
    done = subprocess.run(program, env=bare, capture_output=True, text=True, check=False, timeout=120)

    found = json.loads(done.stdout.splitlines()[-1])
    assert found["seconds"] < 60
    assert found["said"] == {"/sign-in": 200, "/about": 200, "/api/v1/openapi.json": 200, "scan": 401}
    assert "http://localhost:" in found["link"]
    assert found["ended"] == 0
    if sys.platform == "linux" and not found["alone"]:
        pytest.skip("this machine allows no network namespace: all of it was tried, with a network there")
