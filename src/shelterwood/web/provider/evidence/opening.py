"""The one vault of this process, mounted at its first use; mounting replays the purge ledger before anything opens."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

from django.utils import timezone

from shelterwood.vault import (
    Bucket,
    CommandMasterKey,
    Credentials,
    DirectoryStore,
    FileMasterKey,
    MasterKey,
    S3Store,
    StepName,
    Store,
    Vault,
)
from shelterwood.web.hall import faults
from shelterwood.web.hall.settings.environment import made_once
from shelterwood.web.hall.settings.facts import facts

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["evidence_directory", "forget", "key_directory", "remove_drafts", "vault"]

_mounted: dict[tuple[Path, Path, str], Vault] = {}
_mounting = threading.Lock()

for _step in StepName:
    faults.register(_step)


def vault() -> Vault:
    """Return the vault; raises a VaultFault where a directory, a key or the ledger is not as it must be."""
    place = (evidence_directory(), key_directory(), facts().master_key_command)
    with _mounting:
        if place not in _mounted:
            _mounted[place] = _mount(evidence=place[0], keys=place[1])
        return _mounted[place]


def forget() -> None:
    """Mount anew at the next use."""
    _mounted.clear()


def remove_drafts() -> int:
    """Remove what a death in the middle of a write left more than a day ago; of a bucket its own rules do that."""
    return 0 if facts().bucket else DirectoryStore(root=evidence_directory() / "objects").remove_abandoned()


def evidence_directory() -> Path:
    """Return where sealed objects and custody records lie."""
    return facts().evidence or facts().places.root / "evidence"


def key_directory() -> Path:
    """Return where the keys lie: beside the data directory, so that a backup of the data does not have them."""
    root = facts().places.root
    return facts().keys or root.with_name(f"{root.name}.keys")


def _mount(*, evidence: Path, keys: Path) -> Vault:
    return Vault.mount(
        store=_store(evidence),
        keys=keys,
        master=_master_key(),
        records=evidence / "records",
        now=timezone.now(),
        step=faults.step,
    )


def _store(evidence: Path) -> Store:
    found = facts().bucket
    if found is None:
        return DirectoryStore(root=evidence / "objects")
    credentials = Credentials(access_key=found.access_key, secret_key=found.secret_key)
    bucket = Bucket(
        endpoint=found.endpoint, name=found.name, credentials=credentials, region=found.region, prefix=found.prefix
    )
    return S3Store(bucket=bucket)


def _master_key() -> MasterKey:
    command = facts().master_key_command
    if command:
        return CommandMasterKey(command=command)
    path = facts().places.secrets / "vault_master_key"
    made_once(path)
    return FileMasterKey.read(path)
