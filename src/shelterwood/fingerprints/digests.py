"""MD5, SHA-1 and SHA-256 of a file in one pass over its bytes, since every file gets all three, readable or not.

The three are those that lists carry (FIPS 180-4, RFC 1321). MD5 and SHA-1 are looked up here, never trusted: a match
on them says "the same bytes as the list's, unless somebody made a collision", which a person then sees.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

from shelterwood.fingerprints.hexadecimal import Md5Hex, Sha1Hex, Sha256Hex

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = ["KINDS", "Digester", "Digests", "digest"]

KINDS = ("md5", "sha1", "sha256")
"""The names of the kinds that every file gets, in the order of `Digests.by_kind`."""

# The three algorithms take turns on a piece that stays in the processor's second-level cache.
_PIECE = 128 * 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class Digests:
    """The exact fingerprints of `size` bytes, in lower-case hexadecimal."""

    md5: Md5Hex
    sha1: Sha1Hex
    sha256: Sha256Hex
    size: int

    def by_kind(self) -> dict[str, str]:
        """Return the fingerprints by the name of their kind."""
        return {"md5": self.md5, "sha1": self.sha1, "sha256": self.sha256}


class Digester:
    """Takes the bytes of one file as they come and gives its digests at the end.

    hashlib releases the GIL for any piece larger than 2 KiB, so several threads digest side by side.
    """

    __slots__ = ("_hashes", "_size")

    def __init__(self) -> None:
        self._hashes = tuple(hashlib.new(name, usedforsecurity=False) for name in KINDS)
        self._size = 0

    def update(self, chunk: bytes | bytearray | memoryview) -> None:
        """Take the next bytes; a memoryview must be contiguous and is read in place."""
        view = memoryview(chunk).cast("B")
        for start in range(0, len(view), _PIECE):
            piece = view[start : start + _PIECE]
            for running in self._hashes:
                running.update(piece)
        self._size += len(view)

    def digests(self) -> Digests:
        """Return the digests of all bytes taken so far."""
        md5, sha1, sha256 = (running.hexdigest() for running in self._hashes)
        return Digests(md5=Md5Hex(md5), sha1=Sha1Hex(sha1), sha256=Sha256Hex(sha256), size=self._size)


def digest(chunks: bytes | bytearray | memoryview | Iterable[bytes | bytearray | memoryview]) -> Digests:
    """Return the digests of one buffer, or of several that follow each other (a file read piece by piece)."""
    digester = Digester()
    for chunk in [chunks] if isinstance(chunks, bytes | bytearray | memoryview) else chunks:
        digester.update(chunk)
    return digester.digests()
