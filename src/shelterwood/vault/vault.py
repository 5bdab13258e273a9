"""The vault: what is found is sealed before the door answers, opened for a purpose, held, destroyed with proof.

    vault = Vault.mount(store=DirectoryStore(root=...), keys=..., master=FileMasterKey.read(...), records=..., now=now)
    sealed = vault.seal(chunks, media_type="image/jpeg", actor="key:...", now=now)   # survives kill -9 and power loss
    for chunk in vault.open(sealed.object_id, purpose=Purpose.REVIEW, actor="person:...", now=now): ...
    vault.purge([Due(object_id=..., reason=PurgeReason.CLOCK_ENDED)], actor="system:keeper", now=now)

`mount` comes first in every process: it replays the purge ledger, so that restored data give nothing back.
"""

from __future__ import annotations

import hashlib
import json
import os
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Final

from shelterwood.vault.codes import ObjectId, code, new_object_id, week_of
from shelterwood.vault.custody import Act, Custody, CustodyRecord, Purpose
from shelterwood.vault.epochs import KeyStore
from shelterwood.vault.faults import VaultFault
from shelterwood.vault.header import HEADER_SIZE, Header
from shelterwood.vault.holds import HoldNotValid, LegalHold
from shelterwood.vault.purge_ledger import PurgeLedger
from shelterwood.vault.purging import PurgeOutcome, Purger, Recovery
from shelterwood.vault.steps import Step, StepName, no_step
from shelterwood.vault.storing import object_of, stored_name
from shelterwood.vault.stream import CHUNK_SIZE, SealBroken, open_chunks, seal_chunks

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from datetime import datetime
    from pathlib import Path

    from shelterwood.vault.chain import Value
    from shelterwood.vault.intents import Due
    from shelterwood.vault.master_key import MasterKey
    from shelterwood.vault.purge_ledger import Proof
    from shelterwood.vault.storing import Store

__all__ = ["NoSuchObject", "ObjectPurged", "Sealed", "Vault"]

_DESCRIPTION: Final = "application/json"


class NoSuchObject(VaultFault):
    """No object of this name was ever sealed here, or its sealed bytes are missing."""


