"""Fingerprints as hexadecimal text: the one canonical form (lower case), so that equal fingerprints are equal strings.

Lists in the field write upper and lower case; anything else that is not exactly the right number of hexadecimal
digits, including a trailing newline, is refused with a sentence that says which of the two is wrong.
"""

from __future__ import annotations

import re
from typing import NewType

from shelterwood.errors import ShelterwoodError

__all__ = ["MalformedFingerprint", "Md5Hex", "PdqHex", "Sha1Hex", "Sha256Hex", "canonical"]

PdqHex = NewType("PdqHex", str)
Md5Hex = NewType("Md5Hex", str)
Sha1Hex = NewType("Sha1Hex", str)
Sha256Hex = NewType("Sha256Hex", str)

_DIGITS = re.compile(r"[0-9a-fA-F]*")
_LONGEST_QUOTE = 80


class MalformedFingerprint(ShelterwoodError):
    """A text is no fingerprint of the kind it is said to be."""


def canonical(text: str, *, bits: int, title: str) -> str:
    """Return `text` in lower case if it is exactly `bits` bits in hexadecimal.

    Raises MalformedFingerprint, which names the kind by its `title`, for any other text.
    """
    digits = bits // 4
    if _DIGITS.fullmatch(text) is None:
        fact = f"{_quoted(text)} is no {title}: it holds something that is not a hexadecimal digit."
        raise MalformedFingerprint(fact, remedy=f"A {title} is {digits} digits 0-9 and a-f, with nothing around them.")
    if len(text) != digits:
        fact = f"{_quoted(text)} is no {title}: it has {len(text)} hexadecimal digits instead of {digits}."
        raise MalformedFingerprint(fact, remedy="Check that the value is whole and stands in the right column.")
    return text.lower()


def _quoted(text: str) -> str:
    shown = text if len(text) <= _LONGEST_QUOTE else f"{text[:_LONGEST_QUOTE]}…"
    return repr(shown)
