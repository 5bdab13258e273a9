"""What a list asks of `shelterwood.fingerprints`: whether a text is a fingerprint of a kind, and how it is matched."""

from __future__ import annotations

import hashlib
import re

__all__ = ["EMPTY_FILE_DIGESTS", "EXACT_KINDS", "PERCEPTUAL_KINDS", "ValueNotValid", "canonical_value"]

from shelterwood.errors import ShelterwoodError

_HEX = {"md5": 32, "sha1": 40, "sha256": 64, "pdq": 64}

EXACT_KINDS = ("md5", "sha1", "sha256")
PERCEPTUAL_KINDS = ("pdq",)
# Every empty file has these; case files are full of them. A list that holds one would match every empty upload.
EMPTY_FILE_DIGESTS = frozenset(hashlib.new(name, usedforsecurity=False).hexdigest() for name in EXACT_KINDS)


class ValueNotValid(ShelterwoodError):
    """A text is not a fingerprint of the stated kind."""


def canonical_value(kind: str, text: str) -> str:
    """Return `text` in the canonical form of `kind`; opaque kinds untouched. Raises ValueNotValid."""
    digits = _HEX.get(kind)
    if digits is None:
        return text
    if len(text) != digits or not re.fullmatch(r"[0-9a-fA-F]+", text):
        raise ValueNotValid(f"A {kind} fingerprint is {digits} hexadecimal digits.")
    return text.lower()
