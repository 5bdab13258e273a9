"""The benign set: fingerprints that no list of known material may reach, because anyone posts such pictures.

Flags, logos, captioned pictures, blank and document-like pages, drawn by `benchmarks/benign_pictures.py`, and a few
files of a pixel that half of the web carries. An entry that reaches one of them would report innocent people by the
thousand; it is named, and the list does not go into service with it.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Protocol

import numpy as np

from shelterwood.lists.perceptual import DEFAULT_RADIUS

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import datetime

    from numpy.typing import NDArray

    from shelterwood.lists.entries import Entry
    from shelterwood.lists.indicator_list import ListMatch

__all__ = ["BENIGN_SET", "BenignHit", "BenignPicture", "Searchable", "benign_hits", "shipped_benign_set"]

BENIGN_SET = "benign-1"
_ORIENTATIONS = 8
# Transparent GIF files of one pixel, as pages carry them to count visits and to hold places.
_PIXELS = (
    "47494638396101000100800000000000ffffff21f90401000000002c00000000010001000002024401003b",
    "47494638396101000100800000ffffff00000021f90401000000002c00000000010001000002024401003b",
    "47494638396101000100f00000ffffff00000021f90401000000002c00000000010001000002024401003b",
    "474946383961010001008000000000000000002c00000000010001000002024401003b",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class BenignPicture:
    """A picture that may not be reached: its name, its fingerprints (uint8[8, 32] packed) or its digests."""

    name: str
    codes: bytes = b""
    md5: str | None = None
    sha1: str | None = None
    sha256: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class BenignHit:
    """An entry that reaches a benign picture, and which."""

    entry: Entry
    benign: str


class Searchable(Protocol):
    """What is asked: an IndicatorList, or one with its changes."""

    def entry(self, row: int) -> Entry:
        """Return the entry of a row."""

    def look_up_digests(
        self, *, at: datetime, md5: str | None = None, sha1: str | None = None, sha256: str | None = None
    ) -> list[ListMatch]:
        """Return rows with one of these digests."""

    def look_up_pdq(
        self, codes: NDArray[np.uint8], *, at: datetime, radius: int = DEFAULT_RADIUS
    ) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]:
        """Return (query, row, distance) within the radius."""


@cache
def shipped_benign_set() -> tuple[BenignPicture, ...]:
    """Return the set that comes with this version."""
    lines = (files("shelterwood.lists") / f"{BENIGN_SET}.jsonl").read_text(encoding="ascii").splitlines()
    drawn = (json.loads(line) for line in lines)
    pictures = [BenignPicture(name=row["name"], codes=bytes.fromhex(row["pdq"])) for row in drawn]
    return (*pictures, *(_of_bytes(number, bytes.fromhex(text)) for number, text in enumerate(_PIXELS, start=1)))


def _of_bytes(number: int, data: bytes) -> BenignPicture:
    return BenignPicture(
        name=f"file of one pixel {number}",
        md5=hashlib.md5(data, usedforsecurity=False).hexdigest(),
        sha1=hashlib.sha1(data, usedforsecurity=False).hexdigest(),
        sha256=hashlib.sha256(data).hexdigest(),
    )


def benign_hits(opened: Searchable, pictures: Sequence[BenignPicture], *, at: datetime) -> Iterator[BenignHit]:
    """Yield each entry that reaches one of `pictures`, once, in any orientation within 31 bits or by a digest.

    The radius is the largest that a list may be given, whatever it is searched with today.
    """
    seen: set[int] = set()
    drawn = [picture for picture in pictures if picture.codes]
    if drawn:
        codes = np.frombuffer(b"".join(picture.codes for picture in drawn), np.uint8).reshape(-1, 32)
        query, rows, _ = opened.look_up_pdq(codes, at=at, radius=DEFAULT_RADIUS)
        for number, row in zip(query.tolist(), rows.tolist(), strict=True):
            if row not in seen:
                seen.add(row)
                yield BenignHit(entry=opened.entry(row), benign=drawn[number // _ORIENTATIONS].name)
    for picture in pictures:
        for match in opened.look_up_digests(at=at, md5=picture.md5, sha1=picture.sha1, sha256=picture.sha256):
            if match.row not in seen:
                seen.add(match.row)
                yield BenignHit(entry=opened.entry(match.row), benign=picture.name)
