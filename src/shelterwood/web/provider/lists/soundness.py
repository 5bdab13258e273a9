"""Whether the files of a version still are what was checked, every entry and every look-up, when they were new.

Reading every look-up of a million entries takes a quarter of a minute of computing, and the files of a version never
change: so that is done once for each version and release of this software, and from then on every byte is compared.
"""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from shelterwood import __version__
from shelterwood.errors import ShelterwoodError
from shelterwood.lists import IndicatorList
from shelterwood.lists.layout import version_folder
from shelterwood.web.provider.lists import storage

if TYPE_CHECKING:
    from pathlib import Path

    from shelterwood.web.provider.lists.models import ListVersion

__all__ = ["FAULT", "digest_of", "is_sound"]

FAULT = "the files are missing or damaged"


def is_sound(version: ListVersion) -> bool:
    """Return whether the files are as they were when they were checked whole; check them so where nobody has yet."""
    try:
        found = digest_of(version_folder(storage.folder_of(version.folder), version.folder_version))
        if version.files_digest not in {"", found}:
            return False
        if version.files_checked_by != __version__:
            _check_whole(version)
    except (ShelterwoodError, OSError, ValueError):
        return False
    _remember(version, found)
    return True


def _check_whole(version: ListVersion) -> None:
    with IndicatorList.open(storage.folder_of(version.folder), version=version.folder_version) as opened:
        opened.verify()


def _remember(version: ListVersion, digest: str) -> None:
    """Write down what was read before the check: files that change during it are found out at the next."""
    if (version.files_digest, version.files_checked_by) != (digest, __version__):
        version.files_digest, version.files_checked_by = digest, __version__
        version.save(update_fields=["files_digest", "files_checked_by"])


def digest_of(folder: Path) -> str:
    """Return the SHA-256 over the names, sizes and bytes of all files below a folder."""
    whole = hashlib.sha256()
    for path in sorted(each for each in folder.rglob("*") if each.is_file()):
        with path.open("rb") as file:
            content = hashlib.file_digest(file, "sha256").digest()
        whole.update(f"{path.relative_to(folder)}\0{path.stat().st_size}\0".encode())
        whole.update(content)
    return whole.hexdigest()
