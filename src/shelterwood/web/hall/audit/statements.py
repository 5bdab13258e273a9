"""Say, signed, where the chain stands: the one thing that shows a record cut off or written anew from some line on.

A signed head is a JWS (RFC 7515, Ed25519) that fits on a sheet of paper. It is worth what its distance is worth: kept
beside the record it proves little, kept elsewhere it pins every line before it. Nothing here needs a database.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from shelterwood.errors import ShelterwoodError
from shelterwood.policy.canonical import canonical, parse_strict
from shelterwood.policy.keys import key_id, public_bytes
from shelterwood.policy.signed import opened, sign, signer_named_in
from shelterwood.web.hall.audit.chain import moment
from shelterwood.web.hall.audit.checking import HeadFacts

if TYPE_CHECKING:
    from datetime import datetime

    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

__all__ = ["HeadNotAccepted", "read_head", "write_head"]

_TYPE = "shelterwood-record-head"


class HeadNotAccepted(ShelterwoodError):
    """A signed head is not of the documented form, or another key signed it."""


def write_head(head: HeadFacts, *, at: datetime, key: Ed25519PrivateKey) -> str:
    """Return the signed statement that the chain stood at `head`."""
    kid = key_id(public_bytes(key))
    claims = {"v": 1, "key": kid, "seq": head.seq, "digest": head.digest, "at": moment(at)}
    return sign(canonical(claims), key=key, kind=_TYPE)


def read_head(text: str, *, public: str) -> HeadFacts:
    """Return what a signed head says; raise HeadNotAccepted if the key `public` (64 hex digits) did not sign it."""
    try:
        return _claims(text.strip(), public=bytes.fromhex(public))
    except (ValueError, KeyError, TypeError) as error:
        raise HeadNotAccepted(
            f"This is no head signed by the key {public[:16]}...: {error}.",
            remedy="Check that file and key belong together ('shelterwood log key' prints the key).",
        ) from error


def _claims(text: str, *, public: bytes) -> HeadFacts:
    if signer_named_in(text, kind=_TYPE) is None:
        raise ValueError("it is another kind of text")
    payload = opened(text, public=public)
    if payload is None:
        raise ValueError("the signature does not fit")
    claims = parse_strict(payload)
    if not isinstance(claims, dict) or claims.get("v") != 1:
        raise ValueError("it is another kind of statement")
    return HeadFacts(seq=int(claims["seq"]), digest=str(claims["digest"]))
