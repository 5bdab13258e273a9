"""Workers and keepers killed while uploads wait: what was answered 202 is scanned, once, whoever dies at which step."""

from __future__ import annotations

import contextlib
import http.client
import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING, Any

import pytest
from served import Answer, Served, served, served_again
from until import until
from uploads import jpeg, picture

from shelterwood.web.hall import faults
from shelterwood.web.provider.scan.waiting import work  # noqa: F401 - registers its steps

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.slow

STEPS = [step for step in faults.registered() if step.startswith("waiting.")]


def send(service: Served, mark: str = "upload-1") -> Answer | None:
    with contextlib.suppress(http.client.HTTPException, ConnectionError):
        headers = {"Prefer": "respond-async", "Idempotency_Key": mark, "Shelterwood_Item": "photo-1"}
        return service.send(jpeg(picture(1)), **headers)
    return None


def rows(service: Served, question: str) -> list[tuple[Any, ...]]:
    with closing(sqlite3.connect(service.data / "shelterwood.sqlite3", timeout=10)) as database:
        return database.execute(question).fetchall()


def finished(service: Served, scan: str) -> dict[str, Any]:
    def answer() -> dict[str, Any] | None:
        told = service.get(f"/api/v1/scans/{scan}").data
        return told["answer"] if told["state"] == "finished" else None

    found = until(answer, seconds=120, what="the answer to an upload that waits")
    assert found
    return found


def bodies(service: Served) -> list[Path]:
    return list((service.data / "waiting").glob("?" * 32))


def test_an_upload_is_scanned_within_seconds_by_a_service_that_nobody_touches(tmp_path: Path) -> None:
    with served(tmp_path) as service:
        accepted = send(service)
        assert accepted is not None
        assert accepted.status == 202

        assert finished(service, accepted.data["scan"])["outcome"] == "match"
        assert rows(service, "SELECT item, kept, hold FROM scan_detection") == [("photo-1", "sealed", "held")]
        until(lambda: bodies(service) == [], what="the end of the file")
        assert service.spool() == []


@pytest.mark.parametrize("step", [*STEPS, "scan.kept", "outbox.claimed", "outbox.delivered"])
def test_26_whoever_dies_at_whatever_step_an_upload_is_scanned_once_and_none_is_lost(tmp_path: Path, step: str) -> None:
    with served(tmp_path, SHELTERWOOD_FAULT=step) as service:
        before = set(service.workers())
        first = send(service)
        if first is not None:  # the worker answered, so it is the keeper that dies
            until(lambda: not before <= set(service.workers()), what="the death of the keeper")

    with served_again(service) as again:
        second = send(again)
        if step == "waiting.filed":  # the request came to nothing, and its key is at work for a minute
            assert second is not None
            assert second.status == 409
            second = send(again, "upload-2")
        assert second is not None
        assert second.status == 202
        assert first is None or first.data["scan"] == second.data["scan"]
        assert finished(again, second.data["scan"])["outcome"] == "match"
        assert rows(again, "SELECT count(*) FROM scan_detection") == [(1,)]
        assert rows(again, "SELECT count(*) FROM scan_waitingscan") == [(1,)]
        assert rows(again, "SELECT count(*) FROM evidence_evidenceobject") == [(1,)]
        assert rows(again, "SELECT count(*) FROM audit_line WHERE action = 'detection.found'") == [(1,)]
        left = 1 if step == "waiting.filed" else 0  # without a row: swept up when it is an hour old
        until(lambda: len(bodies(again)) == left, what="the end of the file")


@pytest.mark.parametrize("step", ["waiting.finished", "outbox.delivered"])
def test_26_of_many_that_wait_together_each_is_scanned_once_whoever_dies(tmp_path: Path, step: str) -> None:
    sent = []
    with served(tmp_path, SHELTERWOOD_FAULT=step) as service:
        for number in range(8):
            with contextlib.suppress(http.client.HTTPException, ConnectionError):
                body = jpeg(picture(1 if number == 5 else 100 + number))
                sent.append(service.send(body, Prefer="respond-async", Shelterwood_Item=f"photo-{number}"))

    with served_again(service) as again:
        outcomes = [finished(again, each.data["scan"])["outcome"] for each in sent]
        until(lambda: bodies(again) == [], what="the end of the files")
        assert (len(sent), sorted(outcomes)) == (8, ["match"] + ["no_match"] * 7)
        assert rows(again, "SELECT count(*), count(DISTINCT id) FROM scan_waitingscan") == [(8, 8)]
        assert rows(again, "SELECT item FROM scan_detection") == [("photo-5",)]
        until(lambda: rows(again, "SELECT DISTINCT state FROM outbox_job") == [("done",)], what="the end of the jobs")


def test_every_step_of_an_upload_that_waits_is_tried() -> None:
    assert STEPS == ["waiting.accepted", "waiting.filed", "waiting.finished", "waiting.looked"]
