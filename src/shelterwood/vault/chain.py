"""An append-only file of lines, each naming the digest of the one before: an altered or missing line shows.

A line is canonical JSON (sorted ASCII keys, no blanks) with `n` (from 0), `previous` and `digest`, the SHA-256 of the
line without `digest`. The first `previous` is the SHA-256 of the chain's label, so a file moved to another place does
not fit. What the file cannot show is that its last lines are gone; who needs that keeps its head elsewhere (the purge
ledger has a second copy, and the service writes each head into its own record).
"""

from __future__ import annotations

import hashlib
import json
import os
from dataclasses import dataclass
from typing import TYPE_CHECKING

from shelterwood.vault.durable import disk_errors, lock, make_directory, sync_directory, write_all
from shelterwood.vault.faults import VaultFault

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

__all__ = ["Chain", "ChainBroken", "Line", "Value"]

Value = str | int | list[str]

_LONGEST = 64 * 1024


class ChainBroken(VaultFault):
    """A line was altered, taken out, put in or moved; the first one that does not fit is named."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One line: its number, its digest, its own fields, and the bytes as they stand (with the newline)."""

    number: int
    digest: str
    fields: Mapping[str, Value]
    raw: bytes

    def text(self, name: str) -> str:
        """Return a field of text; empty where the line has none."""
        value = self.fields.get(name, "")
        return value if isinstance(value, str) else ""

    def texts(self, name: str) -> tuple[str, ...]:
        """Return a field that is a list of texts; empty where the line has none."""
        value = self.fields.get(name, [])
        return tuple(value) if isinstance(value, list) else ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Chain:
    """The chain called `label` in the file at `path`; any number of processes may append."""

    path: Path
    label: str

    @property
    def size(self) -> int:
        """Bytes in the file now; 0 where there is none."""
        try:
            return self.path.stat().st_size
        except FileNotFoundError:
            return 0

    def append(self, entries: Sequence[Mapping[str, Value]]) -> list[Line]:
        """Append a line an entry, all synced when this returns; VaultFull leaves the file as it was."""
        with disk_errors("record"):
            make_directory(self.path.parent)
            with lock(self.path.with_name(f"{self.path.name}.lock")):
                return self._append(entries)

    def copy_from(self, lines: Sequence[Line]) -> None:
        """Append lines of another copy of this chain as they stand; ChainBroken if they do not follow on."""
        with disk_errors("record"):
            make_directory(self.path.parent)
            with lock(self.path.with_name(f"{self.path.name}.lock")):
                link = self._cut_torn_tail()
                for line in lines:
                    link = _checked(line.raw, link=link, label=self.label)
                self._write(b"".join(line.raw for line in lines))

    def read(self, *, after: Line | None = None, offset: int = 0) -> list[Line]:
        """Return every complete line from `offset` (the byte behind `after`), each checked; ChainBroken names it."""
        with disk_errors("record"):
            try:
                with self.path.open("rb") as file:
                    file.seek(offset)
                    data = file.read()
            except FileNotFoundError:
                return []
        lines: list[Line] = []
        for raw in data.split(b"\n")[:-1]:
            after = _checked(raw + b"\n", link=after, label=self.label)
            lines.append(after)
        return lines

    def _append(self, entries: Sequence[Mapping[str, Value]]) -> list[Line]:
        link = self._cut_torn_tail()
        lines = []
        for entry in entries:
            link = _linked(entry, link=link, label=self.label)
            lines.append(link)
        self._write(b"".join(line.raw for line in lines))
        return lines

    def _write(self, data: bytes) -> None:
        fresh = not self.path.exists()
        descriptor = os.open(self.path, os.O_WRONLY | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600)
        before = os.fstat(descriptor).st_size
        try:
            write_all(descriptor, data, at=before)
            os.fsync(descriptor)
        except OSError:
            os.ftruncate(descriptor, before)
            raise
        finally:
            os.close(descriptor)
        if fresh:
            sync_directory(self.path.parent)

    def _cut_torn_tail(self) -> Line | None:
        """Return the last complete line; what a death left behind it was never acknowledged and is cut off."""
        if not self.path.exists():
            return None
        with self.path.open("rb+") as file:
            size = file.seek(0, os.SEEK_END)
            start = file.seek(max(0, size - _LONGEST))
            tail = file.read()
            end = tail.rfind(b"\n") + 1
            if start + end < size:
                file.truncate(start + end)
                os.fsync(file.fileno())
        if end == 0:
            return None
        raw = tail[tail.rfind(b"\n", 0, end - 1) + 1 : end]
        return _parsed(raw, label=self.label)


def _canonical(fields: Mapping[str, Value]) -> bytes:
    return json.dumps(dict(fields), sort_keys=True, separators=(",", ":")).encode()


def _linked(entry: Mapping[str, Value], *, link: Line | None, label: str) -> Line:
    number, previous = _next(link, label=label)
    body: dict[str, Value] = {**entry, "n": number, "previous": previous}
    digest = hashlib.sha256(_canonical(body)).hexdigest()
    return Line(number=number, digest=digest, fields=entry, raw=_canonical({**body, "digest": digest}) + b"\n")


def _next(link: Line | None, *, label: str) -> tuple[int, str]:
    if link is None:
        return 0, hashlib.sha256(label.encode()).hexdigest()
    return link.number + 1, link.digest


def _parsed(raw: bytes, *, label: str) -> Line:
    """Read one line by itself: its digest must be that of its content."""
    try:
        body = json.loads(raw)
        digest, number = body.pop("digest"), body["n"]
        if _canonical({**body, "digest": digest}) + b"\n" != raw:
            raise ValueError("not canonical")  # noqa: TRY301 - one way out for everything that is no line
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise ChainBroken(f"A line of the {label} cannot be read.", remedy=_REMEDY) from error
    if hashlib.sha256(_canonical(body)).hexdigest() != digest:
        raise ChainBroken(f"Line {number} of the {label} was altered.", remedy=_REMEDY)
    fields = {name: value for name, value in body.items() if name not in {"n", "previous"}}
    return Line(number=number, digest=digest, fields=fields, raw=raw)


def _checked(raw: bytes, *, link: Line | None, label: str) -> Line:
    """Read one line and compare it with the one before."""
    line = _parsed(raw, label=label)
    number, previous = _next(link, label=label)
    if line.number != number or json.loads(raw)["previous"] != previous:
        raise ChainBroken(f"Line {number} of the {label} is missing or altered.", remedy=_REMEDY)
    return line


_REMEDY = "Keep the file as it is, find out who wrote to it, and compare it with the copies."
