"""Sealed objects as files: 0600, below one directory a week, complete under their name or not there."""

from __future__ import annotations

import os
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

from shelterwood.vault import durable
from shelterwood.vault.storing import ObjectExists, StoredName, object_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from shelterwood.vault.codes import Week

__all__ = ["DirectoryStore"]

_WHAT = "evidence directory"
_PIECE = 1 << 20
_ABANDONED_AFTER = 24 * 3600


@dataclass(frozen=True, slots=True, kw_only=True)
class DirectoryStore:
    """A directory on a file system that keeps its promises about fsync, rename and hard links."""

    root: Path

    def put(self, name: StoredName, pieces: Iterable[bytes]) -> None:
        """Write beside, sync, link under the name, sync the directory."""
        path = self.root / name
        with durable.disk_errors(_WHAT):
            durable.make_directory(path.parent)
        draft = durable.write_beside(path, pieces, what=_WHAT)
        with durable.disk_errors(_WHAT):
            try:
                durable.link_new(draft, path)
            except FileExistsError as error:
                raise ObjectExists(
                    "An object of this name is already sealed.", remedy="Seal under a new id."
                ) from error

    def size(self, name: StoredName) -> int | None:
        """Return the size of the file."""
        with durable.disk_errors(_WHAT):
            try:
                return (self.root / name).stat().st_size
            except FileNotFoundError:
                return None

    def read(self, name: StoredName, *, most: int | None = None) -> Iterator[bytes]:
        """Yield the file in pieces of a mebibyte."""
        with durable.disk_errors(_WHAT):
            try:
                file = (self.root / name).open("rb")
            except FileNotFoundError:
                return
            with file:
                left = most if most is not None else self.size(name) or 0
                while left > 0 and (piece := file.read(min(_PIECE, left))):
                    left -= len(piece)
                    yield piece

    def delete(self, name: StoredName) -> bool:
        """Unlink the file; its content is of no use without its key."""
        with durable.disk_errors(_WHAT):
            return durable.remove(self.root / name)

    def names(self, week: Week) -> Iterator[StoredName]:
        """Yield the files of a week, sorted; drafts and strange files are passed over."""
        with durable.disk_errors(_WHAT):
            found = sorted(path.name for path in (self.root / week).glob("*.sealed"))
        for name in found:
            if object_of(f"{week}/{name}") is not None:
                yield StoredName(f"{week}/{name}")

    def check(self) -> None:
        """Write and remove a small file."""
        with durable.disk_errors(_WHAT):
            durable.make_directory(self.root)
            durable.write_beside(self.root / "check", [os.urandom(4096)], what=_WHAT).unlink()

    def remove_abandoned(self) -> int:
        """Remove drafts that a death left behind more than a day ago; return how many."""
        oldest = time.time() - _ABANDONED_AFTER
        with durable.disk_errors(_WHAT):
            drafts = [path for path in self.root.glob("*/.*.part") if path.stat().st_mtime < oldest]
            for path in drafts:
                path.unlink(missing_ok=True)
        return len(drafts)
