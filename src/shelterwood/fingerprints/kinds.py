"""The kinds of fingerprint that a list may carry, and what this installation can do with each.

PDQ is matched by nearness, digests are matched by equality, and every other kind (PhotoDNA, whose algorithm is not
public, and whatever comes next) is carried untouched, so that a list leaves here as complete as it came.
"""

from __future__ import annotations

import base64
import hashlib
from dataclasses import dataclass, field
from enum import StrEnum

from shelterwood.errors import ShelterwoodError
from shelterwood.fingerprints.hexadecimal import MalformedFingerprint, canonical

__all__ = ["KNOWN", "Kind", "Matching", "NotMatchable", "kind"]


class Matching(StrEnum):
    """How two fingerprints of a kind are compared."""

    PERCEPTUAL = "perceptual"
    """By distance: a changed copy has a near fingerprint."""
    EXACT = "exact"
    """By equality: one changed byte and it is another fingerprint."""
    OPAQUE = "opaque"
    """Not here: carried and passed on, never looked up."""


class NotMatchable(ShelterwoodError):
    """The bytes of an opaque fingerprint were asked for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """One kind of fingerprint: its name in files and answers, its width, and how it is matched."""

    name: str
    title: str
    matching: Matching
    bits: int | None = None  # None where the text is opaque
    _examples: tuple[str, ...] = field(default=(), repr=False)

    @property
    def is_matched(self) -> bool:
        """Whether this installation can look up a fingerprint of this kind."""
        return self.matching is not Matching.OPAQUE

    def parse(self, text: str) -> str:
        """Return the canonical text: lower-case hexadecimal, or an opaque value as it is.

        Raises MalformedFingerprint for a wrong length, a character that is not a hexadecimal digit, or no text at all.
        """
        if self.bits is not None:
            return canonical(text, bits=self.bits, title=self.title)
        if not text:
            raise MalformedFingerprint(f"An empty value is no {self.title}.", remedy="Leave the row out of the list.")
        return text

    def to_bytes(self, text: str) -> bytes:
        """Return the fingerprint's bits / 8 bytes; raises MalformedFingerprint, or NotMatchable for an opaque kind."""
        if self.bits is None:
            raise NotMatchable(f"A {self.title} has no bytes here: it is carried as it came, never looked up.")
        return bytes.fromhex(self.parse(text))

    def format(self, value: bytes) -> str:
        """Return the canonical text of bits / 8 bytes; raises like `to_bytes`."""
        self.to_bytes(value.hex())
        return value.hex()

    def examples(self) -> tuple[str, ...]:
        """Return a few canonical values, for tests and documentation.

        They come from drawings, numbers and the sample pictures of scikit-image, never from listed material. A kind
        that is not known has none.
        """
        return self._examples


def kind(name: str) -> Kind:
    """Return the kind of that name, in any case and under its usual other spellings; an unknown one is opaque."""
    plain = name.strip().lower()
    plain = _OTHER_SPELLINGS.get(plain, plain)
    return KNOWN.get(plain) or Kind(name=plain, title=name.strip(), matching=Matching.OPAQUE)


_OTHER_SPELLINGS = {"pdna": "photodna", "sha-1": "sha1", "sha-256": "sha256", "sha-512": "sha512"}


def _of_text(name: str) -> tuple[str, ...]:
    """Digests of two texts and of nothing."""
    texts = (b"", b"shelterwood", b"a picture of a coffee cup")
    return tuple(hashlib.new(name, text, usedforsecurity=False).hexdigest() for text in texts)


def _digest(name: str, title: str, bits: int) -> Kind:
    return Kind(name=name, title=title, matching=Matching.EXACT, bits=bits, _examples=_of_text(name))


# Strict mode on scikit-image's coffee.png, chelsea.png (a cat) and brick.png; tests/unit/fingerprints/test_kinds.py
# computes them again.
_PDQ_EXAMPLES = (
    "8c629e779a663698b9a33866c026726c21a679f61eb6e1f8c79ba7e23c8299e0",
    "5feb5321f01da156898e2bf629a5d3438412cdbd23f48942464526315db33ffd",
    "bed7058ba2005a4b071bb8a4cc6278789fbc02cfcd30d1d73fa71673c67945d2",
)
_PHOTODNA_EXAMPLE = base64.b64encode(hashlib.shake_256(b"no picture at all").digest(144)).decode()

KNOWN = {
    known.name: known
    for known in (
        Kind(name="pdq", title="PDQ fingerprint", matching=Matching.PERCEPTUAL, bits=256, _examples=_PDQ_EXAMPLES),
        _digest("md5", "MD5 digest", 128),
        _digest("sha1", "SHA-1 digest", 160),
        _digest("sha256", "SHA-256 digest", 256),
        Kind(name="photodna", title="PhotoDNA value", matching=Matching.OPAQUE, _examples=(_PHOTODNA_EXAMPLE,)),
        Kind(name="sha512", title="SHA-512 digest", matching=Matching.OPAQUE, _examples=_of_text("sha512")),
    )
}
"""Every kind that has a page in docs/reference/fingerprints.md, by name."""
