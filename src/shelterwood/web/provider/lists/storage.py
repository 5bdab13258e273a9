"""Where list files lie: one folder below the data directory, for its owner only, marked so that backups pass it by."""

from __future__ import annotations

import contextlib
import fcntl
import os
from pathlib import Path
from typing import TYPE_CHECKING

from shelterwood.lists import ListBusy
from shelterwood.web.hall.settings.facts import facts

if TYPE_CHECKING:
    from collections.abc import Iterator

    from shelterwood.web.provider.lists.models import ProviderList

__all__ = [
    "MARKS",
    "folder_of",
    "home",
    "inbox",
    "is_importing",
    "manifest",
    "one_import",
    "own_benign_pictures",
    "sample",
]

# The Cache Directory Tagging Specification (bford.info/cachedir): tar, borg, restic and others can leave these out.
MARKS = {
    "CACHEDIR.TAG": "Signature: 8a477f597d28d172789f06886806bc55\n# Lists are delivered again, not backed up.\n",
    ".nobackup": "",
}
_FOR_THE_OPERATOR = ("inbox", "sample", "benign")
"""There from the beginning: pages and how-tos say to copy files into them."""


def home() -> Path:
    """Return the folder of everything about lists, made (0700) and marked where it is absent."""
    path = facts().places.root / "lists"
    if not path.is_dir():
        path.mkdir(mode=0o700, parents=True, exist_ok=True)
        for name, text in MARKS.items():
            (path / name).write_text(text, encoding="ascii")
        for name in _FOR_THE_OPERATOR:
            (path / name).mkdir(mode=0o700, exist_ok=True)
    return path


def manifest() -> Path:
    """Return the file that names the lists in service: replaced whole, read by every worker."""
    return facts().places.root / "lists" / "live.json"


def folder_of(name: str) -> Path:
    """Return the list directory that a version names."""
    return home() / f"{name}.swl"


def _made(name: str) -> Path:
    path = home() / name
    path.mkdir(mode=0o700, exist_ok=True)
    return path


def inbox() -> Path:
    """Return where the operator puts list files to be imported; they never pass through a browser."""
    return _made("inbox")


def sample() -> Path:
    """Return where the operator puts the benign sample of their own uploads."""
    return _made("sample")


def own_benign_pictures() -> Path:
    """Return where the operator puts pictures that no list may hold (their own logo)."""
    return _made("benign")


@contextlib.contextmanager
def one_import(row: ProviderList) -> Iterator[None]:
    """Hold a list for one import, whoever does it; raise ListBusy. The kernel lets go of it with the process."""
    with _lock_file(row) as handle:
        if not _take(handle):
            raise ListBusy(Path(row.name))
        yield


def is_importing(row: ProviderList) -> bool:
    """Return whether some process is at an import into this list right now."""
    with _lock_file(row) as handle:
        return not _take(handle)


@contextlib.contextmanager
def _lock_file(row: ProviderList) -> Iterator[int]:
    handle = os.open(home() / f".{row.pk}.lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW, 0o600)
    try:
        yield handle
    finally:
        os.close(handle)


def _take(handle: int) -> bool:
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
