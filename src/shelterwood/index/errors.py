"""What can be wrong with an index, by name. The native core says which fact it met; this file says what to do about it.

IndexFault
├── InvalidFingerprints   an argument has the wrong shape, type or range
├── NotAnIndex            nothing there, something else, or closed
├── IndexLocked           another writer has it
├── IndexReadOnly         a change was asked of a reader
├── IndexDamaged          a stored value contradicts its checksum or bounds
│   └── SegmentOutOfService   part of it cannot be searched: the media was *not scanned*
└── IndexDiskFull         no room for what should be written; nothing was lost
"""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from shelterwood.errors import ShelterwoodError

if TYPE_CHECKING:
    from shelterwood._native import ext

__all__ = [
    "IndexDamaged",
    "IndexDiskFull",
    "IndexFault",
    "IndexLocked",
    "IndexReadOnly",
    "InvalidFingerprints",
    "NotAnIndex",
    "SegmentOutOfService",
    "fault_from",
]


class IndexFault(ShelterwoodError):
    """An index could not do what it was asked."""

    default_remedy: ClassVar[str] = "See the reason given; nothing was changed."


class InvalidFingerprints(IndexFault, ValueError):
    """An array of fingerprints or ids, or a radius, is not what the index takes."""

    default_remedy = "Pass codes as C-contiguous uint8[n, 32], ids as int64[n], a radius from 0 to 256."


class NotAnIndex(IndexFault):
    """There is no index at this place, or it was closed."""

    default_remedy = "Check the path; an index directory is made by HammingIndex.build(...).save(path)."


class IndexLocked(IndexFault):
    """Another process (or this one) already writes to the index."""

    default_remedy = "Close the other writer or open the index for reading."


class IndexReadOnly(IndexFault):
    """A change was asked of an index that was opened for reading."""

    default_remedy = "Open it with writable=True in the process that is to write."


class IndexDamaged(IndexFault):
    """The stored index contradicts its own checksums, sizes or bounds."""

    default_remedy = (
        "Build the index again from its list; if only the change log is damaged, HammingIndex.repair(path) cuts it and "
        "tells from which change number on to apply changes again."
    )


class SegmentOutOfService(IndexDamaged):
    """A part of the index is damaged and not searched: count the media as not scanned."""

    default_remedy = "Build the index again from its list and save it in this place."


class IndexDiskFull(IndexFault):
    """There was no room to write; the index is as it was before."""

    default_remedy = "Free some space (a merge needs room for the new segment beside the old one) and try again."


_BY_KIND: dict[str, type[IndexFault]] = {
    "damaged": IndexDamaged,
    "not_scanned": SegmentOutOfService,
    "not_an_index": NotAnIndex,
    "locked": IndexLocked,
    "read_only": IndexReadOnly,
    "no_room": IndexDiskFull,
    "too_large": InvalidFingerprints,
    "invalid": InvalidFingerprints,
}


def fault_from(failure: ext.IndexFailure) -> IndexFault:
    """Return the named error for what the native core reported."""
    kind, sentence = failure.args
    named = _BY_KIND.get(kind, IndexFault)
    return named(f"{sentence[:1].upper()}{sentence[1:]}.", remedy=named.default_remedy)
