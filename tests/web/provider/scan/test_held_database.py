"""A row of PostgreSQL that another transaction holds: the door says so after a while, and nothing half is left."""

from __future__ import annotations

from typing import TYPE_CHECKING

import psycopg
import pytest
from django.db import connection
from django.test import Client

from shelterwood.web.provider.scan import spool
from shelterwood.web.provider.scan.models import Detection

if TYPE_CHECKING:
    from uploads import Program as ProgramType

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite has one lock, held in test_bad_requests"),
]


def test_a_held_record_is_503_with_the_time_to_wait_and_the_upload_sent_again_is_found(
    program: ProgramType, listed: bytes
) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SHOW lock_timeout")
        assert cursor.fetchone() == ("20s",)
        cursor.execute("SET lock_timeout = '300ms'")
    with psycopg.connect(**connection.get_connection_params() | {"cursor_factory": psycopg.ClientCursor}) as other:
        other.execute("SELECT * FROM audit_chainhead FOR UPDATE")
        refused = Client(raise_request_exception=False).post(
            "/api/v1/scan", listed, content_type="image/jpeg", headers={"Authorization": f"Bearer {program.key}"}
        )

    assert (refused.status_code, refused.headers["Retry-After"]) == (503, "5")
    assert refused.json()["type"] == "about:blank#database_busy"
    assert not Detection.objects.exists()
    assert list(spool.directory().iterdir()) == []
    assert program.send(listed).json()["outcome"] == "match"
