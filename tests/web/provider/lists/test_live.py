"""What a worker reads: current at every scan, in every process, and never silently empty."""

from __future__ import annotations

import json
import os
import shutil
import time
from datetime import timedelta
from typing import TYPE_CHECKING

import numpy as np
import pytest
from live_lists import deliver, foresee, manager, new_list, pdq_at_random, put_in_service, ready_list
from people import NOW

from shelterwood import __version__
from shelterwood.fingerprints import pdq
from shelterwood.lists.layout import version_folder
from shelterwood.web.hall.running.readiness import reasons_not_ready
from shelterwood.web.provider.lists import live, publishing, services, soundness, storage, upkeep
from shelterwood.web.provider.lists.models import ListVersion, ProviderList
from shelterwood.web.provider.lists.states import ListKind

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture(autouse=True)
def _empty_home() -> Iterator[None]:
    shutil.rmtree(storage.home(), ignore_errors=True)
    live.forget()
    yield
    live.forget()


def found(value: str) -> list[str]:
    """Return the entries that a worker finds now by a PDQ."""
    lists = live.current(now=NOW)
    assert isinstance(lists, live.LiveLists), lists
    codes = np.frombuffer(pdq.parse(value), np.uint8)[np.newaxis]
    entries = []
    for opened in lists.enabled.lists:
        _, rows, _ = opened.look_up_pdq(codes, at=NOW, radius=lists.enabled.reach_of(opened).radius)
        entries += [opened.entry(row).entry_id for row in rows.tolist()]
    return entries


def reason() -> str:
    lists = live.current(now=NOW)
    assert isinstance(lists, live.NotAvailable), lists
    return lists.reason


def test_a_list_with_one_entry_matches() -> None:  # a defect of another matcher: it never did
    put_in_service(ready_list())
    publishing.publish()

    assert found(pdq_at_random(1)) == ["1"]


def test_one_bad_entry_does_not_block_the_others() -> None:  # nor does it here
    put_in_service(ready_list({"bad": {"pdq": "not hexadecimal"}, "1": {"pdq": pdq_at_random(1)}}))
    publishing.publish()

    assert found(pdq_at_random(1)) == ["1"]


def test_no_list_is_not_available_and_no_fault() -> None:
    publishing.publish()

    assert reason() == "no_list_in_service"
    assert "matcher" not in reasons_not_ready()


def test_before_the_first_list_nothing_is_missing() -> None:
    shutil.rmtree(storage.home())
    live.forget()

    assert reason() == "no_list_in_service"


def test_what_is_not_in_service_is_not_matched() -> None:
    row = ready_list()
    publishing.publish()
    assert reason() == "no_list_in_service"

    put_in_service(row)
    publishing.publish()
    services.disable(row=row, actor=manager(), now=NOW)
    publishing.publish()

    assert reason() == "no_list_in_service"


def test_entries_come_and_go_in_a_list_that_is_open() -> None:
    row, actor = new_list(kind=ListKind.OWN), manager()
    services.begin_empty(row=row, actor=actor, now=NOW)
    services.add_entry(row=row, entry_id="7", fingerprints={"pdq": pdq_at_random(7)}, actor=actor, now=NOW)
    foresee(row, actor)
    put_in_service(row)
    publishing.publish()
    assert found(pdq_at_random(7)) == ["7"]

    services.add_entry(row=row, entry_id="8", fingerprints={"pdq": pdq_at_random(8).upper()}, actor=actor, now=NOW)
    services.withdraw_entry(row=row, source=row.name, entry_id="7", actor=actor, now=NOW)
    publishing.publish()

    assert found(pdq_at_random(7)) == []
    assert found(pdq_at_random(8)) == ["8"]
    lists = live.current(now=NOW)
    assert isinstance(lists, live.LiveLists)
    assert lists.own == {row.name}


def test_a_withdrawal_survives_the_next_delivery_of_the_same_entry() -> None:
    row = put_in_service(ready_list({"1": {"pdq": pdq_at_random(1)}, "2": {"pdq": pdq_at_random(2)}}))
    services.withdraw_entry(row=row, source="cup-watch", entry_id="1", actor=manager(), now=NOW)
    deliver(row, {"1": {"pdq": pdq_at_random(1)}, "2": {"pdq": pdq_at_random(2)}}, now=NOW + timedelta(days=1))
    publishing.publish()

    assert row.version == 2
    assert (found(pdq_at_random(1)), found(pdq_at_random(2))) == ([], ["2"])


