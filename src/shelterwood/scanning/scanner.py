"""One file after the other: read, digest, decode, fingerprint, look up, judge; a row for each and for each member."""

from __future__ import annotations

import sys
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from shelterwood.media import Mode, Reason
from shelterwood.scanning.examining import Examined, examine, traits_of
from shelterwood.scanning.judging import judge, not_read
from shelterwood.scanning.outcomes import WhyNot
from shelterwood.scanning.reading import NotRead, read_file, read_stream
from shelterwood.scanning.rows import Row
from shelterwood.scanning.walk import STANDARD_INPUT, Unread

if TYPE_CHECKING:
    from collections.abc import Iterator

    from shelterwood.media import Decoder
    from shelterwood.scanning.matching import EnabledLists
    from shelterwood.scanning.reading import Reading
    from shelterwood.scanning.walk import Found

__all__ = ["Scanner"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Scanner:
    """Scans for one thread: the lists are shared, the decoder is this thread's own.

    Without a decoder only digests are checked: enough where no list holds a PDQ.
    """

    lists: EnabledLists
    decoder: Decoder | None
    keep: int
    mode: Mode = Mode.FAST

    def rows(self, item: Found | Unread) -> list[Row]:
        """Return the rows of one thing that the walk met: the members of an archive first, the file itself last."""
        if isinstance(item, Unread):
            return [self._unread(item.path, item.reason, item.detail)]
        reading = self._read(item)
        if isinstance(reading, NotRead):
            return [self._unread(item.path, reading.reason, reading.detail)]
        return list(self._file(item, reading))
