"""Where list files lie: one folder below the data directory, for its owner only, marked so that backups pass it by."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shelterwood.web.hall.settings.facts import facts

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["MARKS", "folder_of", "home", "inbox", "manifest", "own_benign_pictures", "sample"]

# The Cache Directory Tagging Specification (bford.info/cachedir): tar, borg, restic and others can leave these out.
MARKS = {
    "CACHEDIR.TAG": "Signature: 8a477f597d28d172789f06886806bc55\n# Lists are delivered again, not backed up.\n",
    ".nobackup": "",
}


def home() -> Path:
    """Return the folder of everything about lists, made (0700) and marked where it is absent."""
    path = facts().places.root / "lists"
    if not path.is_dir():
        path.mkdir(mode=0o700, parents=True, exist_ok=True)
        for name, text in MARKS.items():
            (path / name).write_text(text, encoding="ascii")
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
