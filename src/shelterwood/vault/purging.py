"""Destroying objects so that nobody can open them again, from no backup, with a proof of it.

One purge of a week: write down what is meant (`purge.json`), wrap the survivors' keys under a new epoch key, destroy
the old one, remove the sealed files, write the proofs with the keys, then with the data, note it in each custody
record, take the intent away. Every step can be done twice, so a death anywhere is finished by whoever comes next. It
costs one new epoch key a week, however many objects end.
"""

from __future__ import annotations

import secrets
from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING
from uuid import uuid4

from shelterwood.vault.codes import ObjectId, Week, code, utc, week_of
from shelterwood.vault.custody import Act
from shelterwood.vault.header import HEADER_SIZE, Header
from shelterwood.vault.intents import Intent, Marked
from shelterwood.vault.steps import Step, StepName
from shelterwood.vault.storing import object_of, stored_name

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from shelterwood.vault.custody import Custody
    from shelterwood.vault.epochs import Epoch, KeyStore
    from shelterwood.vault.intents import Due
    from shelterwood.vault.purge_ledger import Proof, PurgeLedger
    from shelterwood.vault.storing import Store

__all__ = ["Kept", "KeptReason", "PurgeOutcome", "Purger", "Recovery"]


class KeptReason(StrEnum):
    """Why an object that was due was not destroyed."""

    HELD = "held"


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """An object that stays, and why."""

    object_id: ObjectId
    reason: KeptReason


