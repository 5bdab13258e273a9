"""What goes wrong at the door of a service as it is served: said in words, kept out; nothing that was answered is lost.

The list is that of the issue about the platform's door, "Bad input"; docs/reference/tests-by-number.md says where each
point of it is tried. SQLite; on PostgreSQL the database that is held is tried in test_held_database.
"""

from __future__ import annotations

import contextlib
import os
import resource
import shutil
import signal
import socket
import sqlite3
import subprocess
import sys
import threading
import time
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from served import HERE, Served, answered, plain, served, served_again
from until import until
from uploads import jpeg, picture

if TYPE_CHECKING:
    from collections.abc import Iterator

    from served import Answer

pytestmark = pytest.mark.slow

LISTED = jpeg(picture(1))
SCAN = "POST /api/v1/scan"
PROBLEM = "application/problem+json"


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    with served(tmp_path_factory.mktemp("served")) as running:
        yield running


def _said(service: Served, begun: bytes, *, ends: bool = False, key: str | None = None, **headers: str) -> Answer:
    """Send a head with these headers and what is `begun` of a body, which then `ends` or is waited for."""
    lines = [f"{SCAN} HTTP/1.1", "Host: 127.0.0.1", f"Authorization: Bearer {key or service.key}"]
    lines += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
    with socket.create_connection(("127.0.0.1", service.port), timeout=20) as connection:
        connection.sendall("\r\n".join([*lines, "", ""]).encode() + begun)
        if ends:
            connection.shutdown(socket.SHUT_WR)
        return answered(connection)


