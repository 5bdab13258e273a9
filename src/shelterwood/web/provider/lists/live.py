"""What a worker needs to match, kept open and kept current: `current(now=)` costs some ten microseconds.

    lists = live.current(now=now)
    if isinstance(lists, NotAvailable): ...   # answer "not scanned" with lists.reason; never "no match"
    lists.enabled.matches(digests, frames)

Each call asks the file system whether `live.json` or the files of an opened version were replaced (one `stat` each); so
a change is seen by the next scan of every process, without a signal or a timer. What was opened stays mapped for scans
that are under way. No database is asked.
"""

from __future__ import annotations

import json
import os
import threading
import time
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from shelterwood.errors import ShelterwoodError
from shelterwood.fingerprints import pdq
from shelterwood.lists import ChangedList, IndicatorList
from shelterwood.lists.canonical import from_line
from shelterwood.lists.layout import MANIFEST, version_folder
from shelterwood.policy import Algorithm, ListSource, Technology
from shelterwood.scanning import EnabledLists, NothingToMatch, Reach
from shelterwood.web.provider.basis.technology import ALL_ORIENTATIONS, DIGESTS
from shelterwood.web.provider.lists import storage
from shelterwood.web.provider.lists.publishing import FORMAT

if TYPE_CHECKING:
    from datetime import datetime

__all__ = ["LiveLists", "NotAvailable", "NotAvailableReason", "current", "forget", "technology"]

_TRY_AGAIN_AFTER = 0.5
"""Seconds before files that could not be opened are tried again."""


class NotAvailableReason(StrEnum):
    """Why nothing can be looked up; the word that an answer "not scanned" gives."""

    NO_LIST = "no_list_in_service"
    NOTHING_MATCHABLE = "lists_hold_nothing_that_can_be_matched"
    FILES_MISSING = "list_files_missing"
    FILES_DAMAGED = "list_files_damaged"


@dataclass(frozen=True, slots=True, kw_only=True)
class NotAvailable:
    """Nothing can be looked up now. `sentence` names lists, and no path."""

    reason: NotAvailableReason
    sentence: str

    @property
    def is_fault(self) -> bool:
        """Whether something is broken, rather than not set up yet."""
        return self.reason in {NotAvailableReason.FILES_MISSING, NotAvailableReason.FILES_DAMAGED}


@dataclass(frozen=True, slots=True, kw_only=True)
class LiveLists:
    """The lists in service at one moment: `enabled` is what `scanning` asks.

    `own` names the lists of kind own: nothing found in them is verified. `unsupported` are kinds that lists in service
    hold and nothing here can match. `change` is the number of the last change that is in it.
    """

    enabled: EnabledLists
    own: frozenset[str]
    change: int

    @property
    def unsupported(self) -> tuple[str, ...]:
        """Kinds of fingerprints that the lists hold and that cannot be matched here."""
        return self.enabled.wanted.unsupported


class _Trouble(Exception):
    def __init__(self, reason: NotAvailableReason, sentence: str) -> None:
        super().__init__(sentence)
        self.found = NotAvailable(reason=reason, sentence=sentence)


class _Opened:
    """One list of live.json, opened; `take` brings it to a later line of changes."""

    def __init__(self, said: dict[str, Any]) -> None:
        self.said = said
        path = storage.folder_of(said["folder"])
        self.token = str(version_folder(path, said["folder_version"]) / MANIFEST)
        base = IndicatorList.open(path, version=said["folder_version"])
        if base.digest != said["digest"]:
            raise _Trouble(NotAvailableReason.FILES_DAMAGED, f"The files of {said['name']} are of another version.")
        self.list = ChangedList(base, name=said["name"], version=said["version"])
        self.stamp = _stamp(self.token)
        self._read_to = 0
        self.take(said)

    def fits(self, said: dict[str, Any]) -> bool:
        """Whether what is open is the version that `said` names."""
        same = ("name", "version", "folder", "folder_version", "digest", "log")
        there = self.stamp is not None and _stamp(self.token) == self.stamp
        return there and all(self.said[key] == said[key] for key in same) and self._read_to <= said["log_bytes"]

    def take(self, said: dict[str, Any]) -> None:
        """Apply the changes up to where `said` says the log is complete."""
        with (storage.home() / said["log"]).open("rb") as log:
            log.seek(self._read_to)
            data = log.read(said["log_bytes"] - self._read_to)
        if self._read_to + len(data) != said["log_bytes"]:
            raise _Trouble(NotAvailableReason.FILES_DAMAGED, f"The changes of {said['name']} are cut off.")
        if data:
            self.list.apply([from_line(line) for line in data.splitlines(keepends=True)])
        self._read_to, self.said = said["log_bytes"], said


def _reach(said: dict[str, Any]) -> Reach:
    chosen = frozenset(pdq.Orientation(each) for each in said["orientations"])
    return Reach(radius=said["radius"], orientations=chosen)