def test_a_list_is_replaced_while_it_is_in_use() -> None:
    row = put_in_service(ready_list())
    publishing.publish()
    before = live.current(now=NOW)
    deliver(row, {"1": {"pdq": pdq_at_random(1)}, "2": {"pdq": pdq_at_random(2)}})
    publishing.publish()

    assert found(pdq_at_random(2)) == ["2"]
    assert isinstance(before, live.LiveLists)
    assert [opened.version for opened in before.enabled.lists] == [1], "a scan under way keeps what it has"


def test_files_deleted_under_a_worker_are_a_fault_and_never_no_match() -> None:
    row = put_in_service(ready_list())
    publishing.publish()
    assert found(pdq_at_random(1)) == ["1"]

    shutil.rmtree(storage.folder_of(ListVersion.objects.get(list=row).folder))

    assert reason() == "list_files_missing"
    assert row.name in reasons_not_ready()["matcher"]


def test_a_missing_manifest_is_a_fault_until_the_keeper_writes_it_again() -> None:
    put_in_service(ready_list())
    publishing.publish()
    storage.manifest().unlink()
    assert reason() == "list_files_missing"
    assert "matcher" in reasons_not_ready()

    upkeep.catch_up(NOW)

    assert found(pdq_at_random(1)) == ["1"]
    assert "matcher" not in reasons_not_ready()


def test_a_damaged_manifest_and_a_cut_log_are_faults() -> None:
    row = put_in_service(ready_list())
    services.withdraw_entry(row=row, source="cup-watch", entry_id="x", actor=manager(), now=NOW)
    publishing.publish()
    log = next(storage.home().glob("*.changes"))
    whole = log.read_bytes()
    log.write_bytes(whole[:-5])
    assert reason() == "list_files_damaged"

    storage.manifest().write_text("{", encoding="ascii")
    assert reason() == "list_files_damaged"

    publishing.publish()
    assert found(pdq_at_random(1)) == ["1"]


def test_the_keeper_finds_damage_inside_a_file_and_that_it_was_put_right() -> None:
    row = put_in_service(ready_list({"1": {"sha256": "ab" * 32}}))
    publishing.publish()
    version = ListVersion.objects.get(list=row)
    path = storage.folder_of(version.folder) / "versions" / "000001" / "entries.jsonl"
    sound = path.read_bytes()
    path.write_bytes(sound.replace(b"abab", b"abac", 1))

    upkeep.check_files(NOW)
    publishing.publish()
    assert reason() == "list_files_damaged"

    path.write_bytes(sound)
    upkeep.check_files(NOW)
    publishing.publish()
    assert isinstance(live.current(now=NOW), live.LiveLists)


def test_files_that_were_checked_may_not_change_even_to_what_would_pass_the_check() -> None:
    row = put_in_service(ready_list())
    folder, version = files_of(row)
    assert soundness.is_sound(version)

    (folder / "beside.txt").touch()
    assert not soundness.is_sound(ListVersion.objects.get(pk=version.pk))

    (folder / "beside.txt").unlink()
    assert soundness.is_sound(ListVersion.objects.get(pk=version.pk))


def test_another_release_checks_files_whole_once_more() -> None:
    row = put_in_service(ready_list({"1": {"sha256": "ab" * 32}}))
    folder, version = files_of(row)
    entries = folder / "entries.jsonl"
    entries.write_bytes(entries.read_bytes().replace(b"abab", b"abac", 1))
    assert not soundness.is_sound(version)
    assert not version.files_digest

    version.files_digest, version.files_checked_by = soundness.digest_of(folder), __version__
    assert soundness.is_sound(version)  # the bytes are what is written down, and nobody looks further

    version.files_checked_by = "0.0.9"
    assert not soundness.is_sound(version)


