"""The digest table: equal to a dictionary always, whatever the digests, and never trusting what is on disk."""

from __future__ import annotations

import stat
from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from shelterwood.index.digests import WIDTHS, DigestTable, DigestTableDamaged

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray


def as_digests(values: list[bytes], width: int) -> NDArray[np.uint8]:
    return np.frombuffer(b"".join(values), np.uint8).reshape(len(values), width)


def random_table(rows: int, width: int, seed: int = 1) -> tuple[NDArray[np.uint8], NDArray[np.int64]]:
    random = np.random.default_rng(seed)
    return random.integers(0, 256, (rows, width), dtype=np.uint8), random.permutation(rows).astype(np.int64)


@st.composite
def colliding_digests(draw: st.DrawFn) -> tuple[int, list[bytes], list[bytes]]:
    """Digests made of few different pieces, so that every column has ties, and queries that share pieces with them."""
    width = draw(st.sampled_from(WIDTHS))
    piece = st.sampled_from([b"\0\0\0\0", b"\xff\xff\xff\xff", b"\0\0\0\1", b"\x80\0\0\0"])
    digest = st.lists(piece, min_size=width // 4, max_size=width // 4).map(b"".join)
    return width, draw(st.lists(digest, max_size=40)), draw(st.lists(digest, max_size=10))


@given(colliding_digests())
def test_a_look_up_returns_what_a_dictionary_would(case: tuple[int, list[bytes], list[bytes]]) -> None:
    width, stored, queries = case
    ids = np.arange(len(stored), dtype=np.int64) * 7 - 3
    table = DigestTable.build(as_digests(stored, width), ids)

    query, found = table.look_up(as_digests(queries, width))

    pairs = list(zip(stored, ids.tolist(), strict=True))
    expected = [(number, i) for number, wanted in enumerate(queries) for one, i in pairs if one == wanted]
    assert list(zip(query.tolist(), found.tolist(), strict=True)) == expected


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("rows", [0, 1, 2, 1000])
def test_a_saved_table_answers_as_the_built_one(tmp_path: Path, width: int, rows: int) -> None:
    digests, ids = random_table(rows, width)
    DigestTable.build(digests, ids).save(tmp_path / "table")
    strangers = random_table(50, width, seed=2)[0]

    table = DigestTable.open(tmp_path / "table")
    query, found = table.look_up(np.concatenate([strangers, digests]))

    assert len(table) == rows
    assert (query - 50 == np.arange(rows)).all()
    assert (found == ids).all()
    table.verify()


def test_many_equal_digests_return_every_id(tmp_path: Path) -> None:
    digests = np.full((1024, 16), 0xAB, np.uint8)
    DigestTable.build(digests, np.arange(1024)).save(tmp_path / "table")

    query, found = DigestTable.open(tmp_path / "table").look_up(digests[:2])

    assert (query == np.repeat([0, 1], 1024)).all()
    assert (found == np.tile(np.arange(1024), 2)).all()


def test_a_table_is_readable_by_its_owner_only_and_leaves_nothing_beside_it(tmp_path: Path) -> None:
    DigestTable.build(*random_table(3, 20)).save(tmp_path / "table")

    assert stat.S_IMODE((tmp_path / "table").stat().st_mode) == 0o600
    assert [part.name for part in tmp_path.iterdir()] == ["table"]


@pytest.mark.parametrize("damage", ["cut", "longer", "magic", "rows", "width", "empty"])
def test_a_damaged_table_is_refused_when_opened(tmp_path: Path, damage: str) -> None:
    path = tmp_path / "table"
    DigestTable.build(*random_table(100, 32)).save(path)
    content = bytearray(path.read_bytes())
    if damage == "magic":
        content[0] ^= 1
    elif damage == "width":
        content[8] = 16
    elif damage == "rows":
        content[16:24] = (2**60).to_bytes(8, "little")
    path.write_bytes({"cut": content[:-1], "longer": content + b"\0", "empty": b""}.get(damage, content))

    with pytest.raises(DigestTableDamaged, match="cannot be used"):
        DigestTable.open(path)


def test_a_changed_byte_in_the_content_is_found_by_verify(tmp_path: Path) -> None:
    path = tmp_path / "table"
    DigestTable.build(*random_table(100, 32)).save(path)
    content = bytearray(path.read_bytes())
    content[-1] ^= 1
    path.write_bytes(content)

    with pytest.raises(DigestTableDamaged, match="has changed"):
        DigestTable.open(path).verify()


@pytest.mark.parametrize(
    ("digests", "ids"),
    [
        (np.zeros((2, 17), np.uint8), np.zeros(2, np.int64)),
        (np.zeros((2, 16), np.int8), np.zeros(2, np.int64)),
        (np.zeros((2, 16), np.uint8), np.zeros(3, np.int64)),
        (np.zeros((2, 16), np.uint8), np.zeros(2, np.int32)),
    ],
)
def test_wrong_shapes_and_types_are_refused(digests: NDArray[np.uint8], ids: NDArray[np.int64]) -> None:
    with pytest.raises(ValueError, match="are"):
        DigestTable.build(digests, ids)


def test_a_query_of_another_width_is_refused() -> None:
    table = DigestTable.build(*random_table(3, 16))

    with pytest.raises(ValueError, match="16 bytes, not 20"):
        table.look_up(np.zeros((1, 20), np.uint8))
