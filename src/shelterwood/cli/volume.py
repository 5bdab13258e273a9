"""Is the volume under a folder encrypted? A best effort from what Linux tells without privileges.

Lists and results say what is known to whom; SAFEGUARDS asks that they lie on an encrypted volume. dm-crypt (LUKS) is
recognised by the name of its mapping; encryption below (a self-encrypting disk, a cloud's volume) cannot be seen here.
"""

from __future__ import annotations

import os
from enum import StrEnum
from pathlib import Path

__all__ = ["Encryption", "encryption_of"]

_BLOCK = Path("/sys/dev/block")
_ENCRYPTING = frozenset({"ecryptfs", "fuse.gocryptfs", "fuse.cryfs", "fuse.encfs", "fuse.securefs"})


class Encryption(StrEnum):
    """What could be seen."""

    ENCRYPTED = "encrypted"
    IN_MEMORY = "in memory"
    NOT_SEEN = "no encryption seen"


def encryption_of(folder: Path, *, blocks: Path = _BLOCK, mounts: Path = Path("/proc/self/mountinfo")) -> Encryption:
    """Return what can be seen of the volume that holds `folder`."""
    device = folder.stat().st_dev
    number = f"{os.major(device)}:{os.minor(device)}"
    kind = _filesystem(number, mounts)
    if kind in {"tmpfs", "ramfs"}:
        return Encryption.IN_MEMORY
    if kind in _ENCRYPTING or _is_crypt(blocks / number):
        return Encryption.ENCRYPTED
    return Encryption.NOT_SEEN


def _filesystem(number: str, mounts: Path) -> str:
    """Return the type of the file system mounted from a device (proc(5), mountinfo)."""
    try:
        lines = mounts.read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        return ""
    for line in lines:
        mount, _, source = line.partition(" - ")
        if mount.split()[2] == number:
            return source.split()[0]
    return ""


def _is_crypt(block: Path) -> bool:
    """Tell whether a block device, or any it is made of (LVM on LUKS), is a dm-crypt mapping."""
    try:
        if (block / "dm" / "uuid").read_text(encoding="ascii").startswith("CRYPT-"):
            return True
    except (OSError, UnicodeDecodeError):
        pass
    below = block / "slaves"
    return below.is_dir() and any(_is_crypt(slave) for slave in below.iterdir())
