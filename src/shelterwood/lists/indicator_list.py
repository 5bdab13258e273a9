"""An indicator list on disk: made, updated, opened, looked up in, verified.

See `shelterwood.lists.layout` for what is where. An opened list reads one version until it is closed; an update that
is installed meanwhile does not disturb it.
"""

from __future__ import annotations

import mmap
from bisect import bisect_left
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

import numpy as np

from shelterwood.errors import ShelterwoodError
from shelterwood.index.digests import DigestTable
from shelterwood.lists.building import microseconds
from shelterwood.lists.canonical import from_line, key_of_line
from shelterwood.lists.entries import Entry, Record
from shelterwood.lists.importing import ImportReport, run_import
from shelterwood.lists.layout import (
    DIGESTS,
    ENTRIES,
    OFFSETS,
    PDQ_INDEX,
    VALIDITY,
    ListNotReadable,
    current_version,
    locked,
    point_at,
    version_folder,
    versions,
)
from shelterwood.lists.manifest import Manifest, read_manifest
from shelterwood.lists.perceptual import DEFAULT_RADIUS, open_index
from shelterwood.lists.settling import Delivery, Returning, Settler
from shelterwood.lists.values import EXACT_KINDS, PERCEPTUAL_KINDS
from shelterwood.lists.verifying import LookUp, check_version

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from datetime import datetime
    from os import PathLike

    from numpy.typing import NDArray

    from shelterwood.index import HammingIndex
    from shelterwood.lists.accounting import Skipped
    from shelterwood.lists.entries import ItemKey
    from shelterwood.lists.matchability import Counts
    from shelterwood.lists.reading import Row

__all__ = ["IndicatorList", "ListExists", "ListMatch"]


