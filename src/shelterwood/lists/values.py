"""What a list asks of `shelterwood.fingerprints`: whether a text is a fingerprint of a kind, and how it is matched."""

from __future__ import annotations

from functools import lru_cache

from shelterwood.errors import ShelterwoodError
from shelterwood.fingerprints import Kind, MalformedFingerprint, Matching
from shelterwood.fingerprints.kinds import KNOWN, kind

__all__ = ["EMPTY_FILE_DIGESTS", "EXACT_KINDS", "PERCEPTUAL_KINDS", "ValueNotValid", "canonical", "width"]

EXACT_KINDS = tuple(sorted(known.name for known in KNOWN.values() if known.matching is Matching.EXACT))
PERCEPTUAL_KINDS = tuple(sorted(known.name for known in KNOWN.values() if known.matching is Matching.PERCEPTUAL))
# Every empty file has these; case files are full of them. A list that holds one would match every empty upload.
EMPTY_FILE_DIGESTS = frozenset(
    {
        "d41d8cd98f00b204e9800998ecf8427e",
        "da39a3ee5e6b4b0d3255bfef95601890afd80709",
        "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    }
)
_LONGEST_KIND = 64


class ValueNotValid(ShelterwoodError):
    """A text is not a fingerprint of the stated kind. The sentence does not quote it: it may go into a log."""


def canonical(kind_name: str, text: str) -> tuple[str, str]:
    """Return (kind, value) in canonical form; opaque values untouched. Raises ValueNotValid."""
    if len(kind_name) > _LONGEST_KIND:
        raise ValueNotValid(f"The name of its kind has more than {_LONGEST_KIND} characters.")
    named = _named(kind_name)
    try:
        return named.name, named.parse(text)
    except MalformedFingerprint:
        digits = "" if named.bits is None else f" of {named.bits // 4} hexadecimal digits"
        raise ValueNotValid(f"It is no {named.title}{digits}; it has {len(text)} characters.") from None


def width(kind_name: str) -> int:
    """Return how many bytes a fingerprint of a matchable kind has."""
    return (_named(kind_name).bits or 0) // 8


@lru_cache(maxsize=256)  # a list holds a handful of kinds; a hostile one may invent thousands
def _named(name: str) -> Kind:
    return kind(name)
