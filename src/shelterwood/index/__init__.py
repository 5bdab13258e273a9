"""Exact search in Hamming space over millions of fingerprints, with live updates, in a memory-mapped directory."""

from shelterwood.index.errors import (
    IndexDamaged,
    IndexDiskFull,
    IndexFault,
    IndexLocked,
    IndexReadOnly,
    InvalidFingerprints,
    NotAnIndex,
    SegmentOutOfService,
)
from shelterwood.index.hamming import HammingIndex, IndexInfo, Matches, Verification

__all__ = [
    "HammingIndex",
    "IndexDamaged",
    "IndexDiskFull",
    "IndexFault",
    "IndexInfo",
    "IndexLocked",
    "IndexReadOnly",
    "InvalidFingerprints",
    "Matches",
    "NotAnIndex",
    "SegmentOutOfService",
    "Verification",
]
