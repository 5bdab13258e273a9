"""Say, signed, where the chain stands: the one thing that shows a record cut off or written anew from some line on.

A signed head is a JWS (RFC 7515, Ed25519) that fits on a sheet of paper. It is worth what its distance is worth: kept
beside the record it proves little, kept elsewhere it pins every line before it. Nothing here needs a database.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from joserfc import jws
from joserfc.errors import JoseError
from joserfc.jwk import OKPKey

from shelterwood.errors import ShelterwoodError
from shelterwood.policy.canonical import canonical, parse_strict
from shelterwood.policy.keys import key_id, public_bytes
from shelterwood.web.hall.audit.chain import moment
from shelterwood.web.hall.audit.checking import HeadFacts

if TYPE_CHECKING:
    from datetime import datetime

    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

__all__ = ["HeadNotAccepted", "read_head", "write_head"]

_TYPE = "shelterwood-record-head"
_ALGORITHM = "Ed25519"


class HeadNotAccepted(ShelterwoodError):
    """A signed head is not of the documented form, or another key signed it."""


def write_head(head: HeadFacts, *, at: datetime, key: Ed25519PrivateKey) -> str:
    """Return the signed statement that the chain stood at `head`."""
    kid = key_id(public_bytes(key))
    claims = {"v": 1, "key": kid, "seq": head.seq, "digest": head.digest, "at": moment(at)}
    header: dict[str, Any] = {"alg": _ALGORITHM, "typ": _TYPE, "kid": kid}
    return jws.serialize_compact(header, canonical(claims), OKPKey.import_key(key), algorithms=[_ALGORITHM])


def read_head(text: str, *, public: str) -> HeadFacts:
    """Return what a signed head says; raise HeadNotAccepted if the key `public` (64 hex digits) did not sign it."""
    try:
        key = OKPKey.import_key(Ed25519PublicKey.from_public_bytes(bytes.fromhex(public)))
        signed = jws.deserialize_compact(text.strip(), key, algorithms=[_ALGORITHM])
        return _claims(signed.headers(), signed.payload)
    except (JoseError, ValueError, KeyError, TypeError) as error:
        raise HeadNotAccepted(
            f"This is no head signed by the key {public[:16]}...: {error}.",
            remedy="Check that file and key belong together ('shelterwood log key' prints the key).",
        ) from error


def _claims(header: dict[str, Any], payload: bytes) -> HeadFacts:
    claims = parse_strict(payload)
    if header.get("typ") != _TYPE or not isinstance(claims, dict) or claims.get("v") != 1:
        raise ValueError("it is another kind of statement")
    return HeadFacts(seq=int(claims["seq"]), digest=str(claims["digest"]))
