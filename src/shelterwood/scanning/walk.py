"""From the sources a person names to files, in one fixed order, without following a link or opening a device.

Files come depth-first with names sorted by their bytes, so that two runs over the same files give the same rows and
an interrupted run can go on from one position instead of remembering every file it has done.
"""

from __future__ import annotations

import os
import stat
from dataclasses import dataclass
from typing import TYPE_CHECKING

from shelterwood.errors import ShelterwoodError
from shelterwood.scanning.names import on_one_line
from shelterwood.scanning.outcomes import WhyNot

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

__all__ = ["STANDARD_INPUT", "Found", "Position", "SourceNotFound", "Unread", "check_sources", "walk", "why"]

STANDARD_INPUT = "-"


class SourceNotFound(ShelterwoodError):
    """A source that was named does not exist."""


@dataclass(frozen=True, slots=True, order=True)
class Position:
    """Where in the walk a file stands: the number of its source, then the bytes of each name on the way down."""

    source: int
    names: tuple[bytes, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """A regular file (or standard input) to read; `size` is what the folder said, for progress only."""

    position: Position
    path: str
    size: int

    @property
    def is_named(self) -> bool:
        """True where the person named this very file, so that it may be a link."""
        return not self.position.names


@dataclass(frozen=True, slots=True, kw_only=True)
class Unread:
    """Something in a source that is not read, and why; it gets a row of its own."""

    position: Position
    path: str
    reason: WhyNot
    detail: str = ""


def check_sources(sources: Sequence[str]) -> None:
    """Raise `SourceNotFound` for the first source that does not exist, before anything is read."""
    for source in sources:
        if source != STANDARD_INPUT and not os.path.lexists(source):
            raise SourceNotFound(
                f"There is no file or folder named {on_one_line(source)}.",
                remedy="Check the spelling; a folder that was not mounted looks the same.",
            )


def walk(
    sources: Sequence[str], *, after: Position | None = None, leave_out: frozenset[str] = frozenset()
) -> Iterator[Found | Unread]:
    """Yield every file under the sources that comes after `after`.

    A source is a folder, a file, a link to either (the person named it, so it is followed) or `-` for standard input.
    `leave_out` holds real paths that belong to the scan itself, such as its results.
    """
    roots = tuple(os.path.realpath(source) for source in sources if source != STANDARD_INPUT)
    for number, source in enumerate(sources):
        if after is None or number >= after.source:
            walker = _Walker(roots=roots, leave_out=leave_out)
            yield from (item for item in walker.source(number, source) if after is None or item.position > after)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Place:
    """One path on the way: as it is shown, and where it really is."""

    position: Position
    path: str
    real: str

    def below(self, name: str) -> _Place:
        position = Position(self.position.source, (*self.position.names, os.fsencode(name)))
        return _Place(position=position, path=os.path.join(self.path, name), real=os.path.join(self.real, name))

    def unread(self, reason: WhyNot, detail: str = "") -> Unread:
        return Unread(position=self.position, path=self.path, reason=reason, detail=detail)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Walker:
    roots: tuple[str, ...]
    leave_out: frozenset[str]

    def source(self, number: int, source: str) -> Iterator[Found | Unread]:
        position = Position(number)
        if source == STANDARD_INPUT:
            yield Found(position=position, path=source, size=0)
            return
        place = _Place(position=position, path=source, real=os.path.realpath(source))
        try:
            status = os.stat(source)
        except OSError as error:
            yield place.unread(*why(error))
            return
        yield from self._folders(place) if stat.S_ISDIR(status.st_mode) else self._file(place, status)

    def _folders(self, root: _Place) -> Iterator[Found | Unread]:
        """Depth first with a stack of its own: a hostile tree may be deeper than Python's recursion limit."""
        stack = [self._entries(root)]
        while stack:
            item = next(stack[-1], None)
            if item is None:
                stack.pop()
            elif isinstance(item, _Place):
                stack.append(self._entries(item))
            else:
                yield item

    def _entries(self, folder: _Place) -> Iterator[Found | Unread | _Place]:
        try:
            with os.scandir(folder.path) as listing:
                entries = sorted(listing, key=lambda entry: os.fsencode(entry.name))
        except OSError as error:
            yield folder.unread(WhyNot.FOLDER_NOT_LISTED, error.strerror or str(error))
            return
        for entry in entries:
            place = folder.below(entry.name)
            if entry.is_dir(follow_symlinks=False):
                yield place
            elif place.real not in self.leave_out:
                yield from self._entry(entry, place)

    def _entry(self, entry: os.DirEntry[str], place: _Place) -> Iterator[Found | Unread]:
        if entry.is_symlink():
            yield self._link(place)
            return
        try:
            status = entry.stat(follow_symlinks=False)
        except OSError as error:
            yield place.unread(*why(error))
            return
        yield from self._file(place, status)

    def _file(self, place: _Place, status: os.stat_result) -> Iterator[Found | Unread]:
        if stat.S_ISREG(status.st_mode):
            yield Found(position=place.position, path=place.path, size=status.st_size)
        else:
            yield place.unread(WhyNot.NOT_A_FILE, _TYPES.get(stat.S_IFMT(status.st_mode), "unknown type"))

    def _link(self, place: _Place) -> Unread:
        target = os.path.realpath(place.path)
        if not os.path.exists(target):
            return place.unread(WhyNot.BROKEN_LINK)
        inside = any(target == root or target.startswith(os.path.join(root, "")) for root in self.roots)
        return place.unread(WhyNot.LINK if inside else WhyNot.LINK_OUT)


_TYPES = {
    stat.S_IFSOCK: "socket",
    stat.S_IFIFO: "named pipe",
    stat.S_IFCHR: "character device",
    stat.S_IFBLK: "block device",
}


def why(error: OSError) -> tuple[WhyNot, str]:
    """Return the reason and the detail of a row for something the operating system refused."""
    if isinstance(error, PermissionError):
        return WhyNot.PERMISSION_DENIED, ""
    if isinstance(error, FileNotFoundError):
        return WhyNot.VANISHED, ""
    return WhyNot.READ_ERROR, error.strerror or str(error)
