"""Accepted now, scanned later: the documented way for public uploads, because whoever uploads learns nothing from it.

`accepting` (the door's part: durable first, then 202), `files` (the bytes while they wait), `services` (the only writer
of the rows), `work` (the outbox job that looks), `door` and `queries` (the outcome, for the key that sent it).
"""

from __future__ import annotations

__all__: list[str] = []
