"""Where sealed objects lie: what the vault asks of a place, be it a directory or a bucket."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NewType, Protocol

from shelterwood.vault.codes import CodeNotValid, ObjectId, Week, object_id, week_of
from shelterwood.vault.faults import VaultFault

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

__all__ = ["ObjectExists", "Store", "StoredName", "object_of", "stored_name"]

StoredName = NewType("StoredName", str)
"""`2026-W48/<object id>.sealed`: nothing else is ever asked of a store, so no name leads out of it."""

_NAME = re.compile(r"\d{4}-W\d{2}/([0-9a-f-]{36})\.sealed", re.ASCII)


class ObjectExists(VaultFault):
    """An object of this name is already there; objects are never written over."""


class Store(Protocol):
    """A place for sealed objects. Every method raises VaultNotUsable when the place does not answer."""

    def put(self, name: StoredName, pieces: Iterable[bytes]) -> None:
        """Keep the bytes under a new name, durable when this returns; ObjectExists, VaultFull. Never half of it."""
        ...

    def size(self, name: StoredName) -> int | None:
        """Return the number of bytes, or None if there is no such object."""
        ...

    def read(self, name: StoredName, *, most: int | None = None) -> Iterator[bytes]:
        """Yield the bytes, only the first `most` if given; nothing for an object that is not there."""
        ...

    def delete(self, name: StoredName) -> bool:
        """Remove the object, durably; tell whether it was there."""
        ...

    def names(self, week: Week) -> Iterator[StoredName]:
        """Yield the name of every object of a week."""
        ...

    def check(self) -> None:
        """Return if an object could be written now; else VaultFull or VaultNotUsable."""
        ...


def stored_name(name: ObjectId) -> StoredName:
    """Return the name under which an object lies in a store."""
    return StoredName(f"{week_of(name)}/{name}.sealed")


def object_of(text: str) -> ObjectId | None:
    """Return the object that a stored name belongs to; None for a name that is none of ours."""
    found = _NAME.fullmatch(text)
    try:
        name = object_id(found[1]) if found else None
    except CodeNotValid:
        return None
    return name if name is not None and stored_name(name) == text else None
