"""`verify` finds any part of a list that does not say what its entries say."""

from __future__ import annotations

import json
import shutil
from datetime import timedelta
from typing import TYPE_CHECKING

import numpy as np
import pytest

from shelterwood.errors import ShelterwoodError
from shelterwood.index import HammingIndex
from shelterwood.index.digests import DigestTable
from shelterwood.lists import Entry, IndicatorList, ListNotReadable, Withdrawal
from shelterwood.lists.layout import DIGESTS, ENTRIES, MANIFEST, OFFSETS, PDQ_INDEX, VALIDITY, version_folder

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime
    from pathlib import Path


@pytest.fixture
def folder(tmp_path: Path, now: datetime) -> Path:
    """Make a list of five items with every kind, some of them equal, and return the folder of its version."""
    random = np.random.default_rng(1)
    entries = [
        Entry(source="src", entry_id=str(item), kind=kind, value=random.bytes(width).hex(), withdrawn_at=withdrawn)
        for item in range(4)
        for kind, width in (("md5", 16), ("sha1", 20), ("sha256", 32), ("pdq", 32), ("photodna", 144))
        for withdrawn in [now if item == 3 else None]
    ]
    entries += [
        Entry(source="src", entry_id=f"same {n}", kind=kind, value="ab" * width)
        for kind, width in (("md5", 16), ("pdq", 32))
        for n in range(3)
    ]
    later = [Entry(source="src", entry_id="later", kind="md5", value="cd" * 16, withdrawn_at=now + timedelta(days=1))]
    gone = [Withdrawal(source="src", entry_id="gone", withdrawn_at=now)]
    IndicatorList.create(tmp_path / "a.swl", [*entries, *later, *gone], now=now)
    return version_folder(tmp_path / "a.swl", 1)


def list_of(folder: Path) -> Path:
    return folder.parents[1]


def test_a_sound_list_passes(folder: Path) -> None:
    IndicatorList.open(list_of(folder)).verify()


def flip(name: str, place: int) -> Callable[[Path], None]:
    def damage(folder: Path) -> None:
        content = bytearray((folder / name).read_bytes())
        content[place] ^= 1
        (folder / name).write_bytes(content)

    return damage


def without_a_table(folder: Path) -> None:
    (folder / DIGESTS / "md5").unlink()


def without_a_row_in_a_table(folder: Path) -> None:
    table = DigestTable.open(folder / DIGESTS / "md5")
    ids = np.array(table.ids())
    digests = np.zeros((len(ids), 16), np.uint8)
    DigestTable.build(digests, ids).save(folder / DIGESTS / "md5")


def more_in_the_index(folder: Path) -> None:
    with HammingIndex.open(folder / PDQ_INDEX, writable=True) as index:
        index.add(np.full((1, 32), 7, np.uint8), np.array([0], np.int64))


def less_in_the_index(folder: Path) -> None:
    with HammingIndex.open(folder / PDQ_INDEX, writable=True) as index:
        rows = index.search(np.full((1, 32), 0xAB, np.uint8), 0).id
        index.discard(rows[:1])


def no_index(folder: Path) -> None:
    shutil.rmtree(folder / PDQ_INDEX)


def another_digest(folder: Path) -> None:
    manifest = json.loads((folder / MANIFEST).read_text())
    (folder / MANIFEST).write_text(json.dumps(manifest | {"digest": "0" * 64}))


DAMAGES = {
    "a byte of an entry": flip(ENTRIES, 120),
    "an offset": flip(OFFSETS, 8),
    "a time": flip(VALIDITY, 0),
    "a byte of a table": flip(f"{DIGESTS}/sha1", 70),
    "the header of a table": flip(f"{DIGESTS}/sha1", 1),
    "a table": without_a_table,
    "a row of a table": without_a_row_in_a_table,
    "more in the index": more_in_the_index,
    "less in the index": less_in_the_index,
    "the index": no_index,
    "the digest": another_digest,
}


@pytest.mark.parametrize("name", DAMAGES)
def test_damage_is_found(folder: Path, name: str) -> None:
    DAMAGES[name](folder)

    with pytest.raises(ShelterwoodError):
        IndicatorList.open(list_of(folder)).verify()


def test_an_index_that_points_outside_is_met_with_an_error_and_not_a_wrong_match(folder: Path, now: datetime) -> None:
    with HammingIndex.open(folder / PDQ_INDEX, writable=True) as index:
        index.add(np.full((1, 32), 7, np.uint8), np.array([10**9], np.int64))

    opened = IndicatorList.open(list_of(folder))

    with pytest.raises(ListNotReadable, match="points outside"):
        opened.look_up_pdq(np.full((1, 32), 7, np.uint8), at=now)
