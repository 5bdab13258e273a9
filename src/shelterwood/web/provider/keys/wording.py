"""How a key is written: `swk_`, a public prefix, a dot, 256 random bits (RFC 4648 base64url); a digest is kept."""

from __future__ import annotations

import hashlib
import re
import secrets
from dataclasses import dataclass

__all__ = ["KeyText", "make", "read"]

_FORM = re.compile(r"swk_([a-z2-7]{12})\.([A-Za-z0-9_-]{43})")
_LETTERS = "abcdefghijklmnopqrstuvwxyz234567"


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyText:
    """A key as a program holds it, in its two parts."""

    prefix: str
    secret: str

    def __repr__(self) -> str:
        return f"KeyText({self.prefix})"  # never the secret: this may end in a log

    @property
    def whole(self) -> str:
        """What is shown once."""
        return f"swk_{self.prefix}.{self.secret}"

    @property
    def digest(self) -> str:
        """SHA-256 of the secret; no slow hash, since nobody guesses 256 bits."""
        return hashlib.sha256(self.secret.encode()).hexdigest()


def make() -> KeyText:
    """Return a new key."""
    prefix = "".join(secrets.choice(_LETTERS) for _ in range(12))
    return KeyText(prefix=prefix, secret=secrets.token_urlsafe(32))


def read(header: str) -> KeyText | None:
    """Return the key in the header `Authorization: Bearer swk_...`, or None if there is none of our form."""
    scheme, _, text = header.partition(" ")
    found = _FORM.fullmatch(text.strip()) if scheme.lower() == "bearer" else None
    return KeyText(prefix=found[1], secret=found[2]) if found else None
