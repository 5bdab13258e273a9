"""Sealed objects in a bucket: signed, whole or not there, never written over, told plainly when the bucket refuses."""

from __future__ import annotations

import os
from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest
from s3_server import ACCESS, BUCKET, SECRET, FakeS3, running_s3

from shelterwood.vault.codes import new_object_id, week_of
from shelterwood.vault.durable import VaultFull, VaultNotUsable
from shelterwood.vault.s3_client import Bucket
from shelterwood.vault.s3_signing import Credentials, signature
from shelterwood.vault.s3_store import S3Store
from shelterwood.vault.storing import ObjectExists, StoredName, stored_name

if TYPE_CHECKING:
    from collections.abc import Iterator

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)
PART = 64 << 10


@pytest.fixture
def server() -> Iterator[FakeS3]:
    with running_s3() as held:
        held.least_part = PART
        yield held


@pytest.fixture
def store(server: FakeS3) -> S3Store:
    keys = Credentials(access_key=ACCESS, secret_key=SECRET)
    bucket = Bucket(endpoint=server.url, name=BUCKET, credentials=keys, prefix="a b/ü/")
    return S3Store(bucket=bucket, part_size=PART)


def a_name() -> StoredName:
    return stored_name(new_object_id(NOW))


def test_the_signature_is_that_of_the_published_example() -> None:
    """Amazon S3 API Reference, "Examples: Signature Calculations", GET Object."""
    empty = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
    headers = {
        "host": "examplebucket.s3.amazonaws.com",
        "range": "bytes=0-9",
        "x-amz-content-sha256": empty,
        "x-amz-date": "20130524T000000Z",
    }

    proof = signature(
        method="GET",
        path="/test.txt",
        query={},
        headers=headers,
        secret="wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY",
        scope="20130524/us-east-1/s3/aws4_request",
    )

    assert proof == "f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41"


@pytest.mark.parametrize("size", [0, 1, PART - 1, PART, PART + 1, 3 * PART, 3 * PART + 5])
def test_what_was_put_is_read_again(store: S3Store, server: FakeS3, size: int) -> None:
    name, data = a_name(), os.urandom(size)

    store.put(name, [data[at : at + 1000] for at in range(0, size, 1000)])

    assert store.size(name) == size
    assert b"".join(store.read(name)) == data
    assert b"".join(store.read(name, most=100)) == data[:100]
    assert not server.uploads


@pytest.mark.parametrize("size", [10, 3 * PART])
def test_an_object_is_never_written_over(store: S3Store, server: FakeS3, size: int) -> None:
    name = a_name()
    store.put(name, [b"a" * size])

    with pytest.raises(ObjectExists):
        store.put(name, [b"b" * size])

    assert b"".join(store.read(name)) == b"a" * size
    assert not server.uploads


def test_pieces_that_end_in_an_error_leave_nothing(store: S3Store, server: FakeS3) -> None:
    def pieces() -> Iterator[bytes]:
        yield bytes(3 * PART)
        raise InterruptedError

    with pytest.raises(InterruptedError):
        store.put(a_name(), pieces())

    assert not server.objects
    assert not server.uploads


def test_what_is_not_there_has_no_size_and_no_bytes(store: S3Store) -> None:
    name = a_name()

    assert store.size(name) is None
    assert list(store.read(name)) == []
    assert store.delete(name) is False


def test_what_is_deleted_is_gone(store: S3Store) -> None:
    name = a_name()
    store.put(name, [b"x"])

    assert store.delete(name) is True
    assert store.size(name) is None


def test_the_objects_of_a_week_are_listed_page_by_page(store: S3Store, server: FakeS3) -> None:
    server.page = 2
    names = sorted(a_name() for _ in range(5))
    for name in names:
        store.put(name, [b"x"])
    server.objects[f"a b/ü/{week_of(new_object_id(NOW))}/strange"] = b""
    week = week_of(new_object_id(NOW))

    assert sorted(store.names(week)) == names


def test_a_wrong_secret_is_a_clear_error_without_the_secret(store: S3Store) -> None:
    keys = Credentials(access_key=ACCESS, secret_key="another one")
    wrong = S3Store(bucket=replace(store.bucket, credentials=keys))

    with pytest.raises(VaultNotUsable, match="403 SignatureDoesNotMatch") as told:
        wrong.check()

    assert "another one" not in repr(wrong) + told.value.explain()


def test_a_full_bucket_says_so_and_keeps_nothing(store: S3Store, server: FakeS3) -> None:
    server.refuse_with = "QuotaExceeded"

    with pytest.raises(VaultFull):
        store.put(a_name(), [bytes(3 * PART)])

    assert not server.objects


def test_a_bucket_that_does_not_answer_is_a_clear_error() -> None:
    keys = Credentials(access_key=ACCESS, secret_key=SECRET)
    store = S3Store(bucket=Bucket(endpoint="http://127.0.0.1:9", name=BUCKET, credentials=keys))

    with pytest.raises(VaultNotUsable, match="does not answer"):
        store.size(a_name())


@pytest.mark.parametrize("endpoint", ["http://example.org", "ftp://127.0.0.1", "https://", "https://host/path"])
def test_an_address_that_is_not_safe_is_refused(endpoint: str) -> None:
    with pytest.raises(VaultNotUsable, match="address"):
        Bucket(endpoint=endpoint, name=BUCKET, credentials=Credentials(access_key="a", secret_key="b"))


def test_a_bucket_that_is_well_passes_its_check(store: S3Store, server: FakeS3) -> None:
    store.check()

    assert not server.objects