class ListExists(ShelterwoodError):
    """A list is to be created where there is one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ListMatch:
    """A row of a list that an exact look-up found, and by which kind of digest."""

    row: int
    kind: str


class IndicatorList:
    """One version of a list, opened for reading; safe to read from threads. A context manager."""

    def __init__(self, path: Path, manifest: Manifest) -> None:
        self.path = path
        self.manifest = manifest
        self._folder = version_folder(path, manifest.version)
        self._open_parts()

    @classmethod
    def create(
        cls,
        path: str | PathLike[str],
        rows: Iterable[Row | Record | Skipped],
        *,
        now: datetime,
        name: str | None = None,
        owner: str | None = None,
        delivery: Delivery = Delivery.ENTRIES,
    ) -> ImportReport:
        """Make a list at `path` (by custom NAME.swl) from the rows of `read_rows`, and return what was done.

        `name` is the name of the folder where it is not given. Raises ListExists, NothingToImport, ListBusy, whatever
        `rows` raises, or OSError; then there is no list at `path`.
        """
        path = Path(path)
        if path.exists() and (not path.is_dir() or (path / "current").exists() or _has_foreign_files(path)):
            raise ListExists(f"{path} exists already.", remedy="Update it, or choose another name.")
        settler = Settler(delivery=delivery, returning=Returning.REFUSED, now=now)
        return run_import(path, rows, name=name, owner=owner, now=now, settler=settler)

    @classmethod
    def update(
        cls,
        path: str | PathLike[str],
        rows: Iterable[Row | Record | Skipped],
        *,
        now: datetime,
        delivery: Delivery,
        returning: Returning = Returning.REFUSED,
        keeping: frozenset[int] = frozenset(),
    ) -> ImportReport:
        """Make the next version of the list at `path` from a delivery, and return what was done.

        `delivery` says what it means that something is left out; `returning` whether what was withdrawn may come back
        without proof that it is newer; `keeping` names earlier versions that are in use and are not reduced. Raises as
        `create` does; then the list stays as it was.
        """
        path = Path(path)
        current_version(path)
        settler = Settler(delivery=delivery, returning=returning, now=now)
        return run_import(path, rows, name=None, owner=None, now=now, settler=settler, keeping=keeping)

    @classmethod
    def step_back(cls, path: str | PathLike[str], *, version: int) -> None:
        """Make an earlier version the current one and remove the later ones, of which nobody was ever told.

        For a catalogue of versions that is kept elsewhere, and from which a death kept the newest. Raises ListBusy, and
        ListNotReadable where the version is not kept whole.
        """
        path = Path(path)
        with locked(path):
            if version != current_version(path):
                cls.open(path, version=version).close()
                point_at(path, version)

    @classmethod
    def open(cls, path: str | PathLike[str], *, version: int | None = None) -> Self:
        """Open the current version, or an earlier one that was kept. Raises ListNotReadable."""
        path = Path(path)
        chosen = version
        for _ in range(5):  # a version may be replaced and pruned between reading its number and opening it
            chosen = current_version(path) if version is None else version
            try:
                return cls(path, read_manifest(version_folder(path, chosen)))
            except FileNotFoundError:
                if version is not None:
                    raise ListNotReadable(path, f"version {version} is no longer kept", "Open a later one.") from None
        raise ListNotReadable(path, f"parts of version {chosen} are missing")

    def _open_parts(self) -> None:
        rows = self.manifest.counts.rows
        offsets = np.fromfile(self._folder / OFFSETS, "<u8") if rows == 0 else _mapped(self._folder / OFFSETS, "<u8")
        validity = np.empty(0, "<i8") if rows == 0 else _mapped(self._folder / VALIDITY, "<i8")
        size = (self._folder / ENTRIES).stat().st_size
        if len(offsets) != rows + 1 or len(validity) != 2 * rows or int(offsets[-1]) != size:
            raise ListNotReadable(self.path, "its parts do not fit together")
        self._offsets, self._validity = offsets, validity.reshape(rows, 2)
        self._entries: mmap.mmap | bytes = b""
        if size:
            with (self._folder / ENTRIES).open("rb") as file:
                self._entries = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
        tables = {kind: self._folder / DIGESTS / kind for kind in EXACT_KINDS}
        self._digests = {kind: DigestTable.open(path) for kind, path in tables.items() if path.exists()}
        self._pdq = open_index(self._folder / PDQ_INDEX)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Let go of the mapped files."""
        if isinstance(self._entries, mmap.mmap):
            self._entries.close()
        if self._pdq is not None:
            self._pdq.close()

    def __len__(self) -> int:
        """Return the number of rows: entries, live or withdrawn, and withdrawals of items."""
        return self.manifest.counts.rows

    @property
    def name(self) -> str:
        """The name of the list."""
        return self.manifest.name

    @property
    def version(self) -> int:
        """The number of this version."""
        return self.manifest.version

    @property
    def digest(self) -> str:
        """The SHA-256 (hex) of the canonical entries of this version."""
        return self.manifest.digest

    @property
    def counts(self) -> Counts:
        """How many entries and items there are, and how many can be matched perceptually, exactly, or not at all."""
        return self.manifest.counts

    def versions(self) -> list[int]:
        """Return the numbers of all versions, ascending; the oldest are reduced to their list.json."""
        return versions(self.path)

    def line(self, row: int) -> bytes:
        """Return the canonical line of a row. Raises IndexError, or ListNotReadable where the offsets are damaged."""
        if not 0 <= row < len(self):
            raise IndexError(f"row {row} of {len(self)}")
        start, stop = int(self._offsets[row]), int(self._offsets[row + 1])
        if not start < stop <= len(self._entries):
            raise ListNotReadable(self.path, "its offsets are damaged")
        return bytes(self._entries[start:stop])

    def record(self, row: int) -> Record:
        """Return the record of a row: an Entry, or the Withdrawal of an item."""
        try:
            return from_line(self.line(row))
        except (ValueError, KeyError, TypeError, ShelterwoodError) as error:
            raise ListNotReadable(self.path, f"its row {row} is damaged") from error

    def entry(self, row: int) -> Entry:
        """Return the entry of a row that a look-up found. Raises IndexError where there is none or no entry."""
        record = self.record(row)
        if not isinstance(record, Entry):
            raise IndexError(f"row {row} is the withdrawal of an item, no entry")
        return record

    def entry_or_none(self, row: int) -> Entry | None:
        """Return the entry of a row, or None where the row withdraws an item."""
        record = self.record(row)
        return record if isinstance(record, Entry) else None

    def rows_of(self, item: ItemKey) -> range:
        """Return the rows of one item (source, entry_id), found by bisection: rows are in canonical order."""
        first = "\0".join((*item, "")).encode()
        rows, key = range(len(self)), lambda row: key_of_line(self.line(row))
        start = bisect_left(rows, first, key=key)
        return range(start, bisect_left(rows, first[:-1] + b"\x01", lo=start, key=key))

    def records(self) -> Iterator[Record]:
        """Yield every record in canonical order."""
        return map(self.record, range(len(self)))

    def look_up_digests(
        self, *, at: datetime, md5: str | None = None, sha1: str | None = None, sha256: str | None = None
    ) -> list[ListMatch]:
        """Return every entry live at `at` that has one of these digests (hex, lower case), each kind apart."""
        found = []
        for kind, digest in (("md5", md5), ("sha1", sha1), ("sha256", sha256)):
            table = self._digests.get(kind)
            if digest is not None and table is not None:
                _, rows = table.look_up(np.frombuffer(bytes.fromhex(digest), np.uint8)[np.newaxis])
                found += [ListMatch(row=row, kind=kind) for row in rows[self._live(rows, at)].tolist()]
        return found

    def look_up_pdq(
        self, codes: NDArray[np.uint8], *, at: datetime, radius: int = DEFAULT_RADIUS
    ) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]:
        """Return (query, row, distance) of every entry live at `at` within `radius` bits of a code (uint8[n, 32])."""
        if self._pdq is None or len(codes) == 0:
            nothing = np.empty(0, np.int64)
            return nothing, nothing, nothing
        query, rows, distance = self._pdq.search(codes, radius)
        live = self._live(rows, at)
        return query[live], rows[live], distance[live].astype(np.int64, copy=False)

    def _live(self, rows: NDArray[np.int64], at: datetime) -> NDArray[np.bool_]:
        """Return which rows may match now; a row that does not exist (a damaged index) raises ListNotReadable."""
        if rows.size and not (rows.min() >= 0 and rows.max() < len(self)):
            raise ListNotReadable(self.path, "its index points outside of it")
        moment = microseconds(at)
        validity = self._validity[rows]
        live: NDArray[np.bool_] = (validity[:, 0] <= moment) & (moment < validity[:, 1])
        return live

    def verify(self) -> None:
        """Read everything: that the entries are those of the digest, and that every look-up says what they say.

        Raises ListNotReadable, DigestTableDamaged or IndexDamaged.
        """
        for table in self._digests.values():
            table.verify()
        if self._pdq is not None and not self._pdq.verify().sound:
            raise ListNotReadable(self.path, "its PDQ index is damaged")
        lines = map(self.line, range(len(self)))
        check_version(self.path, lines, self.manifest, self._validity, self._look_ups())

    def _look_ups(self) -> dict[str, LookUp]:
        """Return every look-up that could be stored, a missing one as one that finds nothing."""
        stored = {kind: LookUp(kind, find=table.look_up, size=len(table)) for kind, table in self._digests.items()}
        if self._pdq is not None:
            stored["pdq"] = LookUp("pdq", find=partial(_same_code, self._pdq), size=len(self._pdq))
        kinds = (*EXACT_KINDS, *PERCEPTUAL_KINDS)
        return {kind: stored.get(kind) or LookUp(kind, find=_find_nothing, size=0) for kind in kinds}


def _same_code(index: HammingIndex, codes: NDArray[np.uint8]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    found = index.search(codes, 0)
    return found.query, found.id


def _find_nothing(_: NDArray[np.uint8]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    return np.empty(0, np.int64), np.empty(0, np.int64)


def _mapped(path: Path, dtype: str) -> NDArray[Any]:
    return np.memmap(path, dtype, "r").view(np.ndarray)


def _has_foreign_files(path: Path) -> bool:
    return any(part.name not in {"lock", "versions", ".current"} for part in path.iterdir())
