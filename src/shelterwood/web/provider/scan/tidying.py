"""What is done again and again: release what nobody decided, end what is over, sweep up after killed workers."""

from __future__ import annotations

import time
from datetime import timedelta
from typing import TYPE_CHECKING

from shelterwood.web.provider.scan import ending, remembering, services, spool
from shelterwood.web.provider.scan.waiting import services as waiting

if TYPE_CHECKING:
    from datetime import datetime
    from pathlib import Path

__all__ = ["round_of_scan", "sweep"]

LEFT_BEHIND = timedelta(hours=1)
"""No request takes longer; a file of this age that nothing names belonged to a worker that was killed."""


def round_of_scan(now: datetime) -> None:
    """Do one round; called by the keeper about once a minute."""
    services.release_undecided(now)
    ending.end_prints(now)
    ending.end_events(now)
    remembering.clear(now)
    sweep()
    waiting.end_overdue(now)
    waiting.forget(now)
    waiting.sweep()


def sweep() -> int:
    """Remove files in the spool that a killed worker left; return how many."""
    oldest = time.time() - LEFT_BEHIND.total_seconds()
    left = [path for path in spool.directory().iterdir() if _is_older(path, oldest)]
    for path in left:
        path.unlink(missing_ok=True)
    return len(left)


def _is_older(path: Path, oldest: float) -> bool:
    try:
        return path.stat().st_mtime < oldest
    except FileNotFoundError:  # its request has just ended
        return False
