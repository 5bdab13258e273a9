"""The sealed form: what goes in comes out, in bounded memory; whatever was done to it on the disk shows."""

from __future__ import annotations

import os
import tracemalloc

import pytest
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from shelterwood.vault import NotASealedObject, ObjectId, SealBroken, Vault
from shelterwood.vault.codes import new_object_id, week_of
from shelterwood.vault.header import HEADER_SIZE, Header
from shelterwood.vault.stream import TAG_SIZE, open_chunks, rechunked, seal_chunks, sealed_size

from datetime import UTC, datetime  # isort: skip
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

NOW = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
KEY = bytes(range(32))
CHUNK = 1024


@pytest.fixture
def header() -> Header:
    name = new_object_id(NOW)
    return Header(
        object_id=name,
        chunk_size=CHUNK,
        nonce_prefix=b"prefix7",
        week=week_of(name),
        key_id=bytes(8),
        wrapped=bytes(60),
    )


def sealed_chunks(data: bytes, header: Header) -> list[bytes]:
    return list(seal_chunks([data], key=KEY, header=header))[1:]


def opened(chunks: list[bytes], header: Header) -> bytes:
    return b"".join(open_chunks(chunks, key=KEY, header=header))


@pytest.mark.parametrize("size", [0, 1, CHUNK - 1, CHUNK, CHUNK + 1, 5 * CHUNK, 5 * CHUNK + 7])
def test_bytes_come_out_as_they_went_in(size: int, header: Header) -> None:
    data = os.urandom(size)
    chunks = sealed_chunks(data, header)

    assert opened(chunks, header) == data
    assert sum(map(len, chunks)) == sealed_size(size, chunk_size=CHUNK)


def test_a_chunk_is_what_the_reference_page_says(header: Header) -> None:
    chunks = sealed_chunks(b"a" * CHUNK + b"b", header)
    nonces = [b"prefix7" + bytes(4) + b"\0", b"prefix7" + bytes([0, 0, 0, 1]) + b"\1"]

    plain = [AESGCM(KEY).decrypt(nonce, chunk, header.pack()) for nonce, chunk in zip(nonces, chunks, strict=True)]

    assert plain == [b"a" * CHUNK, b"b"]


@pytest.mark.parametrize(
    "change",
    [
        lambda c: c[:-1],  # cut at a chunk
        lambda c: [*c[:-1], c[-1][:-1]],  # cut within
        lambda c: [c[1], c[0], *c[2:]],  # order
        lambda c: [c[0], c[0], *c[2:]],  # one twice
        lambda c: c[1:],  # the first missing
        lambda c: [*c, c[-1]],  # longer
        lambda c: [bytes([c[0][0] ^ 1]) + c[0][1:], *c[1:]],  # one bit
        lambda _: [],
    ],
)
def test_whatever_is_done_to_the_chunks_shows(change: Callable[[list[bytes]], list[bytes]], header: Header) -> None:
    chunks = sealed_chunks(os.urandom(3 * CHUNK + 5), header)

    with pytest.raises(SealBroken):
        opened(change(chunks), header)


def test_a_changed_header_opens_nothing(header: Header) -> None:
    chunks = sealed_chunks(b"content", header)
    name = new_object_id(NOW)
    other = Header(
        object_id=name,
        chunk_size=CHUNK,
        nonce_prefix=b"prefix7",
        week=week_of(name),
        key_id=bytes(8),
        wrapped=bytes(60),
    )

    with pytest.raises(SealBroken):
        opened(chunks, other)


def test_nothing_unverified_is_released(header: Header) -> None:
    chunks = sealed_chunks(os.urandom(3 * CHUNK), header)
    chunks[1] = bytes(CHUNK + TAG_SIZE)
    found: Iterator[bytes] = open_chunks(chunks, key=KEY, header=header)

    assert len(next(found)) == CHUNK
    with pytest.raises(SealBroken):
        next(found)


def test_a_header_reads_back_and_anything_else_is_refused(header: Header) -> None:
    packed = header.pack()

    assert len(packed) == HEADER_SIZE == 116
    assert Header.unpack(packed) == header
    for place in (0, 8, 9, 10, 11, 39, 40):
        with pytest.raises(NotASealedObject):
            Header.unpack(packed[:place] + bytes([packed[place] ^ 0x80]) + packed[place + 1 :])
    with pytest.raises(NotASealedObject):
        Header.unpack(packed[:-1])


def test_pieces_of_any_size_become_chunks_of_one_size() -> None:
    assert list(rechunked([b"ab", b"", b"cdefg"], size=3)) == [b"abc", b"def", b"g"]
    assert list(rechunked([], size=3)) == [b""]


def test_sealing_and_opening_hold_a_few_chunks_however_long_the_object(vault: Vault) -> None:
    piece = bytes(1 << 18)
    tracemalloc.start()
    sealed = vault.seal((piece for _ in range(160)), media_type="video/mp4", actor="key:1", now=NOW)
    vault.check(sealed.object_id, actor="system:check", now=NOW)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()

    assert sealed.size == 160 * len(piece)
    assert peak < 12 << 20


def test_two_sealed_files_cannot_change_places(
    vault: Vault, tmp_path: Path, seal: Callable[[bytes], ObjectId], content: Callable[[Vault, ObjectId], bytes]
) -> None:
    one, two = seal(b"one"), seal(b"two")
    files = {path.stem: path for path in tmp_path.rglob("*.sealed")}
    files[one].write_bytes(files[two].read_bytes())

    with pytest.raises(SealBroken):
        content(vault, one)
    assert content(vault, two) == b"two"


def test_what_lies_on_the_disk_says_nothing_and_is_private(tmp_path: Path, seal: Callable[[bytes], ObjectId]) -> None:
    seal(b"a phrase that would be found" * 100)
    files = [path for path in tmp_path.rglob("*") if path.is_file()]

    assert all(b"a phrase" not in path.read_bytes() for path in files)
    assert all(path.stat().st_mode & 0o077 == 0 for path in tmp_path.rglob("*"))
