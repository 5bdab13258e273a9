"""One client of the load script, in its own process: one request over one connection, as fast as answers come."""

from __future__ import annotations

import http.client
import time
from pathlib import Path

__all__ = ["ServeClient"]


class ServeClient:
    """Knows the port, the key, and what to send."""

    def __init__(self, port: int, key: str, picture: str) -> None:
        self._port = port
        self._key = key
        self._bodies = {
            "picture": (Path(picture).read_bytes(), "image/jpeg"),
            "prints": (b'{"pdq":"%s"}' % (b"5a3c" * 16), "application/json"),
        }

    def send_for(self, *, seconds: float, what: str) -> list[float]:
        """Return the seconds that each answer took."""
        body, kind = self._bodies[what]
        headers = {"Authorization": f"Bearer {self._key}", "Content-Type": kind}
        connection = http.client.HTTPConnection("127.0.0.1", self._port, timeout=60)
        took, ends = [], time.perf_counter() + seconds
        while (began := time.perf_counter()) < ends:
            connection.request("POST", "/api/v1/scan", body, headers)
            answer = connection.getresponse()
            said = answer.read()
            took.append(time.perf_counter() - began)
            if answer.status != 200:
                raise RuntimeError(said.decode())
        return took
