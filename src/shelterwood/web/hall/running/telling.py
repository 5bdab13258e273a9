"""What `shelterwood doctor` finds about a service's data: database, who may read it, whether a keeper works on it."""

from __future__ import annotations

import os
import stat
from typing import TYPE_CHECKING

from django.db import connection
from django.utils import timezone

from shelterwood.web.hall.outbox import queries
from shelterwood.web.hall.running.lock import KeeperLock
from shelterwood.web.hall.running.watching import OVERDUE
from shelterwood.web.hall.settings.facts import facts

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

__all__ = ["findings"]


def findings() -> Iterator[tuple[str, str]]:
    """Yield a state (`ok`, `warning`, `BAD`) and a sentence each; the tables are of this version already."""
    yield "ok", f"The database answers: {connection.display_name} {_version()}."
    yield from _private()
    yield _keeper()
    yield from _deliveries()


def _version() -> str:
    return ".".join(str(part) for part in connection.get_database_version())


def _private() -> Iterator[tuple[str, str]]:
    """Look at the directory itself, the database file and every secret: each is its owner's alone."""
    places = facts().places
    secrets = sorted(places.secrets.rglob("*")) if places.secrets.is_dir() else []
    looked_at = [places.root, places.secrets, *secrets, *places.root.glob(f"{places.database.name}*")]
    open_ones = [path for path in looked_at if path.exists() and _is_open(path)]
    for path in open_ones:
        yield "BAD", f"{path} can be read by others, or is not yours: chmod go= '{path}', and look who read it."
    if not open_ones:
        yield "ok", f"{places.root}, its database and its secrets are readable by their owner only."


def _is_open(path: Path) -> bool:
    found = path.lstat()
    others = stat.S_IRWXG | stat.S_IRWXO
    return bool(found.st_mode & others) or found.st_uid != os.geteuid()


def _keeper() -> tuple[str, str]:
    lock = KeeperLock()
    if lock.try_take():
        lock.release()
        return "warning", "No keeper is at work on this data: clocks stand still and nothing is delivered. Start serve."
    return "ok", "A keeper is at work on this data."


def _deliveries() -> Iterator[tuple[str, str]]:
    dead, late = queries.dead_count(), queries.longest_overdue(now=timezone.now())
    if dead:
        yield "warning", f"Deliveries that failed for good: {dead}. The page Deliveries says why; a person decides."
    if late > OVERDUE:
        yield "BAD", f"A delivery has been due for {int(late.total_seconds() // 60)} minutes and nobody tries it."
    if not dead and late <= OVERDUE:
        yield "ok", "No delivery failed for good, and none is late."
