"""What does not wait for the disk says so for itself only: every transaction after it waits again."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from own_database import own_database

if TYPE_CHECKING:
    from own_database import OwnDatabase

__all__ = ["own_database"]

PROGRAM = """
from django.db import connection, transaction
from shelterwood.web.hall.outbox.unsynced import unsynced

SQLITE = connection.vendor == "sqlite"

def waits():
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA synchronous" if SQLITE else "SHOW synchronous_commit")
        return cursor.fetchone()[0] in (2, "on")

def fails():
    with unsynced():
        raise RuntimeError

connection.ensure_connection()
if not SQLITE:
    with connection.cursor() as cursor:
        cursor.execute("SET synchronous_commit TO ON")
said = [waits()]
with unsynced():
    said.append(waits())
said.append(waits())
with transaction.atomic(), unsynced():
    said.append(waits())
try:
    fails()
except RuntimeError:
    said.append(waits())
print(said)
"""


@pytest.mark.slow
def test_only_the_block_itself_does_not_wait_for_the_disk(own_database: OwnDatabase) -> None:
    said = own_database.run('call_command("migrate", "outbox", verbosity=0)\n' + PROGRAM)

    assert said == "[True, False, True, True, True]\n"
