"""Members of archives as rows of their own: `holiday.zip!/beach.jpg`, and `a.zip!/b.tar!/c.png` where they nest.

`media` unpacks in a locked child and hands over one member at a time. An archive inside another is handed over like
any file and its members follow it, so its own row waits until they have passed: only then is it known whether all of
them could be read.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from shelterwood.fingerprints import digests
from shelterwood.media import NotReadable, archive_format
from shelterwood.scanning.reading import HEAD, Reading

if TYPE_CHECKING:
    from collections.abc import Generator, Iterable, Iterator

    from shelterwood.media import Member
    from shelterwood.scanning.rows import Row

__all__ = ["RowMaker", "member_rows"]

INSIDE = "!/"


class RowMaker(Protocol):
    """What makes the rows of members: a Scanner."""

    def picture_row(self, path: str, reading: Reading, *, container: str | None) -> Row:
        """Return the row of a file that is no archive."""

    def archive_row(self, path: str, reading: Reading, *, container: str | None, refusal: NotReadable | None) -> Row:
        """Return the row of an archive whose members had rows of their own, all of them unless `refusal`."""

    def refused_row(self, path: str, refusal: NotReadable, *, container: str | None) -> Row:
        """Return the row of a member whose bytes could not be had."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Open:
    """An archive inside the archive, whose members are passing."""

    label: str
    depth: int
    path: str
    container: str
    reading: Reading


def member_rows(maker: RowMaker, members: Iterable[Member], *, path: str) -> Generator[Row, None, NotReadable | None]:
    """Yield a row for each member; return why the archive as a whole was not read to its end, None if it was."""
    walk = _Walk(maker=maker, path=path)
    for member in members:
        if not member.label and isinstance(member.content, NotReadable):
            yield from walk.close(to_depth=0, refusal=member.content)
            return member.content
        yield from walk.member(member, member.content)
    yield from walk.close(to_depth=0)
    return None


class _Walk:
    def __init__(self, *, maker: RowMaker, path: str) -> None:
        self._maker = maker
        self._path = path
        self._open: list[_Open] = []

    def member(self, member: Member, content: bytes | NotReadable) -> Iterator[Row]:
        """Yield the rows that are complete once this member has come."""
        if isinstance(content, NotReadable) and self._is_about_open(member):
            yield from self.close(to_depth=member.depth - 1, refusal=content)
            return
        yield from self.close(to_depth=member.depth - 1)
        path, container = self._place(member.label)
        if isinstance(content, NotReadable):
            yield self._maker.refused_row(path, content, container=container)
            return
        reading = Reading(data=content, digests=digests.digest(content), head=content[:HEAD])
        if archive_format(content) is None:
            yield self._maker.picture_row(path, reading, container=container)
            return
        self._open.append(
            _Open(label=member.label, depth=member.depth, path=path, container=container, reading=reading)
        )

    def close(self, *, to_depth: int, refusal: NotReadable | None = None) -> Iterator[Row]:
        """Yield the rows of archives inside the archive that are deeper than `to_depth`: their members have passed."""
        while self._open and self._open[-1].depth > to_depth:
            inner = self._open.pop()
            yield self._maker.archive_row(inner.path, inner.reading, container=inner.container, refusal=refusal)

    def _is_about_open(self, member: Member) -> bool:
        """Tell whether a refusal is about an archive whose members are passing, and not another member."""
        return any((inner.label, inner.depth) == (member.label, member.depth) for inner in self._open)

    def _place(self, label: str) -> tuple[str, str]:
        """Return (path, container) of a member from its label, which joins the names on the way in."""
        if not self._open:
            return f"{self._path}{INSIDE}{label}", self._path
        inner = self._open[-1]
        return f"{inner.path}{INSIDE}{label.removeprefix(inner.label + '/')}", inner.path
