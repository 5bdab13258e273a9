"""Several lists asked at once: every live entry with one of the digests, and every one near a frame in any orientation.

The eight orientations of all frames go to a list as one batch; of several codes that reach the same entry the nearest
is kept, so a row says how near a file came and not how often.
"""

from __future__ import annotations

import contextlib
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import numpy as np

from shelterwood.errors import ShelterwoodError
from shelterwood.fingerprints import pdq
from shelterwood.scanning.judging import PDQ, Wanted
from shelterwood.scanning.rows import Match
from shelterwood.scanning.summary import ListAtWork

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from numpy.typing import NDArray

    from shelterwood.fingerprints.digests import Digests
    from shelterwood.lists import ChangedList, Entry, IndicatorList
    from shelterwood.scanning.examining import PrintedFrame

    OpenedList = IndicatorList | ChangedList

__all__ = ["MOST_MATCHES", "EnabledLists", "ListNamedTwice", "NothingToMatch", "Reach"]

MOST_MATCHES = 1000
"""Matches of one file in one list that a row names; further ones, all of them farther away, are counted."""

_ORIENTATIONS = tuple(pdq.Orientation)


class NothingToMatch(ShelterwoodError):
    """None of the lists holds an entry that can be matched here: the scan would find nothing, whatever is there."""


