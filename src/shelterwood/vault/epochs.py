"""The key store: one directory a week, holding the week's epoch key (wrapped by the master key) and its objects' keys.

    epochs/2026-W48/lock               held while anything below is read or changed
    epochs/2026-W48/KEYID.key          the epoch key, wrapped by the master key
    epochs/2026-W48/KEYID.objects      rows of 76 bytes: object, its key wrapped under KEYID
    epochs/2026-W48/purge.json         a purge that has been decided and not yet been finished

It lies outside the backup of the data: an old copy of it would bring back what was purged. A purge writes the
survivors' rows under a new key, then destroys the old one; whoever comes upon `purge.json` first finishes that.
"""

from __future__ import annotations

import os
import secrets
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from shelterwood.vault import durable
from shelterwood.vault.codes import ObjectId, Week, week_of
from shelterwood.vault.faults import VaultFault
from shelterwood.vault.intents import Intent
from shelterwood.vault.steps import Step, StepName
from shelterwood.vault.wrapping import ROW_SIZE, pack_row, read_rows, unwrap, wrap

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from shelterwood.vault.header import Header
    from shelterwood.vault.master_key import MasterKey

__all__ = ["Epoch", "IssuedKey", "KeyDestroyed", "KeyStore"]


class KeyDestroyed(VaultFault):
    """The key of this object is not here: it was destroyed, or this store is not the one it was sealed with."""


@dataclass(frozen=True, slots=True, kw_only=True)
class IssuedKey:
    """A new object's key, and the same wrapped, as the header holds it."""

    key: bytes
    wrapped: bytes
    key_id: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyStore:
    """All weeks. Every way in goes through `week`, which holds the week's lock."""

    root: Path
    master: MasterKey
    step: Step
    unwrapped: dict[tuple[Week, str], bytes] = field(default_factory=dict, repr=False)
    """Epoch keys as the master key gave them, so that its command runs once a week and not once an object."""

    @contextmanager
    def week(self, week: Week) -> Iterator[Epoch]:
        """Hold the lock of a week; a purge whose keys are half-way is brought to its end first."""
        folder = self.root / "epochs" / week
        with durable.disk_errors("key store"):
            durable.make_directory(folder)
            with durable.lock(folder / "lock"):
                epoch = Epoch(folder=folder, week=week, master=self.master, step=self.step, unwrapped=self.unwrapped)
                epoch.settle()
                epoch.forget_destroyed()
                yield epoch

    def issue(self, name: ObjectId) -> IssuedKey:
        """Make a key for a new object; its row is on the disk before this returns."""
        with self.week(week_of(name)) as epoch:
            return epoch.issue(name)

    def find(self, header: Header) -> bytes:
        """Return the key of an object; KeyDestroyed if there is none."""
        with self.week(header.week) as epoch:
            return epoch.find(header)

    def check(self) -> None:
        """Write and remove a small file, and use the master key on the newest epoch key; raises what is wrong."""
        with durable.disk_errors("key store"):
            durable.make_directory(self.root)
            durable.write_beside(self.root / "check", [os.urandom(64)], what="key store").unlink()
        for week in self.weeks()[-1:]:
            with self.week(week) as epoch:
                epoch.try_keys()

    def weeks(self) -> list[Week]:
        """Return every week in which something was sealed."""
        return [Week(path.parent.name) for path in sorted(self.root.glob("epochs/*/lock"))]

    def key_ids(self, week: Week) -> list[str]:
        """Return the ids of a week's keys, without its lock: a look, not a promise."""
        return sorted(path.stem for path in (self.root / "epochs" / week).glob("*.key"))

    def unfinished(self) -> list[Week]:
        """Return the weeks whose purge has not been finished."""
        return [Week(path.parent.name) for path in sorted(self.root.glob("epochs/*/purge.json"))]


