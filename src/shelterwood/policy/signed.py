"""A signed text: JWS compact (RFC 7515) with Ed25519 (RFC 8037, named as in RFC 9864), and no other way to sign."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from joserfc import jws
from joserfc.errors import JoseError
from joserfc.jwk import OKPKey

from shelterwood.policy.keys import key_id, public_bytes

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

__all__ = ["opened", "sign", "signer_named_in"]

_ALGORITHM: Final = "Ed25519"


def sign(payload: bytes, *, key: Ed25519PrivateKey, kind: str) -> str:
    """Return `payload`, signed as a text of this `kind`, which its header names beside the key."""
    header = {"alg": _ALGORITHM, "kid": key_id(public_bytes(key)), "typ": kind}
    return jws.serialize_compact(header, payload, OKPKey.import_key(key), algorithms=[_ALGORITHM])


def signer_named_in(text: str, *, kind: str) -> str | None:
    """Return the id of the key that a text of this kind says signed it, or None if it is no such text.

    Nothing is proved by it: see `opened`. The header is compared whole: no other algorithm and no extra field is
    looked at.
    """
    try:
        header = jws.extract_compact(text.encode("ascii")).headers()
    except (JoseError, ValueError, TypeError):
        return None
    kid = header.get("kid")
    return kid if isinstance(kid, str) and header == {"alg": _ALGORITHM, "kid": kid, "typ": kind} else None


def opened(text: str, *, public: bytes) -> bytes | None:
    """Return what was signed with the key `public` (32 bytes), or None if that key did not sign it so."""
    try:
        key = OKPKey.import_key(Ed25519PublicKey.from_public_bytes(public))
        return jws.deserialize_compact(text, key, algorithms=[_ALGORITHM]).payload
    except (JoseError, ValueError):
        return None