class ListNamedTwice(ShelterwoodError):
    """Two of the lists have one name, so a match could not say which one it is in."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reach:
    """How one list is searched where it departs from the others: within which radius, in which orientations."""

    radius: int = pdq.DEFAULT_RADIUS
    orientations: frozenset[pdq.Orientation] = frozenset(pdq.Orientation)


@dataclass(frozen=True, slots=True, kw_only=True)
class EnabledLists:
    """The lists of one scan, opened at one version each; safe to use from several threads.

    `at` is the moment for which entries must be live: the same for the first file and the last. `reaches` holds the
    lists (by name) that are searched otherwise than within `radius` in all eight orientations.
    """

    lists: tuple[OpenedList, ...]
    radius: int
    at: datetime
    wanted: Wanted
    reaches: Mapping[str, Reach] = field(default_factory=dict)

    @classmethod
    def of(
        cls,
        lists: Sequence[OpenedList],
        *,
        at: datetime,
        radius: int = pdq.DEFAULT_RADIUS,
        reaches: Mapping[str, Reach] | None = None,
    ) -> EnabledLists:
        """Return the lists ready to be asked. Raises NothingToMatch, ListNamedTwice."""
        names = [opened.name for opened in lists]
        for name in names:
            if names.count(name) > 1:
                raise ListNamedTwice(f"Two of the lists are named {name}.", remedy="Import one under another name.")
        wanted = _wanted(lists)
        if wanted.nothing:
            raise NothingToMatch(
                "None of the lists holds a live entry that can be matched here, so a scan would find nothing.",
                remedy="'shelterwood list show' says what a list holds; ask its source for PDQ, MD5, SHA-1 or SHA-256.",
            )
        return cls(lists=tuple(lists), radius=radius, at=at, wanted=wanted, reaches=dict(reaches or {}))

    def reach_of(self, opened: OpenedList) -> Reach:
        """Return how `opened` is searched."""
        return self.reaches.get(opened.name) or Reach(radius=self.radius)

    @classmethod
    def none(cls) -> EnabledLists:
        """Return no lists at all, PDQ wanted: for computing fingerprints only."""
        moment = datetime.min.replace(tzinfo=UTC)  # nothing is looked up
        return cls(lists=(), radius=pdq.DEFAULT_RADIUS, at=moment, wanted=Wanted(pdq=True))

    def matches(self, digests: Digests, frames: Sequence[PrintedFrame]) -> tuple[tuple[Match, ...], int]:
        """Return (matches, how many more there are): exact ones first, then the nearest, over all lists."""
        found: list[Match] = []
        more = 0
        for opened in self.lists:
            of_list = [*self._exact(opened, digests), *self._near(opened, frames)]
            more += max(0, len(of_list) - MOST_MATCHES)
            found += (hit.described(opened, self.reach_of(opened).radius) for hit in of_list[:MOST_MATCHES])
        found.sort(key=lambda match: (match.orientation is not None, match.distance))
        return tuple(found), more

    def _exact(self, opened: OpenedList, digests: Digests) -> Iterator[_Hit]:
        for hit in opened.look_up_digests(at=self.at, md5=digests.md5, sha1=digests.sha1, sha256=digests.sha256):
            yield _Hit(row=hit.row, kind=hit.kind)

    def _near(self, opened: OpenedList, frames: Sequence[PrintedFrame]) -> Iterator[_Hit]:
        detailed = [frame for frame in frames if frame.pdq.is_detailed]
        if not detailed or PDQ not in opened.counts.kinds:
            return
        reach = self.reach_of(opened)
        turns = [turn for turn, orientation in enumerate(_ORIENTATIONS) if orientation in reach.orientations]
        codes = np.concatenate([frame.pdq.orientations.codes[turns] for frame in detailed])
        for query, row, distance in _nearest(*opened.look_up_pdq(codes, at=self.at, radius=reach.radius)):
            frame, turn = divmod(query, len(turns))
            yield _Hit(
                row=row,
                kind=PDQ,
                distance=distance,
                orientation=_ORIENTATIONS[turns[turn]],
                frame=detailed[frame].index,
            )

    def at_work(self) -> list[ListAtWork]:
        """Return what the summary says about each list."""
        return [
            ListAtWork(
                name=opened.name,
                version=opened.version,
                digest=opened.digest,
                sentences=tuple(opened.counts.sentences()),
            )
            for opened in self.lists
        ]

    def replaced(self) -> list[str]:
        """Return a sentence for each list that got another version, or is gone, since it was opened."""
        sentences = []
        for opened in self.lists:
            current = None
            with contextlib.suppress(ShelterwoodError, OSError):
                current = opened.versions()[-1]
            if current != opened.version:
                now = "is gone now" if current is None else f"has version {current} now"
                sentences.append(f"the list {opened.name} {now}; this scan used version {opened.version} to its end.")
        return sentences


@dataclass(frozen=True, slots=True, kw_only=True)
class _Hit:
    """A row of one list that was reached; the entry itself is read only for hits that are kept."""

    row: int
    kind: str
    distance: int = 0
    orientation: pdq.Orientation | None = None
    frame: int | None = None

    def described(self, opened: OpenedList, radius: int) -> Match:
        entry: Entry = opened.entry(self.row)
        return Match(
            list=opened.name,
            list_version=opened.version,
            source=entry.source,
            entry=entry.entry_id,
            algorithm=self.kind,
            distance=self.distance,
            radius=radius if self.kind == PDQ else 0,
            orientation=self.orientation,
            frame=self.frame,
            scheme=entry.label.scheme if entry.label else None,
            label=entry.label.label if entry.label else None,
        )


def _nearest(
    query: NDArray[np.int64], row: NDArray[np.int64], distance: NDArray[np.int64]
) -> Iterator[tuple[int, int, int]]:
    """Yield (query, row, distance), each row once at its least distance, the nearest first.

    Of equal distances the lowest query wins: the earliest frame, and the identity before any turn.
    """
    order = np.lexsort((query, distance, row))
    _, firsts = np.unique(row[order], return_index=True)
    kept = order[firsts]
    kept = kept[np.lexsort((row[kept], query[kept], distance[kept]))]
    yield from zip(query[kept].tolist(), row[kept].tolist(), distance[kept].tolist(), strict=True)


def _wanted(lists: Sequence[OpenedList]) -> Wanted:
    exact: set[str] = set()
    unsupported: set[str] = set()
    perceptual = False
    for opened in lists:
        beyond = set(opened.counts.unmatchable_kinds)
        unsupported |= beyond
        perceptual = perceptual or PDQ in opened.counts.kinds
        exact |= set(opened.counts.kinds) - beyond - {PDQ}
    order = ("md5", "sha1", "sha256")
    return Wanted(
        exact=tuple(kind for kind in order if kind in exact), pdq=perceptual, unsupported=tuple(sorted(unsupported))
    )
