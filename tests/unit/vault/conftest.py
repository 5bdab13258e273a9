"""A vault on the disk of the test, as a service would mount it, and one that is mounted anew after a death."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest

from shelterwood.vault import DirectoryStore, FileMasterKey, ObjectId, Purpose, Vault

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

NOW = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
SECRET = bytes(range(32))


def mount_at(root: Path, *, now: datetime = NOW) -> Vault:
    return Vault.mount(
        store=DirectoryStore(root=root / "data" / "objects"),
        keys=root / "keys",
        master=FileMasterKey(SECRET),
        records=root / "data" / "records",
        now=now,
    )


@pytest.fixture
def mount(tmp_path: Path) -> Callable[[], Vault]:
    return lambda: mount_at(tmp_path)


@pytest.fixture
def vault(mount: Callable[[], Vault]) -> Vault:
    return mount()


@pytest.fixture
def seal(vault: Vault) -> Callable[[bytes], ObjectId]:
    return lambda data: vault.seal([data], media_type="image/png", actor="key:1", now=NOW).object_id


@pytest.fixture
def content() -> Callable[[Vault, ObjectId], bytes]:
    def read(vault: Vault, name: ObjectId) -> bytes:
        return b"".join(vault.open(name, purpose=Purpose.REVIEW, actor="person:1", now=NOW))

    return read