def _everyone(service: Served) -> list[int]:
    """Return the processes of a service, the supervisor first."""
    found = [service.process.pid]
    for pid in found:
        found += [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
    return found


def _rows(service: Served, question: str) -> list[tuple[Any, ...]]:
    with closing(sqlite3.connect(service.data / "shelterwood.sqlite3")) as database:
        return database.execute(question).fetchall()


def _events(service: Served) -> int:
    count: int = _rows(service, "SELECT count(*) FROM scan_detection")[0][0]
    return count


def test_two_hundred_megabytes_are_refused_by_their_length_before_one_byte_is_read(service: Served) -> None:
    answer = _said(service, b"", Content_Type="image/jpeg", Content_Length="200000000")

    assert (answer.status, answer.headers["Content-Type"]) == (413, PROBLEM)
    assert service.spool() == []


def test_a_wrong_key_and_none_get_one_answer(service: Served) -> None:
    wrong = [f"{service.key[:-1]}{'a' if service.key[-1] != 'a' else 'b'}", "swk_nobody", "x", service.key.lower()]

    answers = [_said(service, b"x", key=key, Content_Type="image/jpeg", Content_Length="1") for key in wrong]

    assert {(answer.status, answer.body) for answer in answers} == {(401, answers[0].body)}


def test_zero_bytes_are_no_picture_and_not_scanned(service: Served) -> None:
    answer = service.send(b"")

    assert (answer.status, answer.data["outcome"]) == (200, "not_scanned")


@pytest.mark.parametrize("kind", ["text/html", "application/zip", "image", ""])
def test_a_wrong_content_type_is_refused_unread(service: Served, kind: str) -> None:
    answer = _said(service, b"", Content_Type=kind, Content_Length="5000000")

    assert (answer.status, answer.headers["Content-Type"]) == (415, PROBLEM)


@pytest.mark.parametrize("kind", ["image/jpeg", "multipart/form-data; boundary=b", "application/json"])
def test_a_body_that_stops_in_the_middle_is_refused_and_leaves_nothing(service: Served, kind: str) -> None:
    answer = _said(service, b"--b\r\n", ends=True, Content_Type=kind, Content_Length="4000")

    assert (answer.status, answer.data["type"]) == (400, "about:blank#BodyEnded")
    assert service.spool() == []


def _names(service: Served) -> list[str]:
    """Return what lies in the data directory; SQLite's own files come and go with its connections."""
    return sorted(path.name for path in service.data.iterdir() if not path.name.startswith("shelterwood.sqlite3"))


@pytest.mark.parametrize(
    "name", ["../../etc/passwd", "a\\0b", "x" * 300, "\u202egpj.exe", "'; DROP TABLE scan_detection; --", '\\"', "/"]
)
def test_hostile_file_names_are_used_for_nothing(service: Served, name: str) -> None:
    head = f'--b\r\nContent-Disposition: form-data; name="{name}"; filename="{name}"\r\n\r\n'
    service.send(jpeg(picture(2)))  # the first upload of a service makes its folders
    before = _names(service)

    answer = service.send(head.encode() + jpeg(picture(2)) + b"\r\n--b--\r\n", "multipart/form-data; boundary=b")

    assert (answer.status, answer.data.get("outcome")) == (200, "no_match")
    assert _names(service) == before


@pytest.mark.parametrize(
    "body", [b"[" * 4000, b'{"pdq": NaN}', b"\xff\xfe{", b'{"medium": {}, "md5": "' + b"0" * 32 + b'"}']
)
def test_hostile_json_is_the_senders_mistake(service: Served, body: bytes) -> None:
    answer = service.send(body, "application/json")

    assert (answer.status, answer.headers["Content-Type"]) == (400, PROBLEM)


def test_the_same_idempotency_key_with_other_content_is_refused_also_when_both_come_at_once(service: Served) -> None:
    answers: list[Answer] = []

    def send(seed: int) -> None:
        answers.append(service.send(jpeg(picture(seed)), Idempotency_Key="at-once"))

    sending = [threading.Thread(target=send, args=(seed,)) for seed in (21, 22, 23)]
    for each in sending:
        each.start()
    for each in sending:
        each.join()

    assert sorted(answer.status for answer in answers) == [200, 422, 422]


ENDED = """
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from shelterwood.web.hall.running.roles import become
become("provider", data=Path(sys.argv[1]), port=0)
sys.path.insert(0, sys.argv[2])
import grounds, itertools, people, uploads
people._numbers = itertools.count(900)
now = people.NOW = datetime.now(UTC).replace(microsecond=0) - timedelta(days=2)
pair = grounds.officer_pair(now=now)
proposal = grounds.photos_proposal(now=now, valid_to=now + timedelta(days=1))
from shelterwood.web.provider.basis import services
token = services.propose_token(proposal=proposal, actor=pair.proposing, now=now)
grounds.issue(token, actor=pair.issuing, now=now)
print(uploads.make_key(token.name, name="of-an-ended-token"))
"""


def test_a_token_that_has_ended_closes_the_door_before_anything_is_read(tmp_path: Path) -> None:
    with served(tmp_path) as service:
        made = subprocess.run(
            [sys.executable, "-c", ENDED, service.data, HERE],
            check=True,
            stdout=subprocess.PIPE,
            text=True,
            env=plain(),
        )
        time.sleep(1.1)  # workers read keys once a second
        key = made.stdout.split()[-1]

        answer = _said(service, b"", key=key, Content_Type="image/jpeg", Content_Length="5000000")

    assert (answer.status, answer.data["type"]) == (403, "about:blank#token_ended")


def test_lists_whose_files_are_missing_are_not_scanned_and_make_the_service_unready(service: Served) -> None:
    lists, away = service.data / "lists", service.data / "lists-away"
    assert service.send(jpeg(picture(2))).data["outcome"] == "no_match"
    lists.rename(away)
    try:
        lists.mkdir(mode=0o700)
        missing, why = service.send(jpeg(picture(2))).data, service.get("/readyz").data
    finally:
        until(lambda: _put_back(away, lists))
    again = until(lambda: service.send(jpeg(picture(2))).data["outcome"] == "no_match")

    assert (missing["outcome"], missing["reason"]) == ("not_scanned", "list_files_missing")
    assert why["ready"] is False
    assert "matcher" in why["reasons"]
    assert again
    until(lambda: service.get("/readyz").data["ready"])


def _put_back(folder: Path, place: Path) -> bool:
    """Move a folder to where it was, although the keeper may just be writing there what it misses."""
    shutil.rmtree(place, ignore_errors=True)
    with contextlib.suppress(OSError):
        folder.rename(place)
    return not folder.exists()


def test_a_database_held_by_another_writer_is_said_and_what_was_sent_again_is_found(service: Served) -> None:
    before = _events(service)
    with closing(sqlite3.connect(service.data / "shelterwood.sqlite3", isolation_level=None)) as writer:
        writer.execute("BEGIN IMMEDIATE")
        unmatched = service.send(jpeg(picture(2)))
        refused = service.send(LISTED, Shelterwood_Item="held-1")
        writer.execute("ROLLBACK")
    again = service.send(LISTED, Shelterwood_Item="held-1")

    assert unmatched.data["outcome"] == "no_match"  # needs no writing
    assert (refused.status, refused.headers["Content-Type"]) == (503, PROBLEM)
    assert refused.headers["Retry-After"] == "5"
    assert refused.data["type"] == "about:blank#database_busy"
    assert again.data["outcome"] == "match"
    assert _events(service) == before + 1
    assert service.spool() == []


def test_a_file_larger_than_the_disk_takes_is_507_and_the_service_goes_on(tmp_path: Path) -> None:
    with served(tmp_path) as service:
        assert service.send(jpeg(picture(2))).data["outcome"] == "no_match"
        for pid in _everyone(service):
            resource.prlimit(pid, resource.RLIMIT_FSIZE, (8 << 20, 8 << 20))
        full = service.send(b"\xff\xd8" + bytes(9 << 20))

        assert (full.status, full.data["type"]) == (507, "about:blank#NoRoom")
        assert service.spool() == []
        assert service.send(LISTED).data["outcome"] == "match"


@pytest.mark.skipif(os.geteuid() != 0, reason="mounting a small file system needs root")
def test_a_full_evidence_disk_gives_no_match_away_and_no_event_until_there_is_room(tmp_path: Path) -> None:
    small = tmp_path / "evidence"
    small.mkdir(mode=0o700)
    if subprocess.run(["mount", "-t", "tmpfs", "-o", "size=64k,mode=700", "none", small], check=False).returncode != 0:
        pytest.skip("this machine does not allow mounting")
    try:
        with served(tmp_path, SHELTERWOOD_EVIDENCE=str(small)) as service:
            filling = small / "filling"
            with contextlib.suppress(OSError), filling.open("wb", buffering=0) as file:
                while file.write(bytes(4096)):
                    pass
            full = service.send(LISTED)
            events = _events(service)
            filling.unlink()

            assert (full.status, full.data["type"], events) == (507, "about:blank#NoRoom", 0)
            assert service.spool() == []
            assert service.send(LISTED).data["outcome"] == "match"
            assert _events(service) == 1
    finally:
        subprocess.run(["umount", "-l", small], check=True)


def test_26_what_was_answered_is_there_when_every_process_is_killed_right_after(tmp_path: Path) -> None:
    with served(tmp_path) as service:
        event = service.send(LISTED, Shelterwood_Item="photo-9", Idempotency_Key="once").data["event"]
        for pid in _everyone(service):
            os.kill(pid, signal.SIGKILL)
        service.process.wait(timeout=10)

    with served_again(service) as again:
        assert _rows(again, "SELECT item, kept, hold FROM scan_detection") == [("photo-9", "sealed", "held")]
        assert again.send(LISTED, Shelterwood_Item="photo-9", Idempotency_Key="once").data["event"] == event
        assert _events(again) == 1
