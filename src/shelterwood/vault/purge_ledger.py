"""The proofs that objects were destroyed, one line an object, in two copies: with the keys, and with the data.

The copy with the keys is the first. Opening a vault compares them: where the data lack lines, the data were restored
from a backup that is older than those purges, and these are done again before anything is opened. Where the keys lack
lines, the key store was taken back (which it never should be), and the purges are done again as well. Where they
contradict each other, nothing is opened.
"""

from __future__ import annotations

import threading
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from shelterwood.vault.chain import Chain, Line
from shelterwood.vault.codes import ObjectId
from shelterwood.vault.durable import disk_errors, lock, make_directory
from shelterwood.vault.faults import VaultFault

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from shelterwood.vault.chain import Value
    from shelterwood.vault.intents import Intent

__all__ = ["LedgersDisagree", "Proof", "PurgeLedger"]

_LABEL: Final = "shelterwood purge ledger"


class LedgersDisagree(VaultFault):
    """The two copies of the purge ledger tell different stories: one of them was altered, or is of another vault."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Proof:
    """That an object's key was destroyed. `line` and `digest` name the line in the ledger."""

    object_id: ObjectId
    purge_id: str
    at: str
    by: str
    reason: str
    sealed_sha256: str
    week: str
    destroyed: tuple[str, ...]
    created: str
    line: int
    digest: str

    @classmethod
    def of(cls, line: Line) -> Proof:
        """Read a proof from its line."""
        return cls(
            object_id=ObjectId(line.text("object")),
            purge_id=line.text("purge"),
            at=line.text("at"),
            by=line.text("by"),
            reason=line.text("reason"),
            sealed_sha256=line.text("sealed_sha256"),
            week=line.text("week"),
            destroyed=line.texts("destroyed"),
            created=line.text("created"),
            line=line.number,
            digest=line.digest,
        )


@dataclass(slots=True, kw_only=True)
class PurgeLedger:
    """Both copies, and what of the first has been read so far (another process may have written more)."""

    with_keys: Path
    with_data: Path
    _lines: list[Line] = field(default_factory=list)
    _read: int = 0
    _by_object: dict[ObjectId, Proof] = field(default_factory=dict)
    _reading: threading.Lock = field(default_factory=threading.Lock)

    def proof_of(self, name: ObjectId) -> Proof | None:
        """Return the latest proof that an object was destroyed, if it was."""
        self._refresh()
        return self._by_object.get(name)

    def proofs(self) -> tuple[Proof, ...]:
        """Return the latest proof of every object that was destroyed."""
        self._refresh()
        return tuple(self._by_object.values())

    def every_proof(self) -> tuple[Proof, ...]:
        """Return every line: an object whose purge had to be done again has several."""
        self._refresh()
        return tuple(Proof.of(line) for line in self._lines)

    def head(self) -> Line | None:
        """Return the last line."""
        self._refresh()
        return self._lines[-1] if self._lines else None

    def prove(self, intent: Intent, *, week: str) -> None:
        """Append a line for each object of a purge that has none of this purge yet (a death may lie between two)."""
        with self._alone():
            self._prove(intent, week=week)

    def _prove(self, intent: Intent, *, week: str) -> None:
        self._refresh()
        proved = {line.text("object") for line in self._lines if line.text("purge") == intent.purge_id}
        missing = [
            _entry(intent, number, week) for number, one in enumerate(intent.objects) if one.object_id not in proved
        ]
        if missing:
            self._first.append(missing)

    def missing_in_data(self) -> tuple[Proof, ...]:
        """Bring lines that only the data have to the keys; return the proofs that the data do not know.

        Where the key store was taken back, these include the proofs just brought: their purges are to be done again.
        Raises LedgersDisagree.
        """
        with self._alone():
            return self._settled()

    def _settled(self) -> tuple[Proof, ...]:
        first, second = self._first.read(), self._second.read()
        shared = min(len(first), len(second))
        if shared and first[shared - 1].digest != second[shared - 1].digest:
            raise LedgersDisagree(
                "The purge ledger of the key store and that of the data contradict each other.",
                remedy="Use the key store and the data of one and the same vault; compare both with their replicas.",
            )
        self._first.copy_from(second[shared:])
        return tuple(Proof.of(line) for line in (*first[shared:], *second[shared:]))

    def mirror(self) -> None:
        """Bring the data's copy up to the keys' copy."""
        with self._alone():
            self._refresh()
            known = len(self._second.read())
            if known < len(self._lines):
                self._second.copy_from(self._lines[known:])

    @contextmanager
    def _alone(self) -> Iterator[None]:
        """Hold both copies against every other process: two must not copy the same lines."""
        with disk_errors("key store"):
            make_directory(self.with_keys.parent)
            with lock(self.with_keys.with_name("purges.lock")):
                yield

    @property
    def _first(self) -> Chain:
        return Chain(path=self.with_keys, label=_LABEL)

    @property
    def _second(self) -> Chain:
        return Chain(path=self.with_data, label=_LABEL)

    def _refresh(self) -> None:
        with self._reading:
            self._read_on()

    def _read_on(self) -> None:
        size = self._first.size
        if size < self._read:  # not the file that was read before
            self._lines, self._read, self._by_object = [], 0, {}
        if size > self._read:
            fresh = self._first.read(after=self._lines[-1] if self._lines else None, offset=self._read)
            self._lines += fresh
            self._read += sum(len(line.raw) for line in fresh)
            self._by_object |= {proof.object_id: proof for proof in map(Proof.of, fresh)}


def _entry(intent: Intent, number: int, week: str) -> dict[str, Value]:
    marked = intent.objects[number]
    return {
        "purge": intent.purge_id,
        "at": intent.at,
        "by": intent.by,
        "object": marked.object_id,
        "reason": marked.reason,
        "sealed_sha256": marked.sealed_sha256,
        "week": week,
        "destroyed": list(intent.destroys),
        "created": intent.creates,
    }
