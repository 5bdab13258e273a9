"""How an event is signed: HMAC-SHA256 over id, moment and body, in the headers of the Standard Webhooks convention.

A secret is `whsec_` and 32 random bytes in base64; what is signed is `ID.TIMESTAMP.BODY`, TIMESTAMP in Unix seconds.
While a secret is being replaced both sign, so that a receiver that knows either accepts. Beside what the convention
asks for stand the ids of the secrets, in the order of the signatures, and the digest of the body (RFC 9530). Retries
keep the id and get a new moment, so that patience with a receiver does not look like a replay to it.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets as randomness
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from shelterwood.errors import ShelterwoodError

if TYPE_CHECKING:
    import uuid
    from collections.abc import Sequence
    from datetime import datetime

__all__ = ["NothingToSignWith", "SigningKey", "headers_of", "make"]

_PREFIX: Final = "whsec_"


class NothingToSignWith(ShelterwoodError):
    """An event was to be sent and no secret is there to sign it: it is not sent."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SigningKey:
    """One secret and the id under which receivers know it."""

    key_id: str
    text: str = field(repr=False)

    @property
    def raw(self) -> bytes:
        """The bytes that sign."""
        return base64.b64decode(self.text.removeprefix(_PREFIX))


def make() -> SigningKey:
    """Return a new secret."""
    text = _PREFIX + base64.b64encode(randomness.token_bytes(32)).decode()
    return SigningKey(key_id=randomness.token_hex(4), text=text)


def headers_of(*, event: uuid.UUID, body: bytes, keys: Sequence[SigningKey], now: datetime) -> dict[str, str]:
    """Return the headers of one sending at `now`; raise NothingToSignWith where `keys` is empty."""
    if not keys:
        raise NothingToSignWith("No secret of this webhook can be used.", remedy="Make a new secret on its page.")
    moment = str(int(now.timestamp()))
    signed = f"{event}.{moment}.".encode() + body
    signatures = (base64.b64encode(hmac.digest(key.raw, signed, "sha256")).decode() for key in keys)
    digest = base64.b64encode(hashlib.sha256(body).digest()).decode()
    return {
        "Content-Type": "application/json",
        "Content-Digest": f"sha-256=:{digest}:",
        "Webhook-Id": str(event),
        "Webhook-Timestamp": moment,
        "Webhook-Signature": " ".join(f"v1,{signature}" for signature in signatures),
        "Webhook-Key-Id": " ".join(key.key_id for key in keys),
    }
