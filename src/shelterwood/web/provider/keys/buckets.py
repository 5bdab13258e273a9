"""How often a key may be used: a bucket of tokens a key, in the memory of each worker (DESIGN.md section 6).

Two workers let twice as much through. The limit protects this service from a program that runs wild; it is not a
price list, so it need not be exact across workers.
"""

from __future__ import annotations

import threading
import time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import uuid

__all__ = ["forget", "seconds_to_wait"]

_lock = threading.Lock()
_buckets: dict[uuid.UUID, tuple[float, float]] = {}  # what was left, and when


def seconds_to_wait(key: uuid.UUID, *, per_second: int, clock: float | None = None) -> float:
    """Take one token, and return 0; or return in how many seconds there will be one. A burst of a second is free."""
    now = time.monotonic() if clock is None else clock
    with _lock:
        left, then = _buckets.get(key, (float(per_second), now))
        left = min(float(per_second), left + (now - then) * per_second)
        if left < 1:
            _buckets[key] = (left, now)
            return (1 - left) / per_second
        _buckets[key] = (left - 1, now)
        return 0.0


def forget() -> None:
    """Fill every bucket."""
    with _lock:
        _buckets.clear()