class ObjectPurged(VaultFault):
    """The object was destroyed; the proof says when and why."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sealed:
    """What was sealed: SHA-256 (hex) and size in bytes of the content and of the sealed form."""

    object_id: ObjectId
    sha256: str
    size: int
    sealed_sha256: str
    sealed_size: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Vault:
    """One vault; made by `mount` only."""

    store: Store
    keys: KeyStore
    custody: Custody
    ledger: PurgeLedger
    step: Step
    recovery: Recovery = field(default_factory=Recovery)

    @classmethod
    def mount(
        cls, *, store: Store, keys: Path, master: MasterKey, records: Path, now: datetime, step: Step = no_step
    ) -> Vault:
        """Open a vault: `keys` outside the data's backup, `records` inside it (custody, second copy of the ledger).

        Replays the purge ledger and finishes purges that a death left half-way; `recovery` says what that was.
        """
        vault = cls(
            store=store,
            keys=KeyStore(root=keys, master=master, step=step),
            custody=Custody(root=records / "custody"),
            ledger=PurgeLedger(with_keys=keys / "purges.jsonl", with_data=records / "purges.jsonl"),
            step=step,
        )
        return replace(vault, recovery=vault._purger.recover(actor="system:vault", now=now))

    def seal(self, pieces: Iterable[bytes], *, media_type: str, actor: str, now: datetime) -> Sealed:
        """Seal the bytes as a new object, in constant memory; durable when this returns, absent if it raises."""
        return self._seal(pieces, act=Act.SEALED, media_type=code(media_type, what="media type"), actor=actor, now=now)

    def describe(self, description: Mapping[str, str | int], *, actor: str, now: datetime) -> Sealed:
        """Seal what is known of bytes, and not the bytes (mode: report and purge); ended by a purge as they would be.

        The salt keeps the digest in the custody record from being a fingerprint of what is described.
        """
        salted = json.dumps({**description, "salt": os.urandom(16).hex()}, sort_keys=True).encode()
        return self._seal([salted], act=Act.DESCRIBED, media_type=_DESCRIPTION, actor=actor, now=now)

    def description(self, name: ObjectId, *, purpose: Purpose, actor: str, now: datetime) -> dict[str, str | int]:
        """Return what `describe` was given; the look is noted. Raises as `open`, NoSuchObject if bytes are sealed."""
        if self._require(name).first.get("act") != Act.DESCRIBED:
            raise NoSuchObject("The bytes of this object are sealed, not a description.", remedy="Open it.")
        found: dict[str, str | int] = json.loads(b"".join(self.open(name, purpose=purpose, actor=actor, now=now)))
        del found["salt"]
        return found

    def open(self, name: ObjectId, *, purpose: Purpose, actor: str, now: datetime) -> Iterator[bytes]:
        """Return the object's bytes in verified chunks; who opens it for what is noted before the first is released.

        Raises ObjectPurged, NoSuchObject, KeyDestroyed at once; SealBroken at the first chunk that does not fit.
        """
        header = self._header(name)
        key = self.keys.find(header)
        self.custody.note(name, act=Act.OPENED, actor=actor, now=now, fields={"purpose": str(purpose)})
        return open_chunks(_without_header(self.store.read(stored_name(name))), key=key, header=header)

    def check(self, name: ObjectId, *, actor: str, now: datetime) -> None:
        """Open the object, release nothing, compare its digest with the custody record; SealBroken if it differs."""
        tally = _Tally()
        for _ in tally.of(self.open(name, purpose=Purpose.CHECK, actor=actor, now=now)):
            pass
        if tally.hexdigest() != self.custody.record(name).first.get("sha256"):
            raise SealBroken("The object is not the one in its custody record.", remedy="Restore both from one backup.")

    def export(self, name: ObjectId, *, recipient: str, actor: str, now: datetime) -> Iterator[bytes]:
        """Return the object's bytes for a recipient outside (a code); noted as an export."""
        pieces = self.open(name, purpose=Purpose.AUTHORITY_REQUEST, actor=actor, now=now)
        self.custody.note(name, act=Act.EXPORTED, actor=actor, now=now, fields={"recipient": recipient})
        return pieces

    def hold(
        self,
        name: ObjectId,
        *,
        authority: str,
        reason: str,
        reference: str = "",
        until: datetime,
        actor: str,
        now: datetime,
    ) -> LegalHold:
        """Set a legal hold: until its end, or until it is lifted, no purge destroys the object."""
        hold = LegalHold.new(authority=authority, reason=reason, reference=reference, until=until, now=now)
        with self.keys.week(week_of(name)):  # no purge of the week comes between looking and noting
            self._require(name)
            self.custody.note(name, act=Act.HELD, actor=actor, now=now, fields=hold.as_fields())
        return hold

    def extend_hold(self, name: ObjectId, *, hold_id: str, until: datetime, actor: str, now: datetime) -> LegalHold:
        """Move the end of a hold that stands to a later day; HoldNotValid if none of this id stands."""
        with self.keys.week(week_of(name)):
            self._require(name)
            hold = self._standing(name, hold_id=hold_id, now=now).extended(until=until)
            self.custody.note(name, act=Act.HOLD_EXTENDED, actor=actor, now=now, fields=hold.as_fields())
        return hold

    def lift_hold(self, name: ObjectId, *, hold_id: str, reason: str, actor: str, now: datetime) -> None:
        """Lift a hold that stands; HoldNotValid if there is none of this id."""
        self._standing(name, hold_id=hold_id, now=now)
        self.custody.note(name, act=Act.HOLD_LIFTED, actor=actor, now=now, fields={"hold": hold_id, "reason": reason})

    def purge(self, due: Sequence[Due], *, actor: str, now: datetime) -> PurgeOutcome:
        """Destroy what is due and not held, in one batch a week; whose key was destroyed has a proof."""
        return self._purger.purge(due, actor=actor, now=now)

    def objects(self) -> Iterator[ObjectId]:
        """Yield the name of every object in the store, week by week."""
        for week in self.keys.weeks():
            yield from (name for stored in self.store.names(week) if (name := object_of(stored)))

    def writable(self) -> None:
        """Return if an object could be sealed now; else VaultFull, VaultNotUsable or MasterKeyNotUsable."""
        self.store.check()
        self.keys.check()

    def proof_of(self, name: ObjectId) -> Proof | None:
        """Return the proof that an object was destroyed, if it was."""
        return self.ledger.proof_of(name)

    def record(self, name: ObjectId) -> CustodyRecord:
        """Return the custody record of an object; it outlives the object."""
        return self.custody.record(name)

    @property
    def _purger(self) -> Purger:
        return Purger(keys=self.keys, store=self.store, custody=self.custody, ledger=self.ledger, step=self.step)

    def _seal(self, pieces: Iterable[bytes], *, act: Act, media_type: str, actor: str, now: datetime) -> Sealed:
        name = new_object_id(now)
        issued = self.keys.issue(name)
        self.step(StepName.KEY_ISSUED)
        header = Header(
            object_id=name,
            chunk_size=CHUNK_SIZE,
            nonce_prefix=os.urandom(7),
            week=week_of(name),
            key_id=issued.key_id,
            wrapped=issued.wrapped,
        )
        plain, cipher = _Tally(), _Tally()
        self.store.put(stored_name(name), cipher.of(seal_chunks(plain.of(pieces), key=issued.key, header=header)))
        self.step(StepName.STORED)
        sealed = Sealed(
            object_id=name,
            sha256=plain.hexdigest(),
            size=plain.size,
            sealed_sha256=cipher.hexdigest(),
            sealed_size=cipher.size,
        )
        self._note_sealed(sealed, act=act, media_type=media_type, actor=actor, now=now)
        return sealed

    def _note_sealed(self, sealed: Sealed, *, act: Act, media_type: str, actor: str, now: datetime) -> None:
        """Begin the custody record; without it the object does not stay."""
        fields: dict[str, Value] = {
            "media_type": media_type,
            "sha256": sealed.sha256,
            "size": sealed.size,
            "sealed_sha256": sealed.sealed_sha256,
            "sealed_size": sealed.sealed_size,
        }
        try:
            self.custody.note(sealed.object_id, act=act, actor=actor, now=now, fields=fields)
        except BaseException:
            self.store.delete(stored_name(sealed.object_id))
            raise

    def _standing(self, name: ObjectId, *, hold_id: str, now: datetime) -> LegalHold:
        for hold in self.custody.record(name).holds_at(now):
            if hold.hold_id == hold_id:
                return hold
        raise HoldNotValid("No such hold stands.", remedy="Look at the object's custody record.")

    def _require(self, name: ObjectId) -> CustodyRecord:
        if proof := self.proof_of(name):
            raise ObjectPurged(
                f"The object was destroyed at {proof.at} ({proof.reason}).", remedy="Its custody record remains."
            )
        record = self.custody.record(name)
        if not record.lines:
            raise NoSuchObject("No object of this name was sealed here.", remedy="Check the name.")
        return record

    def _header(self, name: ObjectId) -> Header:
        """Read the header of a stored object, and compare its size with the custody record: a cut shows at once."""
        record, stored = self._require(name), stored_name(name)
        size, expected = self.store.size(stored), record.first.get("sealed_size")
        if size is None or expected is None:
            raise NoSuchObject("The sealed bytes of this object are not here.", remedy="Restore them from the backup.")
        if size != expected:
            raise SealBroken("The sealed object was cut or extended.", remedy="Restore it from the backup of the data.")
        header = Header.unpack(b"".join(self.store.read(stored, most=HEADER_SIZE)))
        if header.object_id != name:
            raise SealBroken("Another object lies under this name.", remedy="Restore it from the backup of the data.")
        return header


@dataclass(slots=True)
class _Tally:
    """Digest and size of bytes that pass through."""

    size: int = 0
    _digest: hashlib._Hash = field(default_factory=hashlib.sha256)

    def of(self, pieces: Iterable[bytes]) -> Iterator[bytes]:
        for piece in pieces:
            self.size += len(piece)
            self._digest.update(piece)
            yield piece

    def hexdigest(self) -> str:
        return self._digest.hexdigest()


def _without_header(pieces: Iterator[bytes]) -> Iterator[bytes]:
    left = HEADER_SIZE
    for piece in pieces:
        if left < len(piece):
            yield piece[left:]
        left = max(0, left - len(piece))
