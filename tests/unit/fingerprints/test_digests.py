"""Digests: the three algorithms at once give what each gives alone, however the bytes arrive."""

from __future__ import annotations

import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shelterwood.fingerprints import digests


@given(st.lists(st.binary(max_size=5000), max_size=6))
def test_digests_in_one_pass_equal_each_algorithm_alone(chunks: list[bytes]) -> None:
    whole = b"".join(chunks)

    got = digests.digest(chunks)

    assert got.by_kind() == {name: hashlib.new(name, whole).hexdigest() for name in ("md5", "sha1", "sha256")}
    assert got.size == len(whole)


def test_a_buffer_larger_than_one_piece_is_digested_whole() -> None:
    data = bytes(range(256)) * 2000

    assert digests.digest(data).sha256 == hashlib.sha256(data).hexdigest()


@pytest.mark.parametrize("buffer", [b"abc", bytearray(b"abc"), memoryview(b"xabcx")[1:4]])
def test_one_buffer_is_as_good_as_a_list_of_them(buffer: bytes | bytearray | memoryview) -> None:
    assert digests.digest(buffer) == digests.digest([b"a", b"bc"])


def test_a_digester_can_tell_its_digests_on_the_way() -> None:
    digester = digests.Digester()
    digester.update(b"first")
    on_the_way = digester.digests()
    digester.update(b" and second")

    assert on_the_way == digests.digest(b"first")
    assert digester.digests() == digests.digest(b"first and second")


def test_wider_items_are_digested_as_their_bytes() -> None:
    words = memoryview(bytes(range(16))).cast("I")

    assert digests.digest(words) == digests.digest(bytes(range(16)))


def test_the_names_of_the_digests_are_those_of_the_kinds() -> None:
    assert tuple(digests.digest(b"").by_kind()) == digests.KINDS
