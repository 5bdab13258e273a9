"""Transactions that nobody waits to see on the disk: what a power cut undoes of them is done again.

A process that is killed loses nothing of it: the kernel has what was written. Only a machine that loses its power can
forget the last of these, and a later commit of any other kind takes them to the disk with it. So it is right for a job
that is begun: a handler is called again with the same job, as after any death. That it is done is waited for.
"""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING

from django.db import transaction

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["unsynced"]


@contextlib.contextmanager
def unsynced() -> Iterator[None]:
    """Run the block in a transaction that does not wait for the disk; inside another it is part of that one."""
    connection = transaction.get_connection()
    on_its_own = not connection.in_atomic_block
    if on_its_own and connection.vendor == "sqlite":
        with _not_waiting():
            yield
        return
    with transaction.atomic():
        if on_its_own:
            with connection.cursor() as cursor:
                cursor.execute("SET LOCAL synchronous_commit TO OFF")
        yield


@contextlib.contextmanager
def _not_waiting() -> Iterator[None]:
    """SQLite decides it by connection and not by transaction; in WAL mode NORMAL keeps the database whole."""
    connection = transaction.get_connection()
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA synchronous=NORMAL")
    try:
        with transaction.atomic():
            yield
    finally:
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA synchronous=FULL")
