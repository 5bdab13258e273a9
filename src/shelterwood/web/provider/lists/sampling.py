"""Folders of benign pictures of the operator's own: counted for the forecast, or kept from ever being reached.

Nothing of them is stored but numbers: no name, no fingerprint.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from shelterwood.lists import BenignPicture
from shelterwood.media import ArchiveLimits, Limits, Mode, Sandbox
from shelterwood.policy import wilson
from shelterwood.scanning import EnabledLists, NothingToMatch, Outcome, Reach, Scanner, walk
from shelterwood.web.provider.lists.states import orientations_in

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime
    from pathlib import Path

    from shelterwood.lists import ChangedList
    from shelterwood.scanning import Row
    from shelterwood.web.provider.lists.models import ProviderList

__all__ = ["Counted", "Forecast", "benign_pictures", "count_matches", "forecast_of"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Counted:
    """How many files of a sample were pictures that could be checked, and how many of those matched."""

    pictures: int
    matched: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Forecast:
    """What a list will cost: matches in 1,000 uploads and hours of review a day, each with its 95 % interval."""

    per_thousand: float
    low: float
    high: float
    hours: float
    hours_low: float
    hours_high: float


def forecast_of(*, pictures: int, matched: int, uploads_per_day: int, minutes_per_match: int) -> Forecast | None:
    """Return the forecast of a counted sample (Wilson score interval), or None where nothing was counted."""
    interval = wilson(wrong=matched, of=pictures)
    if interval.share is None:
        return None
    hours = uploads_per_day * minutes_per_match / 60
    return Forecast(
        per_thousand=interval.share * 1000,
        low=interval.low * 1000,
        high=interval.high * 1000,
        hours=interval.share * hours,
        hours_low=interval.low * hours,
        hours_high=interval.high * hours,
    )


def count_matches(opened: ChangedList, row: ProviderList, folder: Path, *, now: datetime) -> Counted:
    """Scan a folder with one list as it is set."""
    reach = Reach(radius=row.radius, orientations=orientations_in(row.orientations))
    try:
        lists = EnabledLists.of([opened], at=now, reaches={opened.name: reach})
    except NothingToMatch:
        lists = EnabledLists.none()
    pictures = matched = 0
    for seen in _rows(lists, folder):
        pictures += seen.outcome is not Outcome.NOT_SCANNED
        matched += seen.outcome is Outcome.MATCH
    return Counted(pictures=pictures, matched=matched)


def benign_pictures(folder: Path) -> list[BenignPicture]:
    """Return the fingerprints of every picture of a folder, under the first digits of its SHA-256."""
    found = []
    for seen in _rows(EnabledLists.none(), folder):
        traits = seen.traits
        if traits is not None and traits.sha256:
            name = f"our own picture {traits.sha256[:8]}"
            # a row tells the picture as it is, not its turns: the same code stands for all eight
            codes = b"".join(bytes.fromhex(frame.pdq) * 8 for frame in traits.frames[:1])
            found.append(BenignPicture(name=name, codes=codes, md5=traits.md5, sha1=traits.sha1, sha256=traits.sha256))
    return found


def _rows(lists: EnabledLists, folder: Path) -> Iterator[Row]:
    if not folder.is_dir() or not any(folder.iterdir()):
        return
    scanner = Scanner(
        lists=lists, limits=Limits(), archive_limits=ArchiveLimits(), sandbox=Sandbox.REQUIRED, mode=Mode.FAST
    )
    with scanner:
        for item in walk([str(folder)], after=None):
            yield from scanner.rows(item)