@dataclass(frozen=True, slots=True, kw_only=True)
class Epoch:
    """One week while its lock is held."""

    folder: Path
    week: Week
    master: MasterKey
    step: Step
    unwrapped: dict[tuple[Week, str], bytes] = field(repr=False)

    @property
    def intent(self) -> Path:
        """The file of a purge that is not finished."""
        return self.folder / "purge.json"

    def key_ids(self) -> list[str]:
        """Return the ids of the keys that exist; more than one only after a replica has been mixed with another."""
        return sorted(path.stem for path in self.folder.glob("*.key"))

    def try_keys(self) -> None:
        """Unwrap the keys of this week anew: MasterKeyNotUsable if the master key is gone or another."""
        for key_id in self.key_ids():
            self.unwrapped.pop((self.week, key_id), None)
            self._epoch_key(key_id)

    def issue(self, name: ObjectId) -> IssuedKey:
        """Make an object's key and add its row, durably."""
        key_id = next(iter(self.key_ids()), None) or self._make_key(secrets.token_hex(8), {})
        key = os.urandom(32)
        wrapped = wrap(key, epoch_key=self._epoch_key(key_id), key_id=bytes.fromhex(key_id), name=name)
        self._add_row(key_id, pack_row(name, wrapped))
        return IssuedKey(key=key, wrapped=wrapped, key_id=bytes.fromhex(key_id))

    def find(self, header: Header) -> bytes:
        """Return an object's key, from its row, or from its header while that epoch key still exists."""
        name = header.object_id
        for key_id in self.key_ids():
            row = self.rows(key_id).get(name)
            if row is None and key_id == header.key_id.hex():
                row = header.wrapped
            if row is not None:
                return unwrap(row, epoch_key=self._epoch_key(key_id), key_id=bytes.fromhex(key_id), name=name)
        raise KeyDestroyed(
            "The key of this object does not exist.",
            remedy="If it was not purged, this key store is not the one it was sealed with: use the replica.",
        )

    def rows(self, key_id: str) -> Mapping[ObjectId, bytes]:
        """Return the wrapped key of every object under one epoch key."""
        try:
            return read_rows((self.folder / f"{key_id}.objects").read_bytes())
        except FileNotFoundError:
            return {}

    def survivors(self, intent: Intent) -> dict[ObjectId, bytes]:
        """Return the plain keys of all objects that the purge leaves."""
        keys = {}
        for key_id in (found for found in self.key_ids() if found != intent.creates):
            epoch_key = self._epoch_key(key_id)
            for name, row in self.rows(key_id).items():
                if name not in intent.names:
                    keys[name] = unwrap(row, epoch_key=epoch_key, key_id=bytes.fromhex(key_id), name=name)
        return keys

    def adopt(self, header: Header) -> bool:
        """Add the row of an object that only its header knows (a replica that lagged); tell whether that was so."""
        key_id = header.key_id.hex()
        if key_id not in self.key_ids() or any(header.object_id in self.rows(one) for one in self.key_ids()):
            return False
        self._add_row(key_id, pack_row(header.object_id, header.wrapped))
        return True

    def settle(self) -> None:
        """Carry out the keys' part of a purge that was decided: survivors under a new key, then the old ones end."""
        intent = Intent.read(self.intent)
        if intent is None:
            return
        if set(intent.destroys) & set(self.key_ids()) and intent.creates not in self.key_ids():
            self._rewrap(intent)
        self.step(StepName.REWRAPPED)
        for key_id in intent.destroys:
            durable.destroy(self.folder / f"{key_id}.key")
            durable.destroy(self.folder / f"{key_id}.objects")
        self.forget_destroyed()
        self.step(StepName.DESTROYED)

    def _rewrap(self, intent: Intent) -> None:
        """Write the survivors' rows, then the key: where the key is, its rows are complete."""
        keys = self.survivors(intent)
        if keys:
            self._make_key(intent.creates, keys)

    def _make_key(self, key_id: str, objects: Mapping[ObjectId, bytes]) -> str:
        epoch_key, raw_id = os.urandom(32), bytes.fromhex(key_id)
        wrapped = self.master.wrap(epoch_key, context=self._context(key_id))
        rows = [
            pack_row(name, wrap(key, epoch_key=epoch_key, key_id=raw_id, name=name)) for name, key in objects.items()
        ]
        durable.replace(self.folder / f"{key_id}.objects", b"".join(rows))
        durable.replace(self.folder / f"{key_id}.key", wrapped)
        return key_id

    def _epoch_key(self, key_id: str) -> bytes:
        known = self.unwrapped.get((self.week, key_id))
        if known is None:
            wrapped = (self.folder / f"{key_id}.key").read_bytes()
            known = self.unwrapped[self.week, key_id] = self.master.unwrap(wrapped, context=self._context(key_id))
        return known

    def forget_destroyed(self) -> None:
        """Let go of unwrapped keys that a purge, of this process or another, has destroyed."""
        living = set(self.key_ids())
        for week, key_id in list(self.unwrapped):
            if week == self.week and key_id not in living:
                self.unwrapped.pop((week, key_id), None)

    def _context(self, key_id: str) -> str:
        return f"shelterwood/epoch/{self.week}/{key_id}"

    def _add_row(self, key_id: str, row: bytes) -> None:
        """Append a row behind the last whole one; a failure leaves the table as it was."""
        descriptor = os.open(
            self.folder / f"{key_id}.objects", os.O_WRONLY | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600
        )
        whole = os.fstat(descriptor).st_size // ROW_SIZE * ROW_SIZE
        try:
            os.ftruncate(descriptor, whole)
            durable.write_all(descriptor, row, at=whole)
            os.fsync(descriptor)
        except OSError:
            os.ftruncate(descriptor, whole)
            raise
        finally:
            os.close(descriptor)
