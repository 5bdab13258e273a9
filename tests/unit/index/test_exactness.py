"""The index answers exactly what the NumPy reference answers, for every shape of data that breaks indexes."""

from __future__ import annotations

import os
from unittest import mock

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shelterwood.index import HammingIndex, Matches, _reference

RADII = [*range(41), 64, 128, 255, 256]


def random_codes(seed: int, rows: int) -> np.ndarray:
    return np.random.default_rng(seed).integers(0, 256, (rows, 32), dtype=np.uint8)


def flipped(codes: np.ndarray, bits: int, seed: int = 0) -> np.ndarray:
    """Return the codes with exactly `bits` different bits flipped in each."""
    rng = np.random.default_rng(seed)
    unpacked = np.unpackbits(codes, axis=1)
    for row in unpacked:
        row[rng.choice(256, bits, replace=False)] ^= 1
    return np.packbits(unpacked, axis=1)


# What a list is looked up in: tables on single bytes when it is short; on chunks, their buckets cut or not, when long.
TABLES = ["bytes", "whole", "cut"]


def built(codes: np.ndarray, ids: np.ndarray, tables: str, *, threads: int = 1) -> HammingIndex:
    with mock.patch.dict(os.environ, SHELTERWOOD_INDEX_TABLES=tables):
        return HammingIndex.build(codes, ids, threads=threads)


def assert_same(found: Matches, expected: Matches) -> None:
    for ours, theirs in zip(found, expected, strict=True):
        np.testing.assert_array_equal(ours, theirs)


def clustered(rows: int) -> np.ndarray:
    """Codes that differ only in the last 24 bits: every table but two is one single bucket."""
    codes = np.zeros((rows, 32), dtype=np.uint8)
    codes[:, 29:] = random_codes(5, rows)[:, 29:]
    return codes


def duplicates(rows: int) -> np.ndarray:
    """Return rows of only a hundred codes, half of them the first."""
    few = random_codes(6, 100)
    which = np.random.default_rng(7).integers(0, 100, rows)
    which[: rows // 2] = 0
    return few[which]


LISTS = {
    "empty": random_codes(1, 0),
    "one": random_codes(1, 1),
    "two": random_codes(1, 2),
    "all zero": np.zeros((1500, 32), dtype=np.uint8),
    "all one": np.full((1500, 32), 255, dtype=np.uint8),
    "a power of two of one code": np.repeat(random_codes(2, 1), 2048, axis=0),
    "random": random_codes(3, 3000),
    "just too few for tables": random_codes(3, 1024),
    "just enough for tables": random_codes(3, 1025),
    "clustered bits": clustered(2500),
    "heavy duplicates": duplicates(4000),
}


@pytest.mark.parametrize("tables", TABLES)
@pytest.mark.parametrize("name", LISTS)
def test_every_radius_equals_brute_force(name: str, tables: str) -> None:
    codes = LISTS[name]
    ids = np.random.default_rng(9).integers(-(2**62), 2**62, len(codes))
    index = built(codes, ids, tables)
    near = flipped(codes[:3], 31) if len(codes) else codes
    queries = np.concatenate([near, codes[:2], random_codes(4, 2), np.zeros((1, 32), dtype=np.uint8)])
    for radius in RADII:
        assert_same(index.search(queries, radius), _reference.search(codes, ids, queries, radius))


@pytest.mark.parametrize("tables", TABLES)
@pytest.mark.parametrize("distance", [0, 1, 7, 8, 15, 16, 23, 24, 30, 31, 32])
def test_a_planted_copy_is_found_at_exactly_its_distance(distance: int, tables: str) -> None:
    codes = random_codes(10, 5000)
    index = built(codes, np.arange(5000), tables)
    queries = flipped(codes[:200], distance, seed=distance)
    found = index.search(queries)
    expected = np.arange(200) if distance <= 31 else np.arange(0)
    np.testing.assert_array_equal(found.query, expected)
    np.testing.assert_array_equal(found.id, expected)
    assert (found.distance == distance).all()


@pytest.mark.parametrize("tables", TABLES)
@pytest.mark.parametrize("batch", [0, 1, 2, 31, 32, 35, 36, 57, 700])
@pytest.mark.parametrize("radius", [31, 33, 100])
def test_every_batch_size_answers_alike(batch: int, radius: int, tables: str) -> None:
    codes = random_codes(11, 2000)
    ids = np.arange(2000, dtype=np.int64)
    queries = np.concatenate([flipped(codes[:300], 20), random_codes(12, 400)])[:batch]
    for threads in (1, 3):
        found = built(codes, ids, tables).search(queries, radius, threads=threads)
        assert_same(found, _reference.search(codes, ids, queries, radius))


@settings(max_examples=60, deadline=None)
@given(
    seed=st.integers(0, 2**32 - 1),
    rows=st.integers(0, 3000),
    entropy=st.integers(1, 256),
    radius=st.integers(0, 60),
    distinct_ids=st.sampled_from([1, 3, 2**60]),
    tables=st.sampled_from(TABLES),
)
def test_any_list_equals_brute_force(
    *, seed: int, rows: int, entropy: int, radius: int, distinct_ids: int, tables: str
) -> None:
    rng = np.random.default_rng(seed)
    varied = rng.permutation(256)[:entropy]
    bits = np.zeros((rows, 256), dtype=np.uint8)
    bits[:, varied] = rng.integers(0, 2, (rows, entropy), dtype=np.uint8)
    codes = np.packbits(bits, axis=1)
    ids = rng.integers(0, distinct_ids, rows)
    queries = np.concatenate([flipped(codes[:2], min(radius, 31), seed), random_codes(seed, 1)])
    assert_same(built(codes, ids, tables).search(queries, radius), _reference.search(codes, ids, queries, radius))


def test_the_build_radius_is_what_a_search_uses() -> None:
    codes = random_codes(13, 10)
    index = HammingIndex.build(codes, radius=5)
    assert len(index.search(flipped(codes, 5)).query) == 10
    assert len(index.search(flipped(codes, 6)).query) == 0
