"""An owner's signature over a delivery: a JWS (RFC 7515, compact) with Ed25519 (RFC 8037) whose payload is two members.

    {"digest": "sha256:...", "purpose": "known-csam"}

`digest` is the SHA-256 of the delivered file, or of the canonical entries of the version made from it.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from joserfc import jws
from joserfc.errors import JoseError
from joserfc.jwk import OKPKey

from shelterwood.errors import ShelterwoodError
from shelterwood.web.provider.lists.states import PURPOSE

if TYPE_CHECKING:
    from collections.abc import Collection

__all__ = ["SignatureNotAccepted", "check_owner_key", "check_signature"]

_LARGEST = 4096


class SignatureNotAccepted(ShelterwoodError):
    """A key is no Ed25519 key, or a signature is not the owner's over this version for this purpose."""


def _key(public: str) -> OKPKey:
    try:
        return OKPKey.import_key({"kty": "OKP", "crv": "Ed25519", "x": public})
    except (ValueError, JoseError, TypeError) as error:
        raise SignatureNotAccepted(
            "This is no public Ed25519 key.", remedy="Ask the owner for the `x` of their JWK: 43 characters."
        ) from error


def check_owner_key(public: str) -> str:
    """Return the key as given if it is one, or "" where none is given; raise SignatureNotAccepted."""
    if public:
        _key(public).thumbprint()
    return public


def check_signature(text: str, *, owner_key: str, digests: Collection[str]) -> None:
    """Raise SignatureNotAccepted unless `text` is signed by `owner_key` over one of `digests` for our purpose."""
    if not owner_key:
        raise SignatureNotAccepted("The list has no owner's key.", remedy="Record an agreement instead.")
    if len(text) > _LARGEST:
        raise SignatureNotAccepted("The signature is too long to be one.", remedy="Ask the owner for it again.")
    try:
        payload = jws.deserialize_compact(text.strip(), _key(owner_key), algorithms=["Ed25519"]).payload
        said = json.loads(payload)
    except (JoseError, ValueError) as error:
        raise SignatureNotAccepted(
            "This is not the owner's signature.", remedy="Ask the owner for it again."
        ) from error
    if not isinstance(said, dict) or said.get("purpose") != PURPOSE:
        raise SignatureNotAccepted(f"The owner did not sign this for the purpose {PURPOSE}.", remedy="Ask the owner.")
    if str(said.get("digest", "")).removeprefix("sha256:") not in digests:
        raise SignatureNotAccepted("The signature is over another version.", remedy="Ask the owner for this one's.")
