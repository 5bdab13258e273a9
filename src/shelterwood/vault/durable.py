"""Writing so that it is still there after a power cut, and destroying so that it is not: what POSIX promises, no more.

A file is complete under its name or it is not there: written beside (0600), synced, renamed or linked, directory
synced. Overwriting before unlinking is best effort: a solid-state disk or a copy-on-write file system may keep the
old block. That is why the vault destroys 60 wrapped bytes and never relies on destroying the object itself
(docs/howto/keep-evidence.md says what to choose for the volume).
"""

from __future__ import annotations

import errno
import fcntl
import os
import secrets
from contextlib import contextmanager
from typing import TYPE_CHECKING

from shelterwood.vault.faults import VaultFault

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

__all__ = [
    "VaultFull",
    "VaultNotUsable",
    "destroy",
    "disk_errors",
    "link_new",
    "lock",
    "make_directory",
    "remove",
    "replace",
    "sync_directory",
    "write_all",
    "write_beside",
]

_FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}


class VaultFull(VaultFault):
    """There is no room for the object; nothing of it is left."""


class VaultNotUsable(VaultFault):
    """A directory, bucket or file of the vault cannot be read or written."""


@contextmanager
def disk_errors(what: str) -> Iterator[None]:
    """Turn an OSError into VaultFull or VaultNotUsable; `what` names the thing in a word or two ("key store")."""
    try:
        yield
    except OSError as error:
        if error.errno in _FULL:
            raise VaultFull(f"The disk of the {what} is full.", remedy="Make room, then send it again.") from error
        reason = error.strerror or type(error).__name__
        raise VaultNotUsable(
            f"The {what} cannot be used: {reason}.", remedy="Correct its path, owner, mode."
        ) from error


def make_directory(path: Path) -> None:
    """Make `path` (0700) and what is missing above it, each synced into its parent."""
    if not path.is_dir():
        make_directory(path.parent)
        path.mkdir(mode=0o700, exist_ok=True)
        sync_directory(path.parent)


def sync_directory(path: Path) -> None:
    """Make the names in `path` survive a power cut."""
    descriptor = os.open(path, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def write_beside(path: Path, pieces: Iterable[bytes], *, what: str) -> Path:
    """Write a synced draft (0600) beside `path` and return its path; on any failure the draft is removed.

    A failure of the disk is VaultFull or VaultNotUsable; one of whoever gives the pieces passes as it is.
    """
    draft = path.with_name(f".{path.name}.{secrets.token_hex(8)}.part")
    with disk_errors(what):
        descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600)
    try:
        _write_pieces(descriptor, pieces, what=what)
    except BaseException:
        draft.unlink(missing_ok=True)
        raise
    finally:
        os.close(descriptor)
    return draft


def _write_pieces(descriptor: int, pieces: Iterable[bytes], *, what: str) -> None:
    end = 0
    for piece in pieces:
        with disk_errors(what):
            write_all(descriptor, piece, at=end)
        end += len(piece)
    with disk_errors(what):
        os.fsync(descriptor)


def link_new(draft: Path, path: Path) -> None:
    """Give a draft its name, durably; FileExistsError if the name is taken. The draft is gone either way."""
    try:
        path.hardlink_to(draft)
    finally:
        draft.unlink()
    sync_directory(path.parent)


def replace(path: Path, data: bytes) -> None:
    """Write `data` under `path`, durably, in place of what was there."""
    write_beside(path, [data], what="key store").replace(path)
    sync_directory(path.parent)


def remove(path: Path) -> bool:
    """Unlink `path`, durably; tell whether it was there."""
    try:
        path.unlink()
    except FileNotFoundError:
        return False
    sync_directory(path.parent)
    return True


def destroy(path: Path) -> bool:
    """Overwrite a small file with random bytes, sync, unlink, sync; tell whether it was there."""
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_NOFOLLOW | os.O_CLOEXEC)
    except FileNotFoundError:
        return False
    try:
        os.pwrite(descriptor, secrets.token_bytes(os.fstat(descriptor).st_size), 0)
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
    return remove(path)


def write_all(descriptor: int, data: bytes, *, at: int) -> None:
    """Write all of `data` from offset `at`; a disk that fills up in the middle is an OSError, not a short write."""
    written = 0
    while written < len(data):
        written += os.pwrite(descriptor, data[written:], at + written)


@contextmanager
def lock(path: Path) -> Iterator[None]:
    """Hold the only lock on `path` (made if absent) among all processes and threads; the kernel frees a dead one's."""
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)
