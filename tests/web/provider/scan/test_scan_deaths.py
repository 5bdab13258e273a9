"""Workers killed while they answer: what was answered is there, what was not answered is there whole or not at all."""

from __future__ import annotations

import http.client
import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING, Any

import pytest
from served import Served, served
from until import until
from uploads import jpeg, picture

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.slow


def dies_on(service: Served, item: str) -> None:
    with pytest.raises((http.client.HTTPException, ConnectionError)):
        service.send(jpeg(picture(1)), Shelterwood_Item=item)


def rows(service: Served, question: str) -> list[tuple[Any, ...]]:
    with closing(sqlite3.connect(service.data / "shelterwood.sqlite3")) as database:
        return database.execute(question).fetchall()


def sealed(service: Served) -> int:
    return len(list((service.data / "evidence").rglob("*.sealed")))


def test_26_an_upload_whose_worker_dies_before_the_answer_leaves_is_there_whole(tmp_path: Path) -> None:
    with served(tmp_path, SHELTERWOOD_FAULT="scan.committed") as service:
        dies_on(service, "photo-1")

        assert rows(service, "SELECT item, kept, hold FROM scan_detection") == [("photo-1", "sealed", "held")]
        assert rows(service, "SELECT state FROM evidence_evidenceobject") == [("sealed",)]
        assert sealed(service) == 1


@pytest.mark.parametrize("step", ["scan.spooled", "scan.kept"])
def test_an_upload_whose_worker_dies_before_the_event_leaves_no_event_and_the_service_goes_on(
    tmp_path: Path, step: str
) -> None:
    with served(tmp_path, SHELTERWOOD_FAULT=step) as service:
        dies_on(service, "photo-1")

        assert rows(service, "SELECT * FROM scan_detection") == []
        assert rows(service, "SELECT * FROM evidence_evidenceobject") == []
        assert service.send(b'{"pdq": "' + b"0f" * 32 + b'"}', "application/json").status == 200


def test_what_matches_nothing_is_a_number_and_nothing_else(tmp_path: Path) -> None:
    with served(tmp_path) as service:
        before = rows(service, "SELECT count(*) FROM audit_line")
        assert service.send(jpeg(picture(2))).data["outcome"] == "no_match"

        assert counted(service, "scan.no_match") == 1
        assert rows(service, "SELECT count(*) FROM audit_line WHERE action LIKE 'detection.%'") == [(0,)]
        assert rows(service, "SELECT count(*) FROM audit_line") == before
        assert sealed(service) == 0
        assert service.spool() == []


def counted(service: Served, name: str) -> int:
    def lines() -> list[str]:
        text = service.get("/metrics").body.decode()
        return [line for line in text.splitlines() if name in line]

    return int(float(until(lines)[0].rsplit(" ", 1)[1]))
