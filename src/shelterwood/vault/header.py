"""The first 116 bytes of a sealed object: what it is, whose key opens it, and that key, wrapped.

docs/reference/sealed-object.md has the same table. The header is bound to every chunk as associated data, so nothing
in it can be changed. Every number is big-endian.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from shelterwood.vault.codes import CodeNotValid, ObjectId, Week, object_id, week_of
from shelterwood.vault.faults import VaultFault

__all__ = ["HEADER_SIZE", "WRAPPED_SIZE", "Header", "NotASealedObject"]

_LAYOUT: Final = struct.Struct(">8sBBHI16s7sx8s8s60s")
_MAGIC: Final = b"SWSEALED"
_VERSION: Final = 1
_STREAM: Final = 1  # AES-256-GCM in the STREAM construction

HEADER_SIZE: Final = _LAYOUT.size
WRAPPED_SIZE: Final = 60


class NotASealedObject(VaultFault):
    """The bytes do not begin as a sealed object of this version does, or are those of another object."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Header:
    """`chunk_size`: bytes of plaintext a chunk; `wrapped`: the object's key under the epoch key `key_id` (8 bytes)."""

    object_id: ObjectId
    chunk_size: int
    nonce_prefix: bytes
    week: Week
    key_id: bytes
    wrapped: bytes

    def pack(self) -> bytes:
        """Return the 116 bytes."""
        return _LAYOUT.pack(
            _MAGIC,
            _VERSION,
            _STREAM,
            0,
            self.chunk_size,
            UUID(self.object_id).bytes,
            self.nonce_prefix,
            self.week.encode("ascii"),
            self.key_id,
            self.wrapped,
        )

    @classmethod
    def unpack(cls, data: bytes) -> Header:
        """Read a header; NotASealedObject for another size, magic, version, or a name that does not fit its week."""
        if len(data) != HEADER_SIZE:
            raise _not_sealed("it is too short")
        magic, version, method, spare, chunk_size, name, prefix, week, key_id, wrapped = _LAYOUT.unpack(data)
        if (magic, method, spare) != (_MAGIC, _STREAM, 0) or version != _VERSION:
            raise _not_sealed("it does not begin as version 1 does")
        if not 1 << 10 <= chunk_size <= 1 << 26:
            raise _not_sealed("its chunk size is out of bounds")
        try:
            identity = object_id(str(UUID(bytes=name)))
        except CodeNotValid as error:
            raise _not_sealed("its name is no UUIDv7") from error
        if week_of(identity).encode("ascii") != week:
            raise _not_sealed("its name and its week do not fit")
        found = cls(
            object_id=identity,
            chunk_size=chunk_size,
            nonce_prefix=prefix,
            week=week_of(identity),
            key_id=key_id,
            wrapped=wrapped,
        )
        if found.pack() != data:
            raise _not_sealed("a reserved byte is not zero")
        return found


def _not_sealed(why: str) -> NotASealedObject:
    return NotASealedObject(f"This is not a sealed object: {why}.", remedy="Restore it from the backup of the data.")
