"""Add a fingerprint to a running service as software written for HMA does, and time until every worker matches it."""

from __future__ import annotations

import http.client
import json
import secrets
import time

__all__ = ["seconds_until_all_match"]

CONNECTIONS = 16  # each stays with the worker that took it; made all at once, so that every worker takes some
MOST_SECONDS = 30.0


def seconds_until_all_match(port: int, key: str) -> float:
    """Add a random fingerprint, and return the seconds until all connections were answered that it matches."""
    code = secrets.token_hex(32)
    connections = [http.client.HTTPConnection("127.0.0.1", port, timeout=60) for _ in range(CONNECTIONS)]
    for each in connections:
        each.connect()
    try:
        if any(_outcome(each, key, code) != "no_match" for each in connections):
            raise RuntimeError("a fingerprint that nobody added matches")
        began = time.perf_counter()
        _ask(connections[0], key, "/c/bank/coffee-cups/signal", {"pdq": code})
        left = connections
        while left and time.perf_counter() - began < MOST_SECONDS:
            left = [each for each in left if _outcome(each, key, code) != "match"]
        return time.perf_counter() - began
    finally:
        for each in connections:
            each.close()


def _outcome(connection: http.client.HTTPConnection, key: str, code: str) -> str:
    return str(_ask(connection, key, "/api/v1/scan", {"pdq": code})["outcome"])


def _ask(connection: http.client.HTTPConnection, key: str, path: str, body: dict[str, str]) -> dict[str, str]:
    headers = {"Authorization": f"Bearer {key}", "Content-Type": "application/json"}
    connection.request("POST", path, json.dumps(body), headers)
    answer = connection.getresponse()
    said: dict[str, str] = json.loads(answer.read())
    if answer.status not in {200, 201}:
        raise RuntimeError(str(said))
    return said
