"""What a purge is about to do, written down before it does it, so that a death in the middle is finished later."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from shelterwood.vault.codes import ObjectId
from shelterwood.vault.durable import VaultNotUsable, remove, replace

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["Due", "Intent", "Marked", "PurgeReason"]


class PurgeReason(StrEnum):
    """Why an object is destroyed."""

    CLOCK_ENDED = "clock_ended"
    """Its preservation is over (Art. 22(2))."""
    UNDECIDED = "undecided"
    """Nobody decided within the hours of quarantine."""
    PURPOSE_ENDED = "purpose_ended"
    """What it was kept for is over, before its clock (Art. 22(1))."""
    REPORTED = "reported"
    """It was reported, and the evidence mode keeps digests only."""
    ABANDONED = "abandoned"
    """It was sealed, but what it belonged to was never recorded: its sealing died in the middle."""
    UNFOUNDED = "unfounded"
    """It was found not to be what it was taken for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Due:
    """An object whose time has come, and why."""

    object_id: ObjectId
    reason: PurgeReason


@dataclass(frozen=True, slots=True, kw_only=True)
class Marked:
    """An object that this purge destroys; the digest is of its sealed bytes (empty where no record says it)."""

    object_id: str
    reason: str
    sealed_sha256: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Intent:
    """One purge of one week. `creates` is the id of the key for the survivors; `destroys` those that end."""

    purge_id: str
    at: str
    by: str
    objects: tuple[Marked, ...]
    destroys: tuple[str, ...]
    creates: str

    def write(self, path: Path) -> None:
        """Put the intent down, durably; from here on it will be carried out."""
        replace(path, json.dumps(asdict(self), sort_keys=True).encode())

    @classmethod
    def read(cls, path: Path) -> Intent | None:
        """Return the intent that waits to be finished, if any."""
        try:
            found = json.loads(path.read_bytes())
        except FileNotFoundError:
            return None
        except ValueError as error:
            raise VaultNotUsable(
                "A purge that was begun cannot be read.", remedy="Restore the key store from its replica."
            ) from error
        marked = tuple(Marked(**one) for one in found.pop("objects"))
        return cls(objects=marked, destroys=tuple(found.pop("destroys")), **found)

    @staticmethod
    def done(path: Path) -> None:
        """Take the intent away: everything in it has happened."""
        remove(path)

    @property
    def names(self) -> frozenset[ObjectId]:
        """The objects of this purge."""
        return frozenset(ObjectId(one.object_id) for one in self.objects)
