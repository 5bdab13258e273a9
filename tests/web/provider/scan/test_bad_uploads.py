"""Hostile, broken and unlucky uploads: refused in one shape, and nothing is left behind."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest
from uploads import jpeg, picture

from shelterwood.errors import ShelterwoodError
from shelterwood.web.provider.scan import neighbours, spool, tidying

if TYPE_CHECKING:
    from uploads import Program as ProgramType


@pytest.fixture(autouse=True)
def _spool_is_left_empty() -> object:
    yield
    assert list(spool.directory().iterdir()) == []


@pytest.mark.parametrize("body", [b"", b"GIF89a broken", b"\xff\xd8\xff\xe0 broken"], ids=["empty", "gif", "jpeg"])
def test_11_what_cannot_be_opened_is_not_scanned_and_never_no_match(program: ProgramType, body: bytes) -> None:
    answer = program.send(body).json()

    assert answer["outcome"] == "not_scanned"
    assert answer["reason"]
    assert answer["checked"]["sha256"] is True


def test_11_without_a_list_in_service_nothing_is_no_match(
    program: ProgramType, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(neighbours, "current_lists", lambda now: neighbours.NothingSetUp(reason="list_files_missing"))  # noqa: ARG005

    answer = program.send(jpeg(picture(2))).json()

    assert (answer["outcome"], answer["reason"]) == ("not_scanned", "list_files_missing")


def test_a_form_of_two_files_or_none_is_refused(program: ProgramType) -> None:
    part = b'--edge\r\nContent-Disposition: form-data; name="f"; filename="a"\r\n\r\nx\r\n'

    two = program.send(part + part + b"--edge--\r\n", "multipart/form-data; boundary=edge")
    none = program.send(b"--edge--\r\n", "multipart/form-data; boundary=edge")
    no_form = program.send(b"nonsense", "multipart/form-data")

    assert [two.status_code, none.status_code, no_form.status_code] == [400, 400, 400]


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"[]",
        b"null",
        b"{}",
        b'{"pdq": 1}',
        b'{"pdq": "zz"}',
        b'{"pdq": null}',
        b'{"sha256": "abc"}',
        b'{"size": -1, "md5": "d41d8cd98f00b204e9800998ecf8427e"}',
        b'{"quality": true, "md5": "d41d8cd98f00b204e9800998ecf8427e"}',
        b'{"medium": "audio", "md5": "d41d8cd98f00b204e9800998ecf8427e"}',
        b'{"url": "http://localhost/"}',
        b"[" * 4000,
        b'{"md5": NaN}',
        b"\xff\xfe",
    ],
    ids=range(16),
)
def test_hostile_json_is_refused_in_one_shape(program: ProgramType, body: bytes) -> None:
    answer = program.send(body, "application/json")

    assert answer.status_code == 400
    assert answer.headers["Content-Type"] == "application/problem+json"


@pytest.mark.parametrize(
    ("kind", "status"), [("text/html", 415), ("", 415), ("application/zip", 415), ("audio/ogg", 403), ("image", 415)]
)
def test_other_content_types_are_refused(program: ProgramType, kind: str, status: int) -> None:
    assert program.send(b"x", kind).status_code == status


def test_too_long_bodies_are_refused_by_their_length_unread(program: ProgramType) -> None:
    assert program.send(b" " * 5000, "application/json").status_code == 413
    assert program.send(b"x", Content_Length="200000000").status_code == 413
    assert program.send(b"x", Content_Length="some").status_code == 411


def test_19_without_a_key_nothing_is_said(listed: bytes) -> None:
    from django.test import Client  # noqa: PLC0415 - for this test only

    answer = Client().post("/api/v1/scan", listed, content_type="image/jpeg")

    assert answer.status_code == 401
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert Client().get("/api/v1/scan").status_code == 401


def test_a_body_that_stops_in_the_middle_leaves_nothing() -> None:
    class Broken:
        def read(self, _size: int) -> bytes:
            return b"" if hasattr(self, "read_once") else setattr(self, "read_once", True) or b"some"

    with pytest.raises(spool.BodyEnded):
        spool.receive(Broken(), length=10, most=100)


def test_a_full_disk_is_said_and_nothing_is_left(program: ProgramType, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(_handle: int, _view: object) -> int:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(spool.os, "write", full)

    assert program.send(b"x").status_code == 507


def test_a_matcher_that_fails_is_not_scanned(program: ProgramType, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> None:
        raise ShelterwoodError("Broken.")

    monkeypatch.setattr("shelterwood.scanning.EnabledLists.matches", fail)

    assert program.send(jpeg(picture(2))).json()["reason"] == "matcher_failed"


def test_headers_of_another_form_are_refused(program: ProgramType) -> None:
    assert program.send(b"x", Shelterwood_Item="../../x y").status_code == 400
    assert program.send(b"x", Idempotency_Key="a" * 201).status_code == 400


def test_what_killed_workers_left_is_swept_up_and_nothing_else(program: ProgramType, listed: bytes) -> None:
    program.send(listed)
    left, fresh = spool.directory() / "half", spool.directory() / "at-work"
    for path in (left, fresh):
        path.touch()
    os.utime(left, (0, 0))

    assert tidying.sweep() == 1
    assert [path.name for path in spool.directory().iterdir()] == ["at-work"]
    fresh.unlink()
