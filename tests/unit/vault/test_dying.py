"""Killed at every step of sealing and purging: whoever mounts next finishes it, and nothing comes back."""

from __future__ import annotations

import signal
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from shelterwood.vault import ObjectId, ObjectPurged, StepName, Vault

if TYPE_CHECKING:
    from collections.abc import Callable

NOW = datetime(2026, 11, 24, 13, 0, tzinfo=UTC)
CHILD = Path(__file__).with_name("dying_child.py")
SEALING = [StepName.KEY_ISSUED, StepName.STORED]
PURGING = [step for step in StepName if step not in SEALING]


def run_child(root: Path, step: str, *arguments: str) -> int:
    return subprocess.run([sys.executable, str(CHILD), str(root), step, *arguments], check=False).returncode


@pytest.mark.parametrize("step", PURGING)
def test_a_purge_killed_anywhere_is_finished_by_the_next_mount(
    step: StepName,
    tmp_path: Path,
    mount: Callable[[], Vault],
    seal: Callable[[bytes], ObjectId],
    content: Callable[[Vault, ObjectId], bytes],
) -> None:
    gone, stays = seal(b"gone"), seal(b"stays")

    assert run_child(tmp_path, step, "purge", gone) == -signal.SIGKILL
    after = mount()

    assert content(after, stays) == b"stays"
    with pytest.raises(ObjectPurged):
        content(after, gone)
    assert after.recovery.finished
    assert [proof.object_id for proof in after.ledger.every_proof()] == [gone]
    assert after.record(gone).purged
    assert list(after.objects()) == [stays]
    assert not mount().recovery.finished


@pytest.mark.parametrize("step", SEALING)
def test_a_sealing_killed_anywhere_leaves_nothing_that_counts_as_sealed(
    step: StepName,
    tmp_path: Path,
    mount: Callable[[], Vault],
    seal: Callable[[bytes], ObjectId],
    content: Callable[[Vault, ObjectId], bytes],
) -> None:
    before = seal(b"before")

    assert run_child(tmp_path, step, "seal") == -signal.SIGKILL
    after = mount()

    assert content(after, before) == b"before"
    strangers = [name for name in after.objects() if name != before]
    assert all(not after.record(name).lines for name in strangers)
    again = after.seal([b"again"], media_type="image/png", actor="key:1", now=NOW).object_id
    assert content(after, again) == b"again"
