"""An officer's private key at rest: under a passphrase that only the officer knows (decision 0017).

The installation keeps the sealed form and forgets the passphrase with the request, so it cannot sign by itself.
Argon2id (RFC 9106, its second recommended option: 64 MiB, 3 passes) makes the key, AES-256-GCM (NIST SP 800-38D) seals;
the public key is bound in, so that a sealed key cannot be moved to another row.
"""

from __future__ import annotations

import base64
import json
import secrets

from argon2.low_level import Type, hash_secret_raw
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from shelterwood.errors import ShelterwoodError
from shelterwood.policy import public_bytes

__all__ = ["PassphraseTooShort", "PassphraseWrong", "open_key", "seal_key"]

LEAST_LENGTH = 16
MEMORY_KIB, PASSES, LANES = 65_536, 3, 4


class PassphraseTooShort(ShelterwoodError):
    """A passphrase that guards a signing key is not short."""


class PassphraseWrong(ShelterwoodError):
    """The sealed key does not open with this passphrase."""


def seal_key(key: Ed25519PrivateKey, *, passphrase: str) -> str:
    """Return the sealed form of a private key as JSON text; raise PassphraseTooShort."""
    if len(passphrase) < LEAST_LENGTH:
        raise PassphraseTooShort(
            f"The passphrase has fewer than {LEAST_LENGTH} characters.", remedy="Use five or more unrelated words."
        )
    salt, nonce = secrets.token_bytes(16), secrets.token_bytes(12)
    made = {"memory": MEMORY_KIB, "passes": PASSES, "lanes": LANES}
    sealed = AESGCM(_stretch(passphrase, salt=salt, **made)).encrypt(nonce, key.private_bytes_raw(), public_bytes(key))
    return json.dumps({"format": 1, **made, "salt": _text(salt), "nonce": _text(nonce), "sealed": _text(sealed)})


def open_key(sealed: str, *, public: bytes, passphrase: str) -> Ed25519PrivateKey:
    """Return the private key; raise PassphraseWrong, also when the sealed form belongs to another public key."""
    parts = json.loads(sealed)
    made = {name: int(parts[name]) for name in ("memory", "passes", "lanes")}
    secret = _stretch(passphrase, salt=base64.b64decode(parts["salt"]), **made)
    try:
        private = AESGCM(secret).decrypt(base64.b64decode(parts["nonce"]), base64.b64decode(parts["sealed"]), public)
    except InvalidTag:
        raise PassphraseWrong(
            "The passphrase does not open your key.",
            remedy="Type it again. If it is lost, revoke the key and make a new one.",
        ) from None
    return Ed25519PrivateKey.from_private_bytes(private)


def _stretch(passphrase: str, *, salt: bytes, memory: int, passes: int, lanes: int) -> bytes:
    return hash_secret_raw(
        passphrase.encode(), salt, time_cost=passes, memory_cost=memory, parallelism=lanes, hash_len=32, type=Type.ID
    )


def _text(data: bytes) -> str:
    return base64.b64encode(data).decode("ascii")