def files_of(row: ProviderList) -> tuple[Path, ListVersion]:
    version = ListVersion.objects.get(list=row)
    return version_folder(storage.folder_of(version.folder), version.folder_version), version


def test_files_of_another_version_than_was_approved_are_not_used() -> None:
    row = put_in_service(ready_list())
    publishing.publish()
    said = json.loads(storage.manifest().read_text(encoding="utf-8"))
    said["lists"][0]["digest"] = "0" * 64
    storage.manifest().write_text(json.dumps(said), encoding="utf-8")

    assert row.digest != "0" * 64
    assert reason() == "list_files_damaged"


def test_a_list_of_kinds_that_nothing_here_can_match_is_not_available() -> None:
    put_in_service(ready_list({"1": {"photodna": "AAAA"}}))
    publishing.publish()

    assert reason() == "lists_hold_nothing_that_can_be_matched"


def test_radius_and_orientations_are_the_lists_own_and_part_of_the_technology() -> None:
    row = put_in_service(ready_list())
    publishing.publish()
    before = live.technology(now=NOW)
    near = bytearray(bytes.fromhex(pdq_at_random(1)))
    near[0] ^= 0xFF
    assert found(near.hex()) == ["1"]

    services.set_matching(
        row=row, radius=5, orientations=frozenset({pdq.Orientation.IDENTITY}), actor=manager(), now=NOW
    )
    publishing.publish()

    after = live.technology(now=NOW)
    assert found(near.hex()) == []
    assert before is not None
    assert after is not None
    assert after.changes_from(before) == (f"list source {row.name} has other settings",)
    services.disable(row=row, actor=manager(), now=NOW)
    publishing.publish()
    assert live.technology(now=NOW) == after, "a list that is out for a while stays in the technology"


def test_what_cannot_be_written_is_not_left_as_it_was(monkeypatch: pytest.MonkeyPatch) -> None:
    put_in_service(ready_list())
    publishing.publish()

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(publishing, "_write", full)
    publishing.publish(suppress=True)

    assert reason() == "list_files_missing"


def test_files_are_for_their_owner_only_and_marked_against_backups() -> None:
    put_in_service(ready_list())
    publishing.publish()

    home = storage.home()
    files = [path for path in home.rglob("*") if path.is_file() and path.parent != home / "inbox"]
    assert {oct(path.stat().st_mode & 0o777) for path in files if path.name not in storage.MARKS} == {"0o600"}
    assert all((home / mark).exists() for mark in storage.MARKS)


@pytest.mark.django_db(transaction=True)
def test_another_process_sees_a_commit_within_a_second() -> None:
    row, actor = new_list(kind=ListKind.OWN), manager()
    services.begin_empty(row=row, actor=actor, now=NOW)
    services.add_entry(row=row, entry_id="7", fingerprints={"pdq": pdq_at_random(7)}, actor=actor, now=NOW)
    foresee(row, actor)
    put_in_service(row)
    (ready, told), (added, say) = os.pipe(), os.pipe()
    child = os.fork()
    if child == 0:  # a worker: it asks no database
        os.close(say)
        code = _wait_for_entry(told, added)
        os._exit(code)
    os.close(told)
    assert os.read(ready, 1) == b"."

    services.add_entry(row=row, entry_id="8", fingerprints={"pdq": pdq_at_random(8)}, actor=actor, now=NOW)

    os.write(say, b".")
    for each in (ready, added, say):
        os.close(each)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0


def _wait_for_entry(told: int, added: int) -> int:
    try:
        if found(pdq_at_random(7)) != ["7"]:
            return 2
        os.write(told, b".")
        os.read(added, 1)
        end = time.monotonic() + 1.0
        while found(pdq_at_random(8)) != ["8"]:
            if time.monotonic() > end:
                return 1
            time.sleep(0.01)
    except BaseException:  # noqa: BLE001 - a child of a test never returns into pytest
        return 3
    return 0


def test_the_register_counts_every_change() -> None:
    row = put_in_service(ready_list())
    before = publishing.last_change()
    services.disable(row=row, actor=manager(), now=NOW)

    assert publishing.last_change() == before + 1
    assert publishing.behind()
    assert ProviderList.objects.get(pk=row.pk).state == "disabled"
