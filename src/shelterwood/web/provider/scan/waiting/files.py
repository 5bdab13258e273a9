"""The bytes of uploads that wait: a folder of their own, 0700, each file named by the id of its row.

A file is on the disk, and so is its name, before its row is written; a row without a file is told as not scanned.
"""

from __future__ import annotations

import contextlib
import os
import time
import uuid
from datetime import timedelta
from typing import TYPE_CHECKING

from shelterwood.fingerprints.digests import Digester
from shelterwood.web.hall.settings.facts import facts
from shelterwood.web.provider.lists.storage import MARKS
from shelterwood.web.provider.scan.spool import NoRoom, Spooled

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

__all__ = ["directory", "keep", "left_behind", "names", "open_again", "remove"]

_CHUNK = 1 << 20
_LEFT_BEHIND = timedelta(hours=1)
"""A row follows its file within seconds; a file of this age without one belonged to a worker that was killed."""


def directory() -> Path:
    """Return the folder, made (0700) and marked where it is absent, so that backups pass it by.

    A backup of it would bring back, and have scanned again, what was found and destroyed since.
    """
    path = facts().places.root / "waiting"
    if not path.is_dir():
        path.mkdir(mode=0o700, exist_ok=True)
        for name, text in MARKS.items():
            (path / name).write_text(text, encoding="ascii")
    return path


def keep(spooled: Spooled, name: uuid.UUID) -> None:
    """Move a body from the spool to where it waits; it survives a power cut when this returns. Raises NoRoom."""
    try:
        spooled.path.rename(_path(name))
        _sync(_path(name))  # on a journalling disk this writes the name too, and the next finds little to do
        _sync(directory())
    except OSError as error:
        remove(name)
        raise NoRoom(
            "The upload could not be kept on the disk.", remedy="Look at the data volume; then send it again."
        ) from error


def open_again(name: uuid.UUID) -> Spooled | None:
    """Return a body that waits, digested anew from what is on the disk; None if it is gone."""
    path, digester = _path(name), Digester()
    try:
        with path.open("rb") as file:
            while piece := file.read(_CHUNK):
                digester.update(piece)
    except FileNotFoundError:
        return None
    return Spooled(path=path, digests=digester.digests())


def remove(name: uuid.UUID) -> None:
    """Remove a body; again is harmless."""
    _path(name).unlink(missing_ok=True)


def names() -> Iterator[uuid.UUID]:
    """Yield the names of all files."""
    for entry in os.scandir(directory()):
        with contextlib.suppress(ValueError):  # none of ours
            yield uuid.UUID(entry.name)


def left_behind() -> list[uuid.UUID]:
    """Return the names of all files that are old enough to have a row."""
    oldest, found = time.time() - _LEFT_BEHIND.total_seconds(), []
    for entry in os.scandir(directory()):
        try:
            if entry.stat(follow_symlinks=False).st_mtime < oldest:
                found.append(uuid.UUID(entry.name))
        except (FileNotFoundError, ValueError):  # just removed, or none of ours
            continue
    return found


def _path(name: uuid.UUID) -> Path:
    return directory() / name.hex


def _sync(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
