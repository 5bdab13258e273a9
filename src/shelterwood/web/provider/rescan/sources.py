"""Where hosted media come from: a folder whose file names are item ids, or JSON Lines that name item and path.

    {"item": "photo-17", "path": "/srv/media/ab/17.jpg", "account": "a-3"}

Both give the same items in the same order as long as nothing changed, which the mark tells: a keyed digest of names,
sizes and times (folder) or of the whole file (JSON Lines). Links are not followed. Nothing here reads an item's bytes.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import mimetypes
import os
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Protocol

from django.conf import settings

from shelterwood.errors import ShelterwoodError
from shelterwood.policy import Medium
from shelterwood.web.provider.scan.bodies import ITEM

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["FolderSource", "HostedItem", "LinesSource", "Source", "SourceNotUsable", "source_at"]

_LONGEST_LINE: Final = 8192
_MEDIA: Final = {"image": Medium.IMAGE, "video": Medium.VIDEO, "audio": Medium.AUDIO}
_FIELDS: Final = frozenset({"item", "path", "account"})


class SourceNotUsable(ShelterwoodError):
    """What was given as the source of hosted media is neither a folder nor a file of JSON Lines."""


@dataclass(frozen=True, slots=True, kw_only=True)
class HostedItem:
    """One item; `fault` is why it cannot be looked at (a code), and then the rest says nothing."""

    item: str = ""
    path: Path = Path()
    account: str = ""
    fault: str = ""

    @property
    def medium(self) -> Medium:
        """What it seems to be, by the ending of its name: asked of the legal basis before a byte is read."""
        guessed, _ = mimetypes.guess_type(self.path.name)
        return _MEDIA.get((guessed or "").partition("/")[0], Medium.OTHER)


class Source(Protocol):
    """Hosted items, in an order that stays."""

    def survey(self) -> tuple[str, int]:
        """Return the mark of the source as it is now, and how many items it has."""

    def items(self) -> Iterator[HostedItem]:
        """Yield every item."""


def source_at(path: Path) -> Source:
    """Return the source at `path`; raise SourceNotUsable."""
    if path.is_dir():
        return FolderSource(root=path)
    if path.is_file():
        return LinesSource(path=path)
    raise SourceNotUsable("There is neither a folder nor a file there.", remedy="Name a folder, or JSON Lines.")


def _digest() -> hmac.HMAC:
    return hmac.new(str(settings.SECRET_KEY).encode(), b"rescan source\0", hashlib.sha256)


@dataclass(frozen=True, slots=True, kw_only=True)
class FolderSource:
    """Every file below `root`, folder by folder, by name; the file's name is the item's id."""

    root: Path

    def survey(self) -> tuple[str, int]:
        """Return the mark of names, sizes and times, and the number of files."""
        mark, count = _digest(), 0
        for entry in self._files():
            found = entry.stat(follow_symlinks=False)
            mark.update(os.fsencode(entry.path) + b"\0%d\0%d\0" % (found.st_size, found.st_mtime_ns))
            count += 1
        return mark.hexdigest(), count

    def items(self) -> Iterator[HostedItem]:
        """Yield every file."""
        for entry in self._files():
            if entry.is_symlink() or not entry.is_file(follow_symlinks=False):
                yield HostedItem(fault="not_a_file")
            elif not ITEM.fullmatch(entry.name):
                yield HostedItem(fault="name_is_no_item_id")
            else:
                yield HostedItem(item=entry.name, path=Path(entry.path))

    def _files(self) -> Iterator[os.DirEntry[str]]:
        waiting = [str(self.root)]
        while waiting:
            with os.scandir(waiting.pop()) as found:
                entries = sorted(found, key=lambda entry: entry.name)
            folders = {entry.name: entry.path for entry in entries if entry.is_dir(follow_symlinks=False)}
            yield from (entry for entry in entries if entry.name not in folders)
            waiting += reversed(folders.values())


@dataclass(frozen=True, slots=True, kw_only=True)
class LinesSource:
    """JSON Lines; a path that is not absolute is beside the file."""

    path: Path

    def survey(self) -> tuple[str, int]:
        """Return the mark of the file, and the number of its lines."""
        mark, count = _digest(), 0
        for line in self._lines():
            mark.update(line)
            count += 1
        return mark.hexdigest(), count

    def items(self) -> Iterator[HostedItem]:
        """Yield one item a line."""
        return (self._item(line) for line in self._lines())

    def _lines(self) -> Iterator[bytes]:
        with self.path.open("rb") as file:
            while line := file.readline(_LONGEST_LINE):
                if line.strip():
                    yield line

    def _item(self, line: bytes) -> HostedItem:
        said = _said(line)
        if said is None:
            return HostedItem(fault="line_not_understood")
        if not ITEM.fullmatch(said["item"]) or not ITEM.fullmatch(said.get("account", "-")):
            return HostedItem(fault="name_is_no_item_id")
        return HostedItem(item=said["item"], path=self.path.parent / said["path"], account=said.get("account", ""))


def _said(line: bytes) -> dict[str, str] | None:
    """Return the fields of a line, or None where it is no object of these texts."""
    try:
        said: Any = json.loads(line)
    except (ValueError, RecursionError):
        return None
    if not isinstance(said, dict) or not {"item", "path"} <= said.keys() <= _FIELDS:
        return None
    texts = all(isinstance(value, str) and "\0" not in value for value in said.values())
    return said if texts else None
