"""Rows that an earlier version wrote go through the migrations of evidence as they should."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from own_database import own_database

if TYPE_CHECKING:
    from own_database import OwnDatabase

__all__ = ["own_database"]

FIRST = """
call_command("migrate", "evidence", "0001", verbosity=0)
from django.db import connection
with connection.cursor() as cursor:
    for table, row in (
        ("evidence_evidenceobject", {"id": "1" * 32, "event_id": "2" * 32, "mode": "seal", "state": "sealed",
         "media_type": "png", "size": 6, "md5": "0", "sha1": "0", "sha256": "0", "sealed_sha256": "0", "proof": "",
         "sealed_at": "2026-01-01 12:00:00", "expires_at": "2026-01-04 12:00:00", "ends_because": "undecided"}),
        ("evidence_evidencehold", {"id": "3" * 32, "object_id": "1" * 32, "authority": "court:7", "reference": "ref:1",
         "set_at": "2026-01-01 12:00:00", "until": "2026-02-01 12:00:00"}),
    ):
        marks = ", ".join(["%s"] * len(row))
        cursor.execute(f"INSERT INTO {table} ({', '.join(row)}) VALUES ({marks})", list(row.values()))
"""
MIGRATE = 'call_command("migrate", verbosity=0)\n'


@pytest.mark.slow
def test_a_hold_of_an_earlier_version_stands_and_says_that_nobody_is_named(own_database: OwnDatabase) -> None:
    own_database.run(FIRST)
    said = own_database.run(
        MIGRATE + "from shelterwood.web.provider.evidence.models import EvidenceHold\n"
        "hold = EvidenceHold.objects.get()\n"
        "print(hold.from_custody, hold.set_by, hold.reason, hold.object.state)\n"
    )

    assert said == "True None  sealed\n"