@dataclass(frozen=True, slots=True, kw_only=True)
class PurgeOutcome:
    """What became of each due object: a proof (an earlier one if it was already gone), or the reason why it stays."""

    purged: tuple[Proof, ...]
    kept: tuple[Kept, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Recovery:
    """What opening a vault had to do first: purges that the data or the keys did not know, and those begun before."""

    replayed: tuple[Proof, ...] = ()
    taken_back: tuple[Week, ...] = ()
    finished: tuple[Week, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Purger:
    """The parts of a vault, as a purge needs them."""

    keys: KeyStore
    store: Store
    custody: Custody
    ledger: PurgeLedger
    step: Step

    def purge(self, due: Sequence[Due], *, actor: str, now: datetime) -> PurgeOutcome:
        """Destroy what is due and not held; one re-wrapping a week."""
        purged: list[Proof] = []
        kept: list[Kept] = []
        for week, those in _by_week(due).items():
            with self.keys.week(week) as epoch:
                self._finish_begun(epoch)
                marked, staying = self._sorted(those, now=now)
                kept += staying
                self._carry_out(epoch, marked, actor=actor, now=now)
            proofs = (self.ledger.proof_of(one.object_id) for one in those)
            purged += [proof for proof in proofs if proof is not None]
        return PurgeOutcome(purged=tuple(purged), kept=tuple(kept))

    def recover(self, *, actor: str, now: datetime) -> Recovery:
        """Do again what restored data or a key store that was taken back has undone; finish what was begun."""
        unknown = self.ledger.missing_in_data()
        self._remove_leftovers(unknown)
        taken_back = self._taken_back()
        for week in taken_back:
            self._purge_again(week, actor=actor, now=now)
        unfinished = self.keys.unfinished()
        for week in unfinished:
            with self.keys.week(week) as epoch:
                self._finish_begun(epoch)
        self.ledger.mirror()
        return Recovery(replayed=unknown, taken_back=tuple(taken_back), finished=tuple(unfinished))

    def _sorted(self, due: Iterable[Due], *, now: datetime) -> tuple[list[Marked], list[Kept]]:
        marked, kept = [], []
        for one in due:
            if self.ledger.proof_of(one.object_id) is not None:
                continue
            record = self.custody.record(one.object_id)
            if record.holds_at(now):
                kept.append(Kept(object_id=one.object_id, reason=KeptReason.HELD))
            else:
                digest = str(record.first.get("sealed_sha256", ""))
                marked.append(Marked(object_id=one.object_id, reason=str(one.reason), sealed_sha256=digest))
        return marked, kept

    def _carry_out(self, epoch: Epoch, marked: Sequence[Marked], *, actor: str, now: datetime) -> None:
        if not marked:
            return
        self._adopt(epoch)
        key_ids = epoch.key_ids()
        gone = {one.object_id for one in marked}
        survive = any(name not in gone for key_id in key_ids for name in epoch.rows(key_id))
        intent = Intent(
            purge_id=str(uuid4()),
            at=utc(now).isoformat(),
            by=code(actor, what="actor"),
            objects=tuple(marked),
            destroys=tuple(key_ids),
            creates=secrets.token_hex(8) if survive else "",
        )
        intent.write(epoch.intent)
        self.step(StepName.INTENDED)
        self._finish_begun(epoch)

    def _finish_begun(self, epoch: Epoch) -> None:
        """Carry out what `purge.json` says, from wherever it was left."""
        intent = Intent.read(epoch.intent)
        if intent is None:
            return
        epoch.settle()
        for one in intent.objects:
            self.store.delete(stored_name(ObjectId(one.object_id)))
        self.step(StepName.REMOVED)
        self.ledger.prove(intent, week=epoch.week)
        self.step(StepName.PROVED)
        self.ledger.mirror()
        self.step(StepName.MIRRORED)
        for name in sorted(intent.names):
            self._note(name)
        self.step(StepName.NOTED)
        Intent.done(epoch.intent)

    def _note(self, name: ObjectId) -> None:
        """Write the latest proof into the custody record, unless it stands there."""
        proof = self.ledger.proof_of(name)
        noted = {line.text("purge") for line in self.custody.record(name).lines if line.text("act") == Act.PURGED}
        if proof is not None and proof.purge_id not in noted:
            fields = {"purge": proof.purge_id, "reason": proof.reason, "proof": proof.digest, "purged_at": proof.at}
            self.custody.note(name, act=Act.PURGED, actor=proof.by, now=datetime.fromisoformat(proof.at), fields=fields)

    def _adopt(self, epoch: Epoch) -> None:
        """Find survivors that a lagging replica does not list: their headers hold their keys."""
        known = {name for key_id in epoch.key_ids() for name in epoch.rows(key_id)}
        for stored in self.store.names(epoch.week):
            name = object_of(stored)
            if name is not None and name not in known and self.ledger.proof_of(name) is None:
                head = b"".join(self.store.read(stored, most=HEADER_SIZE))
                if len(head) == HEADER_SIZE:
                    epoch.adopt(Header.unpack(head))

    def _remove_leftovers(self, proofs: Iterable[Proof]) -> None:
        for proof in proofs:
            self.store.delete(stored_name(proof.object_id))
            self._note(proof.object_id)

    def _taken_back(self) -> list[Week]:
        """Return the weeks in which a key lives that the ledger says was destroyed."""
        destroyed: dict[Week, set[str]] = defaultdict(set)
        for proof in self.ledger.every_proof():
            destroyed[Week(proof.week)].update(proof.destroyed)
        return [week for week in sorted(destroyed) if destroyed[week] & set(self.keys.key_ids(week))]

    def _purge_again(self, week: Week, *, actor: str, now: datetime) -> None:
        with self.keys.week(week) as epoch:
            self._finish_begun(epoch)
            proofs = [proof for proof in self.ledger.proofs() if proof.week == week]
            marked = [
                Marked(object_id=proof.object_id, reason=proof.reason, sealed_sha256=proof.sealed_sha256)
                for proof in proofs
            ]
            self._carry_out(epoch, marked, actor=actor, now=now)


def _by_week(due: Iterable[Due]) -> dict[Week, list[Due]]:
    weeks: dict[Week, list[Due]] = defaultdict(list)
    for one in due:
        weeks[week_of(one.object_id)].append(one)
    return dict(sorted(weeks.items()))
