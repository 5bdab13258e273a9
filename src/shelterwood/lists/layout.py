"""Where the parts of a list are on disk, and how a new version takes the place of the old one at once.

    NAME.swl/                   0700
        current                 the number of the current version, replaced by rename
        lock                    held by the one import that may run at a time
        versions/000001/        one folder a version, complete before it gets its name
            list.json           name, owner, version, digest, counts
            entries.jsonl       the canonical records, sorted
            entries.offsets     where each begins: uint64 little-endian, one more than there are rows
            entries.validity    valid from, withdrawn at: two int64 a row, microseconds since 1970
            digests/KIND        exact look-up
            pdq.index/          perceptual look-up

A reader maps the files of its version and keeps them, whatever an import does meanwhile.
"""

from __future__ import annotations

import fcntl
import os
import re
import shutil
import tempfile
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from shelterwood.errors import ShelterwoodError

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = [
    "DIGESTS", "ENTRIES", "MANIFEST", "OFFSETS", "PDQ_INDEX", "VALIDITY", "ListBusy", "ListNotReadable",
    "current_version", "locked", "next_version", "point_at", "prune", "put_in_place", "version_folder", "versions",
]  # fmt: skip

MANIFEST = "list.json"
ENTRIES = "entries.jsonl"
OFFSETS = "entries.offsets"
VALIDITY = "entries.validity"
DIGESTS = "digests"
PDQ_INDEX = "pdq.index"

_CURRENT = "current"
_VERSIONS = "versions"
_INCOMING = ".incoming-"


class ListNotReadable(ShelterwoodError):
    """A folder is not an indicator list, holds no finished import, or was damaged."""

    def __init__(self, path: Path, why: str, remedy: str = "Import the list again.") -> None:
        super().__init__(f"{path} cannot be used as a list: {why}.", remedy=remedy)


class ListBusy(ShelterwoodError):
    """Another import into the same list is running."""

    def __init__(self, path: Path) -> None:
        super().__init__(f"Another import into {path} is running.", remedy="Wait for it to end and try again.")


def version_folder(path: Path, version: int) -> Path:
    """Return the folder of a version."""
    return path / _VERSIONS / f"{version:06}"


def versions(path: Path) -> list[int]:
    """Return the numbers of all versions up to the current one that have a folder, ascending."""
    current = current_version(path)
    folders = (path / _VERSIONS).iterdir()
    numbers = sorted(int(folder.name) for folder in folders if re.fullmatch(r"\d{6,}", folder.name))
    return [number for number in numbers if number <= current]


def current_version(path: Path) -> int:
    """Return the number of the current version. Raises ListNotReadable."""
    try:
        text = (path / _CURRENT).read_text(encoding="ascii")
    except FileNotFoundError as error:
        why = "no import into it was finished" if path.is_dir() else "there is no such folder"
        raise ListNotReadable(path, why, "Import a list file into it first.") from error
    except (OSError, UnicodeDecodeError) as error:
        raise ListNotReadable(path, "its pointer to the current version cannot be read") from error
    if not re.fullmatch(r"\d{1,18}\n", text):
        raise ListNotReadable(path, "its pointer to the current version is damaged")
    return int(text)


@contextmanager
def locked(path: Path) -> Iterator[None]:
    """Hold the list for one import; make its folder where there is none, and remove that again after a failure."""
    path.mkdir(mode=0o700, exist_ok=True)
    descriptor = os.open(path / "lock", os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW, 0o600)
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise ListBusy(path) from error
        try:
            yield
        finally:
            _remove_unfinished(path)
    finally:
        os.close(descriptor)


def _remove_unfinished(path: Path) -> None:
    """Remove what an import left that did not finish, now or (a kill) earlier; a list never finished goes whole."""
    if not (path / _CURRENT).exists():
        shutil.rmtree(path)
        return
    current = current_version(path)
    for folder in (path / _VERSIONS).iterdir():
        if folder.name.startswith(_INCOMING) or (folder.name.isdecimal() and int(folder.name) > current):
            shutil.rmtree(folder)


@contextmanager
def next_version(path: Path) -> Iterator[Path]:
    """Give a new empty folder to write a version in, and one inside it for what is needed meanwhile only."""
    (path / _VERSIONS).mkdir(mode=0o700, exist_ok=True)
    if (path / _CURRENT).exists():
        _remove_unfinished(path)
    yield Path(tempfile.mkdtemp(prefix=_INCOMING, dir=path / _VERSIONS))


def put_in_place(path: Path, folder: Path, version: int) -> None:
    """Make a finished folder the current version: after the last rename, and not before, readers see it."""
    _sync_tree(folder)
    target = version_folder(path, version)
    if target.exists():
        shutil.rmtree(target)  # left by a kill between the two renames
    folder.rename(target)
    _sync(path / _VERSIONS)
    point_at(path, version)
    _sync(path.parent)


def point_at(path: Path, version: int) -> None:
    """Make a version that is in place the current one."""
    aside = path / f".{_CURRENT}"
    descriptor = os.open(aside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_NOFOLLOW, 0o600)
    with os.fdopen(descriptor, "w", encoding="ascii") as file:
        file.write(f"{version}\n")
        file.flush()
        os.fsync(file.fileno())
    aside.replace(path / _CURRENT)
    _sync(path)


def prune(path: Path, *, keep: int, keeping: frozenset[int] = frozenset()) -> list[int]:
    """Reduce all but the newest `keep` versions, and those in `keeping`, to their list.json; return their numbers.

    A reader that has one of them open is not disturbed.
    """
    reduced = []
    for version in set(versions(path)[: -max(keep, 1)]) - keeping:
        folder = version_folder(path, version)
        others = [part for part in folder.iterdir() if part.name != MANIFEST]
        for part in others:
            shutil.rmtree(part) if part.is_dir() else part.unlink()
        reduced += [version] if others else []
    return reduced


def _sync_tree(folder: Path) -> None:
    for part in [*folder.rglob("*"), folder]:
        _sync(part)


def _sync(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
