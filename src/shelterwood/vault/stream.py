"""Sealing and opening in chunks, in constant memory: AES-256-GCM in the STREAM construction.

Source: Hoang, Reyhanitabar, Rogaway, Vizar, "Online Authenticated-Encryption and its Nonce-Reuse Misuse-Resistance"
(CRYPTO 2015), section 7. The nonce of a chunk is the header's 7-byte prefix, the chunk's number (32 bits) and one
byte that is 1 for the last chunk only. So a chunk cannot be moved, left out, or put last, and no chunk is released
unverified.
"""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING, Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from shelterwood.vault.faults import VaultFault

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from shelterwood.vault.header import Header

__all__ = ["CHUNK_SIZE", "TAG_SIZE", "SealBroken", "open_chunks", "rechunked", "seal_chunks", "sealed_size"]

CHUNK_SIZE: Final = 1 << 20
TAG_SIZE: Final = 16
_MOST_CHUNKS: Final = 1 << 32
_NONCE: Final = struct.Struct(">7sIB")


class SealBroken(VaultFault):
    """The sealed bytes were altered, cut, moved or belong to another object: nothing more of it is released."""


def seal_chunks(pieces: Iterable[bytes], *, key: bytes, header: Header) -> Iterator[bytes]:
    """Yield header and sealed chunks of `pieces` (of any sizes); nothing longer than two chunks is held."""
    cipher, bound = AESGCM(key), header.pack()
    yield bound
    for number, (chunk, is_last) in enumerate(_with_last(rechunked(pieces, size=header.chunk_size))):
        if number == _MOST_CHUNKS:
            raise SealBroken("The object has more chunks than can be numbered.", remedy="Seal it in parts.")
        yield cipher.encrypt(_nonce(header, number, is_last=is_last), chunk, bound)


def open_chunks(pieces: Iterable[bytes], *, key: bytes, header: Header) -> Iterator[bytes]:
    """Yield the plaintext of what follows the header, chunk by verified chunk; SealBroken at the first that is not.

    That the end is missing shows only at the end: who must not act on a part waits for the last chunk.
    """
    cipher, bound = AESGCM(key), header.pack()
    for number, (chunk, is_last) in enumerate(_with_last(rechunked(pieces, size=header.chunk_size + TAG_SIZE))):
        try:
            yield cipher.decrypt(_nonce(header, number, is_last=is_last), chunk, bound)
        except (InvalidTag, struct.error) as error:
            raise SealBroken(
                f"Chunk {number} of the sealed object was altered, cut or moved.",
                remedy="Restore the object from the backup of the data; its digest is in the custody record.",
            ) from error


def sealed_size(size: int, *, chunk_size: int = CHUNK_SIZE) -> int:
    """Return the bytes of a sealed object of `size` bytes, without its header."""
    return size + TAG_SIZE * max(1, -(-size // chunk_size))


def rechunked(pieces: Iterable[bytes], *, size: int) -> Iterator[bytes]:
    """Yield the same bytes in pieces of exactly `size`, the last one shorter; at least one, which may be empty."""
    held, yielded = bytearray(), False
    for piece in pieces:
        held += piece
        while len(held) > size:
            yield bytes(held[:size])
            del held[:size]
            yielded = True
    if held or not yielded:
        yield bytes(held)


def _nonce(header: Header, number: int, *, is_last: bool) -> bytes:
    return _NONCE.pack(header.nonce_prefix, number, is_last)


def _with_last(chunks: Iterator[bytes]) -> Iterator[tuple[bytes, bool]]:
    """Yield each chunk with whether it is the last one."""
    held = next(chunks)
    for chunk in chunks:
        yield held, False
        held = chunk
    yield held, True
