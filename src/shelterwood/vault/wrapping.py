"""How an object's key is wrapped under the key of its week, and the table of wrapped keys.

AES-256-GCM rather than AES-KW (RFC 3394): it takes associated data, so a wrapped key is bound to its object and to
its epoch key, and one put in another's row does not open. Nonces are random (96 bits); an epoch key wraps far fewer
than 2^32 keys.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Final
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from shelterwood.vault.codes import ObjectId
from shelterwood.vault.faults import VaultFault
from shelterwood.vault.header import WRAPPED_SIZE

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

__all__ = ["ROW_SIZE", "KeyNotOpened", "pack_row", "read_rows", "unwrap", "wrap"]

_NONCE_SIZE: Final = 12
ROW_SIZE: Final = 16 + WRAPPED_SIZE


class KeyNotOpened(VaultFault):
    """A wrapped key does not open under the epoch key that it names: one of the two was altered."""


def wrap(key: bytes, *, epoch_key: bytes, key_id: bytes, name: ObjectId) -> bytes:
    """Return the 60 bytes: nonce, ciphertext, tag."""
    nonce = os.urandom(_NONCE_SIZE)
    return nonce + AESGCM(epoch_key).encrypt(nonce, key, _bound(key_id, name))


def unwrap(wrapped: bytes, *, epoch_key: bytes, key_id: bytes, name: ObjectId) -> bytes:
    """Return the object's key; KeyNotOpened if anything is not as it was when wrapped."""
    try:
        return AESGCM(epoch_key).decrypt(wrapped[:_NONCE_SIZE], wrapped[_NONCE_SIZE:], _bound(key_id, name))
    except InvalidTag as error:
        raise KeyNotOpened(
            "The key of this object does not open.", remedy="Compare the key store with its replica."
        ) from error


def _bound(key_id: bytes, name: ObjectId) -> bytes:
    return b"shelterwood object key 1" + key_id + UUID(name).bytes


def pack_row(name: ObjectId, wrapped: bytes) -> bytes:
    """Return one row of the table: the 16 bytes of the name, then the wrapped key."""
    return UUID(name).bytes + wrapped


def read_rows(data: bytes) -> Mapping[ObjectId, bytes]:
    """Return the wrapped key of each object; a torn last row was never acknowledged and is left out."""
    return dict(_rows(data))


def _rows(data: bytes) -> Iterator[tuple[ObjectId, bytes]]:
    for start in range(0, len(data) - ROW_SIZE + 1, ROW_SIZE):
        row = data[start : start + ROW_SIZE]
        yield ObjectId(str(UUID(bytes=row[:16]))), row[16:]
