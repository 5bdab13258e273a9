"""Purges with proof: nothing purged can be opened again, from no backup; holds postpone; the ledger tells."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from shelterwood.vault import (
    ChainBroken,
    Due,
    HoldNotValid,
    KeptReason,
    KeyDestroyed,
    LedgersDisagree,
    ObjectId,
    ObjectPurged,
    PurgeReason,
    Purpose,
    Vault,
)

if TYPE_CHECKING:
    from pathlib import Path

NOW = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
Seal = Callable[[bytes], ObjectId]
Content = Callable[[Vault, ObjectId], bytes]


def purge(vault: Vault, *names: ObjectId, now: datetime = NOW):  # type: ignore[no-untyped-def]  # noqa: ANN201
    due = [Due(object_id=name, reason=PurgeReason.CLOCK_ENDED) for name in names]
    return vault.purge(due, actor="system:keeper", now=now)


def test_a_purge_destroys_what_is_due_and_nothing_else(vault: Vault, seal: Seal, content: Content) -> None:
    gone, stays = seal(b"gone"), seal(b"stays")

    outcome = purge(vault, gone)

    assert [proof.object_id for proof in outcome.purged] == [gone]
    assert content(vault, stays) == b"stays"
    with pytest.raises(ObjectPurged):
        content(vault, gone)
    assert [line.text("act") for line in vault.record(gone).lines] == ["sealed", "purged"]
    assert vault.record(gone).lines[-1].text("proof") == outcome.purged[0].digest


def test_backed_up_purged_restored_it_does_not_open(
    mount: Callable[[], Vault], tmp_path: Path, vault: Vault, seal: Seal, content: Content
) -> None:
    gone, stays = seal(b"gone"), seal(b"stays")
    shutil.copytree(tmp_path / "data", tmp_path / "backup")
    purge(vault, gone)
    shutil.rmtree(tmp_path / "data")
    shutil.copytree(tmp_path / "backup", tmp_path / "data")
    assert len(list((tmp_path / "data").rglob(f"{gone}.sealed"))) == 1

    restored = mount()

    assert [proof.object_id for proof in restored.recovery.replayed] == [gone]
    assert not list((tmp_path / "data").rglob(f"{gone}.sealed"))
    assert restored.record(gone).purged
    assert content(restored, stays) == b"stays"
    with pytest.raises(ObjectPurged):
        content(restored, gone)


def test_the_backup_alone_does_not_open_even_without_any_ledger(
    mount: Callable[[], Vault], tmp_path: Path, vault: Vault, seal: Seal, content: Content
) -> None:
    gone, _stays = seal(b"gone"), seal(b"stays")
    shutil.copytree(tmp_path / "data", tmp_path / "backup")
    purge(vault, gone)
    shutil.rmtree(tmp_path / "data")
    shutil.copytree(tmp_path / "backup", tmp_path / "data")
    (tmp_path / "keys" / "purges.jsonl").unlink()

    with pytest.raises(KeyDestroyed):
        content(mount(), gone)


def test_a_key_store_that_was_taken_back_is_purged_again(
    mount: Callable[[], Vault], tmp_path: Path, vault: Vault, seal: Seal, content: Content
) -> None:
    gone, stays = seal(b"gone"), seal(b"stays")
    shutil.copytree(tmp_path / "keys", tmp_path / "old")
    purge(vault, gone)
    shutil.rmtree(tmp_path / "keys")
    shutil.copytree(tmp_path / "old", tmp_path / "keys")

    after = mount()

    assert after.recovery.taken_back
    assert content(after, stays) == b"stays"
    with pytest.raises(ObjectPurged):
        content(after, gone)
    assert not mount().recovery.taken_back


def test_an_object_that_a_lagging_replica_does_not_list_survives_a_purge(
    mount: Callable[[], Vault], tmp_path: Path, seal: Seal, content: Content
) -> None:
    gone = seal(b"gone")
    shutil.copytree(tmp_path / "keys", tmp_path / "replica")
    stays = seal(b"stays")
    shutil.rmtree(tmp_path / "keys")
    shutil.copytree(tmp_path / "replica", tmp_path / "keys")

    after = mount()
    purge(after, gone)

    assert content(after, stays) == b"stays"


def test_another_process_that_knew_the_key_cannot_open_it_after_the_purge(
    mount: Callable[[], Vault], vault: Vault, seal: Seal, content: Content
) -> None:
    gone, stays = seal(b"gone"), seal(b"stays")
    other = mount()
    assert content(other, gone) == b"gone"

    purge(vault, gone)

    with pytest.raises(ObjectPurged):
        content(other, gone)
    assert content(other, stays) == b"stays"
    assert len(other.keys.unwrapped) == 1


def test_contradicting_ledgers_stop_the_mount(
    mount: Callable[[], Vault], tmp_path: Path, vault: Vault, seal: Seal
) -> None:
    one, two = seal(b"one"), seal(b"two")
    shutil.copytree(tmp_path, tmp_path.with_name("twin"))
    purge(vault, one)
    twin = tmp_path.with_name("twin")
    shutil.copy(tmp_path / "data" / "records" / "purges.jsonl", tmp_path / "mine.jsonl")
    (tmp_path / "keys" / "purges.jsonl").unlink()
    (tmp_path / "data" / "records" / "purges.jsonl").unlink()
    shutil.rmtree(twin)
    purge(mount(), two)
    shutil.copy(tmp_path / "mine.jsonl", tmp_path / "data" / "records" / "purges.jsonl")

    with pytest.raises(LedgersDisagree):
        mount()


def test_an_altered_custody_record_is_named(vault: Vault, tmp_path: Path, seal: Seal) -> None:
    name = seal(b"one")
    vault.check(name, actor="person:2", now=NOW)
    path = next(tmp_path.rglob(f"{name}.jsonl"))
    path.write_text(path.read_text().replace("key:1", "key:2"))

    with pytest.raises(ChainBroken, match="Line 0"):
        vault.record(name)


def test_a_hold_postpones_and_its_end_or_lifting_lets_the_purge_go_on(vault: Vault, seal: Seal) -> None:
    held, lifted = seal(b"held"), seal(b"lifted")
    until = NOW + timedelta(days=30)
    vault.hold(held, authority="court:7", reason="ref:1", until=until, actor="person:1", now=NOW)
    hold = vault.hold(lifted, authority="court:7", reason="ref:2", until=until, actor="person:1", now=NOW)

    kept = purge(vault, held, lifted).kept
    vault.lift_hold(lifted, hold_id=hold.hold_id, reason="withdrawn", actor="person:1", now=NOW)

    assert {one.object_id for one in kept} == {held, lifted}
    assert {one.reason for one in kept} == {KeptReason.HELD}
    assert [proof.object_id for proof in purge(vault, held, lifted).purged] == [lifted]
    assert [proof.object_id for proof in purge(vault, held, now=until).purged] == [held]


def test_a_hold_needs_an_end_ahead_and_an_object_that_exists(vault: Vault, seal: Seal) -> None:
    name = seal(b"one")

    with pytest.raises(HoldNotValid):
        vault.hold(name, authority="court:7", reason="ref:1", until=NOW, actor="person:1", now=NOW)
    purge(vault, name)
    with pytest.raises(ObjectPurged):
        vault.hold(name, authority="court:7", reason="ref:1", until=NOW + timedelta(days=1), actor="person:1", now=NOW)


def test_who_opened_it_for_what_stands_in_the_record_before_a_byte_is_given(vault: Vault, seal: Seal) -> None:
    name = seal(b"one")

    vault.open(name, purpose=Purpose.COMPLAINT, actor="person:3", now=NOW)

    last = vault.record(name).lines[-1]
    assert (last.text("act"), last.text("by"), last.text("purpose")) == ("opened", "person:3", "complaint")


def test_the_last_object_of_a_week_takes_its_key_with_it(vault: Vault, tmp_path: Path, seal: Seal) -> None:
    name = seal(b"one")

    purge(vault, name)

    assert not list(tmp_path.rglob("*.key"))
    assert not list(tmp_path.rglob("*.objects"))
    assert vault.seal([b"next"], media_type="image/png", actor="key:1", now=NOW).size == 4
