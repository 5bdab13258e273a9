"""One keeper a data directory, and one a database: two would deliver twice and write an index from two sides."""

from __future__ import annotations

import fcntl
import os
import sys
import time
from typing import TYPE_CHECKING

from django.db import DatabaseError, connections

from shelterwood.web.hall.settings.facts import facts

if TYPE_CHECKING:
    from django.db.backends.base.base import BaseDatabaseWrapper

__all__ = ["SECONDS_TO_NOTICE", "KeeperLock"]

FILE = "keeper.lock"
_NUMBER = 0x73686C74_6B656570  # "shltkeep": PostgreSQL's advisory locks are numbers, one space of them a database
_SECONDS_BETWEEN_CHECKS = 1.0
_SECONDS_OF_SILENCE = 3  # of the database's machine: then the connection counts as cut (TCP user timeout)
SECONDS_TO_NOTICE = 10.0
"""More than a pause of the keeper's loop, the time between two checks, and the silence that a check bears."""


class KeeperLock:
    """A lock on the file `keeper.lock`, which the kernel lets go when the process ends, and one in PostgreSQL.

    The one in PostgreSQL lasts as long as a connection that serves for nothing else: services on two machines with one
    database have one keeper between them. Where that connection is cut, the database lets go of the lock at once, and
    the keeper learns it a few seconds later (`still_held`). So whoever takes the lock lets SECONDS_TO_NOTICE go by
    before it works (`seconds_to_wait_out`), unless it was this data directory that held it until just now: the file
    says when, and that its keeper has ended. For those seconds nobody works, never two.
    """

    def __init__(self) -> None:
        self._file: int | None = None
        self._connection: BaseDatabaseWrapper | None = None
        self._checked = 0.0

    def try_take(self) -> bool:
        """Take both, or neither and return False."""
        if not self._take_file():
            return False
        if self._take_database():
            return True
        self.release()
        return False

    def seconds_to_wait_out(self) -> float:
        """Return how long a keeper of another machine may still be at work without the lock."""
        if self._connection is None or self._file is None:
            return 0.0
        text = os.pread(self._file, 40, 0)
        ago = _since_boot() - float(text) if text else -1.0
        return 0.0 if 0 <= ago < SECONDS_TO_NOTICE else SECONDS_TO_NOTICE

    def still_held(self) -> bool:
        """Whether the connection that holds the lock still stands; asks the database every few seconds."""
        if self._connection is None or time.monotonic() - self._checked < _SECONDS_BETWEEN_CHECKS:
            return self._file is not None
        self._checked = time.monotonic()
        try:
            with self._connection.cursor() as cursor:
                cursor.execute("SELECT 1")
        except DatabaseError:
            return False
        if self._file is not None:
            os.pwrite(self._file, f"{_since_boot():040.6f}".encode(), 0)
        return True

    def release(self) -> None:
        """Let go of what is held."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None
        if self._file is not None:
            os.close(self._file)
            self._file = None

    def _take_file(self) -> bool:
        file = os.open(facts().places.root / FILE, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(file)
            return False
        self._file = file
        return True

    def _take_database(self) -> bool:
        if connections["default"].vendor != "postgresql":
            return True
        self._connection = _connection_of_its_own()
        try:
            with self._connection.cursor() as cursor:
                cursor.execute("SELECT pg_try_advisory_lock(%s)", [_NUMBER])
                return bool(cursor.fetchone()[0])
        except DatabaseError:
            return False


def _since_boot() -> float:
    """Return seconds by a clock that nobody sets, that goes on while the machine sleeps, and begins anew with it."""
    return time.clock_gettime(time.CLOCK_BOOTTIME) if sys.platform == "linux" else time.monotonic()


def _connection_of_its_own() -> BaseDatabaseWrapper:
    """Return a connection that notices when the other side is gone without a word."""
    found = connections.create_connection("default")
    silence = {"tcp_user_timeout": _SECONDS_OF_SILENCE * 1000}
    found.settings_dict = {**found.settings_dict, "OPTIONS": {**found.settings_dict["OPTIONS"], **silence}}
    return found
