"""Seal what is personal: AES-256-GCM, one key a payload, wrapped by a master key in the installation's secrets.

The commitment that the line keeps is SHA-256 over a random salt and the sealed bytes. Both go when the payload goes, so
nobody can find out later by guessing what was there. Earlier master keys stay readable beside the current one.
"""

from __future__ import annotations

import hashlib
import os
import uuid
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from shelterwood.errors import ShelterwoodError
from shelterwood.policy.canonical import canonical, parse_strict
from shelterwood.web.hall.settings.environment import made_once
from shelterwood.web.hall.settings.facts import facts

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from shelterwood.web.hall.audit.models import Payload

__all__ = ["PayloadNotReadable", "Sealed", "seal", "unseal"]

_DOMAIN = b"shelterwood record payload 1\n"
_NONCE = 12


class PayloadNotReadable(ShelterwoodError):
    """The master key of a payload is not here, or the payload was altered."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sealed:
    """One payload ready to be stored."""

    id: uuid.UUID
    salt: bytes
    sealed: bytes
    wrapped_key: bytes
    master_key_id: str

    @property
    def commitment(self) -> str:
        """What the line keeps of it."""
        return hashlib.sha256(_DOMAIN + self.salt + self.sealed).hexdigest()

    def columns(self) -> dict[str, Any]:
        """Return the columns of its row."""
        return {
            "id": self.id,
            "salt": self.salt,
            "sealed": self.sealed,
            "wrapped_key": self.wrapped_key,
            "master_key_id": self.master_key_id,
        }


def seal(fields: Mapping[str, str]) -> Sealed:
    """Seal `fields` under a fresh key, and that key under the current master key."""
    payload_id, key, master = uuid.uuid4(), AESGCM.generate_key(256), _current()
    return Sealed(
        id=payload_id,
        salt=os.urandom(32),
        sealed=_encrypt(key, canonical(dict(fields)), about=payload_id.bytes),
        wrapped_key=_encrypt(master, key, about=payload_id.bytes),
        master_key_id=_key_id(master),
    )


def unseal(payload: Payload) -> dict[str, str]:
    """Return the fields of `payload`; raise PayloadNotReadable."""
    about = payload.id.bytes
    master = _masters().get(payload.master_key_id)
    if master is None:
        raise PayloadNotReadable(
            f"The master key {payload.master_key_id} of line {payload.line_seq} is not in the secrets directory.",
            remedy="Put the file back under secrets/record_keys.",
        )
    try:
        key = _decrypt(master, bytes(payload.wrapped_key), about=about)
        fields = parse_strict(_decrypt(key, bytes(payload.sealed), about=about))
    except InvalidTag as error:
        raise PayloadNotReadable(
            f"What is personal about line {payload.line_seq} was altered.", remedy="Restore it from a backup."
        ) from error
    assert isinstance(fields, dict)  # noqa: S101 - sealed by `seal`, and the tag fits
    return fields


def _encrypt(key: bytes, data: bytes, *, about: bytes) -> bytes:
    nonce = os.urandom(_NONCE)
    return nonce + AESGCM(key).encrypt(nonce, data, about)


def _decrypt(key: bytes, data: bytes, *, about: bytes) -> bytes:
    return AESGCM(key).decrypt(data[:_NONCE], data[_NONCE:], about)


def _key_id(master: bytes) -> str:
    return hashlib.sha256(b"shelterwood record master key\n" + master).hexdigest()[:16]


def _directory() -> Path:
    return facts().places.secrets / "record_keys"


def _current() -> bytes:
    """Return the master key in use: the file `current`, made at the first need. To rotate, rename it."""
    return bytes.fromhex(made_once(_directory() / "current", make=lambda: os.urandom(32).hex()))


def _masters() -> dict[str, bytes]:
    keys = (bytes.fromhex(path.read_text(encoding="utf-8")) for path in _directory().glob("[!.]*"))
    return {_key_id(key): key for key in keys}
