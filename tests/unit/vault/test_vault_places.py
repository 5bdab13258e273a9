"""Disks that are full, keys that others can read, commands that fail: said plainly, nothing half left."""

from __future__ import annotations

import errno
import os
import sys
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from shelterwood.vault import (
    Clock,
    CodeNotValid,
    CommandMasterKey,
    DirectoryStore,
    Due,
    FileMasterKey,
    MasterKeyNotUsable,
    NoSuchObject,
    ObjectExists,
    ObjectPurged,
    PurgeReason,
    Purpose,
    Vault,
    VaultFull,
    is_due,
    object_id,
    sealed_at,
    week_of,
)
from shelterwood.vault import durable as durable_module
from shelterwood.vault.codes import new_object_id
from shelterwood.vault.storing import stored_name

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

NOW = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
COMMAND = """
import sys
data = sys.stdin.buffer.read()
assert sys.argv[1] in {"wrap", "unwrap"}, sys.argv
sys.stdout.buffer.write(bytes(byte ^ 0x5A for byte in data))
"""


def test_a_disk_that_fills_up_leaves_nothing_and_says_so(
    vault: Vault, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    vault.seal([b"first"], media_type="image/png", actor="key:1", now=NOW)
    real, room = os.pwrite, 1 << 20

    def fills_up(descriptor: int, data: bytes, offset: int) -> int:
        if offset + len(data) > room:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        return real(descriptor, data, offset)

    monkeypatch.setattr(durable_module.os, "pwrite", fills_up)
    with pytest.raises(VaultFull):
        vault.seal([bytes(1 << 20)] * 3, media_type="image/png", actor="key:1", now=NOW)

    assert len(list(tmp_path.rglob("*.sealed"))) == 1
    assert not list(tmp_path.rglob("*.part"))


def test_an_upload_that_breaks_off_leaves_nothing(vault: Vault, tmp_path: Path) -> None:
    def breaks_off() -> Iterator[bytes]:
        yield bytes(1 << 21)
        raise ConnectionError

    with pytest.raises(ConnectionError):
        vault.seal(breaks_off(), media_type="image/png", actor="key:1", now=NOW)

    assert not [*tmp_path.rglob("*.sealed"), *tmp_path.rglob("*.part")]


def test_an_object_is_never_written_over(tmp_path: Path) -> None:
    store, name = DirectoryStore(root=tmp_path), stored_name(new_object_id(NOW))
    store.put(name, [b"one"])

    with pytest.raises(ObjectExists):
        store.put(name, [b"two"])
    assert b"".join(store.read(name)) == b"one"


def test_a_master_key_that_others_can_read_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "master"
    path.write_bytes(os.urandom(40).hex().encode())
    path.chmod(0o644)

    with pytest.raises(MasterKeyNotUsable, match="Others can read"):
        FileMasterKey.read(path)
    path.chmod(0o600)
    key = FileMasterKey.read(path)
    assert key.unwrap(key.wrap(bytes(32), context="a"), context="a") == bytes(32)


def test_another_master_key_and_another_context_open_nothing() -> None:
    one, other = FileMasterKey(bytes(32)), FileMasterKey(bytes([1]) * 32)
    wrapped = one.wrap(bytes(32), context="a")

    for key, context in ((other, "a"), (one, "b")):
        with pytest.raises(MasterKeyNotUsable):
            key.unwrap(wrapped, context=context)
    with pytest.raises(MasterKeyNotUsable):
        FileMasterKey(bytes(31))


def test_a_command_holds_the_master_key_and_runs_once_a_week(tmp_path: Path) -> None:
    script = tmp_path / "hsm.py"
    script.write_text(COMMAND)
    vault = Vault.mount(
        store=DirectoryStore(root=tmp_path / "objects"),
        keys=tmp_path / "keys",
        master=CommandMasterKey(command=f"{sys.executable} {script}"),
        records=tmp_path / "records",
        now=NOW,
    )
    sealed = vault.seal([b"one"], media_type="image/png", actor="key:1", now=NOW)
    script.unlink()

    vault.check(sealed.object_id, actor="person:1", now=NOW)
    with pytest.raises(MasterKeyNotUsable, match="ended with"):
        vault.writable()


@pytest.mark.parametrize(
    ("command", "why"),
    [("/does/not/exist", "could not be started"), ("false", "ended with 1"), ("true", "wrote 0 bytes")],
)
def test_a_command_that_fails_is_said(command: str, why: str) -> None:
    with pytest.raises(MasterKeyNotUsable, match=why):
        CommandMasterKey(command=command).wrap(bytes(32), context="a")


def test_a_name_carries_its_instant_and_its_week() -> None:
    name = new_object_id(NOW)

    assert object_id(name) == name
    assert sealed_at(name) == NOW
    assert week_of(name) == "2026-W48"
    for wrong in ("", "../../etc", name.upper(), "00000000-0000-4000-8000-000000000000"):
        with pytest.raises(CodeNotValid):
            object_id(wrong)


def test_no_free_text_comes_into_the_record(vault: Vault) -> None:
    for actor in ("Jane Doe", "jane@example.org", "", "x" * 81):
        with pytest.raises(CodeNotValid):
            vault.seal([b"one"], media_type="image/png", actor=actor, now=NOW)


def test_the_clock_ends_at_the_earlier_end_and_a_court_comes_last() -> None:
    day = timedelta(days=1)
    clock = Clock(sealed_at=NOW, undecided_for=2 * day)
    preserved = Clock(
        sealed_at=NOW, undecided_for=2 * day, preserved_until=NOW + 300 * day, purpose_ended_at=NOW + 20 * day
    )
    extended = Clock(
        sealed_at=NOW, undecided_for=2 * day, preserved_until=NOW + 300 * day, extended_until=NOW + 400 * day
    )

    assert clock.expires_at == NOW + 2 * day
    assert preserved.expires_at == NOW + 20 * day
    assert extended.expires_at == NOW + 400 * day
    assert is_due(clock.expires_at, holds=(), now=NOW + 2 * day)
    assert not is_due(clock.expires_at, holds=(), now=NOW + 2 * day - timedelta(seconds=1))


def test_a_description_is_sealed_and_ends_as_bytes_would(vault: Vault, tmp_path: Path) -> None:
    description: dict[str, str | int] = {"sha256": "5a" * 32, "size": 17}
    name = vault.describe(description, actor="key:1", now=NOW).object_id
    other = vault.describe(description, actor="key:1", now=NOW).object_id

    assert vault.description(name, purpose=Purpose.REPORT, actor="person:1", now=NOW) == description
    vault.check(name, actor="system:check", now=NOW)
    firsts = [vault.record(one).first["sha256"] for one in (name, other)]
    assert firsts[0] != firsts[1]  # salted: it says nothing of what is described
    assert not [path for path in tmp_path.rglob("*") if path.is_file() and b"5a5a5a" in path.read_bytes()]
    vault.purge([Due(object_id=name, reason=PurgeReason.CLOCK_ENDED)], actor="system:keeper", now=NOW)
    with pytest.raises(ObjectPurged):
        vault.description(name, purpose=Purpose.REPORT, actor="person:1", now=NOW)
    assert vault.description(other, purpose=Purpose.REPORT, actor="person:1", now=NOW) == description


def test_sealed_bytes_are_no_description(vault: Vault) -> None:
    name = vault.seal([b"{}"], media_type="image/png", actor="key:1", now=NOW).object_id

    with pytest.raises(NoSuchObject):
        vault.description(name, purpose=Purpose.REPORT, actor="person:1", now=NOW)
