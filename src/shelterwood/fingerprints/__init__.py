"""What a fingerprint is: parse, format, compute, distance, examples; for every kind a list may carry.

    from shelterwood.fingerprints import digests, kinds, pdq

    pdq.compute(rgb)                   # Pdq(bits, quality, orientations)
    digests.digest(chunks)             # MD5, SHA-1 and SHA-256 in one pass
    kinds.kind("sha256").parse(text)   # canonical text, or MalformedFingerprint

The reference is docs/reference/fingerprints.md.
"""

from __future__ import annotations

from shelterwood.fingerprints.digests import Digester, Digests
from shelterwood.fingerprints.hexadecimal import MalformedFingerprint
from shelterwood.fingerprints.kinds import Kind, Matching
from shelterwood.fingerprints.pdq import Mode, NotAPicture, Orientation, Orientations, Pdq, StrictNeedsFullSize

__all__ = [
    "Digester",
    "Digests",
    "Kind",
    "MalformedFingerprint",
    "Matching",
    "Mode",
    "NotAPicture",
    "Orientation",
    "Orientations",
    "Pdq",
    "StrictNeedsFullSize",
]