class _Reader:
    """The lists of one process."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._manifest = str(storage.manifest())
        self._stamp: tuple[int, int, int] | None = None
        self._opened: dict[str, _Opened] = {}
        self._known: LiveLists | NotAvailable | None = None
        self._said: dict[str, Any] = {}
        self._tried_at = 0.0

    def current(self, now: datetime) -> LiveLists | NotAvailable:
        """Return the lists as they are now."""
        known = self._known
        if known is None or not self._holds(known):
            known = self._refresh(now)
        return known if isinstance(known, NotAvailable) else replace(known, enabled=replace(known.enabled, at=now))

    def technology(self, now: datetime) -> Technology | None:
        """Return what live.json says is configured."""
        self.current(now)
        return _technology(self._said.get("sources", []))

    def _holds(self, known: LiveLists | NotAvailable) -> bool:
        if _stamp(self._manifest) != self._stamp:
            return False
        if isinstance(known, NotAvailable):
            return not known.is_fault or time.monotonic() - self._tried_at < _TRY_AGAIN_AFTER
        return all(_stamp(opened.token) == opened.stamp for opened in self._opened.values())

    def _refresh(self, now: datetime) -> LiveLists | NotAvailable:
        with self._lock:
            if self._known is not None and self._holds(self._known):
                return self._known
            self._stamp = _stamp(self._manifest)  # before reading: what comes in between is seen at the next call
            self._tried_at = time.monotonic()
            try:
                self._known = self._read(now)
            except _Trouble as trouble:
                self._known = trouble.found
            return self._known

    def _read(self, now: datetime) -> LiveLists | NotAvailable:
        self._said = said = _manifest()
        self._opened = {each["id"]: self._open(each) for each in said["lists"]}
        if not self._opened:
            return NotAvailable(reason=NotAvailableReason.NO_LIST, sentence="No list is in service.")
        lists = [opened.list for opened in self._opened.values()]
        reaches = {opened.list.name: _reach(opened.said) for opened in self._opened.values()}
        try:
            enabled = EnabledLists.of(lists, at=now, reaches=reaches)
        except NothingToMatch as nothing:
            return NotAvailable(reason=NotAvailableReason.NOTHING_MATCHABLE, sentence=nothing.fact)
        own = frozenset(each["name"] for each in said["lists"] if each["kind"] == "own")
        return LiveLists(enabled=enabled, own=own, change=said["change"])

    def _open(self, said: dict[str, Any]) -> _Opened:
        """Return the list opened and up to date, from what is open already where it fits."""
        if said["fault"]:
            raise _Trouble(NotAvailableReason.FILES_DAMAGED, f"The files of {said['name']} were found damaged.")
        try:
            opened = self._opened.get(said["id"])
            if opened is not None and opened.fits(said):
                opened.take(said)
                return opened
            return _Opened(said)
        except (ShelterwoodError, OSError, ValueError, KeyError) as error:
            gone = not storage.folder_of(said["folder"]).is_dir() or isinstance(error, FileNotFoundError)
            reason = NotAvailableReason.FILES_MISSING if gone else NotAvailableReason.FILES_DAMAGED
            what = "are missing" if gone else "cannot be read"
            raise _Trouble(reason, f"The files of {said['name']} {what}.") from error


def _manifest() -> dict[str, Any]:
    """Return what live.json says."""
    try:
        said = json.loads(storage.manifest().read_bytes())
    except OSError as error:
        if not storage.manifest().parent.is_dir():
            raise _Trouble(NotAvailableReason.NO_LIST, "No list was ever set up.") from error
        raise _Trouble(NotAvailableReason.FILES_MISSING, "The file that names the lists is missing.") from error
    except ValueError as error:
        raise _Trouble(NotAvailableReason.FILES_DAMAGED, "The file that names the lists is damaged.") from error
    if not isinstance(said, dict) or said.get("format") != FORMAT:
        raise _Trouble(NotAvailableReason.FILES_DAMAGED, "The file that names the lists is of another version.")
    return said


def _technology(sources: list[dict[str, Any]]) -> Technology | None:
    if not sources:
        return None
    return Technology(
        version="1",
        algorithms=(
            Algorithm(name="pdq", version="1", radius=pdq.DEFAULT_RADIUS, orientations=ALL_ORIENTATIONS),
            *(Algorithm(name=digest, version="1") for digest in DIGESTS),
        ),
        list_sources=tuple(_source(said) for said in sources),
    )


def _source(said: dict[str, Any]) -> ListSource:
    """Return a list as a token names it: radius and orientations where they differ from those of the algorithm."""
    chosen = frozenset(said["orientations"])
    return ListSource(
        name=said["name"],
        radius=None if said["radius"] == pdq.DEFAULT_RADIUS else said["radius"],
        orientations=None if chosen == ALL_ORIENTATIONS else chosen,
    )


def _stamp(path: str) -> tuple[int, int, int] | None:
    try:
        found = os.stat(path)  # noqa: PTH116 - called at every scan; Path.stat costs twice as much
    except OSError:
        return None
    return found.st_ino, found.st_mtime_ns, found.st_size


_reader: _Reader | None = None


def _one() -> _Reader:
    global _reader  # noqa: PLW0603 - one reader a process
    if _reader is None:
        _reader = _Reader()
    return _reader


def forget() -> None:
    """Close nothing, remember nothing: the next call opens everything anew (tests; a child after a fork)."""
    global _reader  # noqa: PLW0603 - one reader a process
    _reader = None


os.register_at_fork(after_in_child=forget)


def current(*, now: datetime) -> LiveLists | NotAvailable:
    """Return the lists in service, entries as they are live at `now`, or why nothing can be looked up."""
    return _one().current(now)


def technology(*, now: datetime) -> Technology | None:
    """Return what is configured (also of a list that is out of service for a while), or None: no list yet."""
    return _one().technology(now)
