"""One round of everything, for cron, where no keeper runs; nothing urgent depends on it."""

from __future__ import annotations

import time
from dataclasses import dataclass

from django.utils import timezone

from shelterwood.web.hall.outbox import services
from shelterwood.web.hall.running import keeper, the_rounds
from shelterwood.web.hall.running.lock import KeeperLock

__all__ = ["Ticked", "tick"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Ticked:
    """What became of each round; `kept`: a keeper is at work on this data, so nothing was done."""

    kept: bool = False
    well: tuple[str, ...] = ()
    failed: tuple[str, ...] = ()


def tick() -> Ticked:
    """Do every round once, one after the other, holding the keeper's lock."""
    lock = KeeperLock()
    if not lock.try_take():
        return Ticked(kept=True)
    try:
        time.sleep(lock.seconds_to_wait_out())
        if not lock.still_held():
            return Ticked(kept=True)
        the_rounds.register_deliveries()
        services.release_left(now=timezone.now())
        went = {each.name: keeper.perform(each, timezone.now()) for each in keeper.rounds()}
    finally:
        lock.release()
    well, failed = (tuple(name for name, good in went.items() if good is which) for which in (True, False))
    return Ticked(well=well, failed=failed)
