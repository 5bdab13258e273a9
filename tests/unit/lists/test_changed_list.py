"""A version with what was changed since: it answers as if the change had been in it from the beginning."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING

import numpy as np
import pytest

from shelterwood.lists import ChangedList, Entry, IndicatorList, Withdrawal

if TYPE_CHECKING:
    from datetime import datetime
    from pathlib import Path

    from shelterwood.lists import Record


def entry(number: int, kind: str = "pdq") -> Entry:
    width = {"pdq": 32, "sha256": 32, "md5": 16}.get(kind, 4)
    return Entry(source="s", entry_id=str(number), kind=kind, value=random.Random(number).randbytes(width).hex())


def found(opened: ChangedList | IndicatorList, one: Entry, now: datetime) -> list[str]:
    if one.kind == "pdq":
        code = np.frombuffer(bytes.fromhex(one.value), np.uint8)[np.newaxis]
        rows = opened.look_up_pdq(code, at=now)[1].tolist()
    else:
        rows = [match.row for match in opened.look_up_digests(at=now, **{one.kind: one.value})]
    return [opened.entry(row).entry_id for row in rows]


@pytest.fixture
def changed(tmp_path: Path, now: datetime) -> ChangedList:
    rows = [*(entry(number) for number in range(20)), *(entry(number, "sha256") for number in range(20))]
    IndicatorList.create(tmp_path / "l.swl", rows, now=now)
    return ChangedList(IndicatorList.open(tmp_path / "l.swl"), name="mine", version=7)


def test_rows_of_an_item_are_found_by_bisection(changed: ChangedList) -> None:
    rows = changed.base.rows_of(("s", "3"))

    assert [changed.entry(row).kind for row in rows] == ["pdq", "sha256"]
    assert len(changed.base.rows_of(("s", "99"))) == len(changed.base.rows_of(("r", "3"))) == 0


def test_an_item_withdrawn_is_found_by_none_of_its_fingerprints(changed: ChangedList, now: datetime) -> None:
    changed.apply([Withdrawal(source="s", entry_id="3", withdrawn_at=now)])

    assert found(changed, entry(3), now) == found(changed, entry(3, "sha256"), now) == []
    assert found(changed, entry(4), now) == ["4"]


def test_an_entry_added_is_found_and_can_go_and_come_again(changed: ChangedList, now: datetime) -> None:
    for one in (entry(50), entry(50, "md5")):
        changed.apply([one])
        assert found(changed, one, now) == ["50"]
        changed.apply([Withdrawal(source="s", entry_id="50", withdrawn_at=now)])
        assert found(changed, one, now) == []
        changed.apply([one])
        assert found(changed, one, now) == ["50"]


def test_the_same_entry_twice_is_found_once(changed: ChangedList, now: datetime) -> None:
    changed.apply([entry(4), entry(50), entry(50)])

    assert (found(changed, entry(4), now), found(changed, entry(50), now)) == (["4"], ["50"])


def test_counts_are_those_of_a_version_made_with_the_changes(
    changed: ChangedList, tmp_path: Path, now: datetime
) -> None:
    changes: list[Record] = [
        entry(50), entry(51, "md5"), entry(52, "photodna"), Withdrawal(source="s", entry_id="3", withdrawn_at=now)
    ]  # fmt: skip
    changed.apply(changes)
    before = [*(entry(number) for number in range(20)), *(entry(number, "sha256") for number in range(20))]
    IndicatorList.create(tmp_path / "all.swl", [*before, *changes], now=now)

    with IndicatorList.open(tmp_path / "all.swl") as whole:
        for name in (
            "entries_live",
            "items_live",
            "items_perceptual",
            "items_exact_only",
            "items_unmatchable",
            "kinds",
        ):
            assert getattr(changed.counts, name) == getattr(whole.counts, name), name


def test_an_entry_that_begins_later_is_found_from_then_on(changed: ChangedList, now: datetime) -> None:
    later = now.replace(year=2030)
    one = entry(60)
    changed.apply([Entry(source="s", entry_id="60", kind="pdq", value=one.value, valid_from=later)])

    assert (found(changed, one, now), found(changed, one, later)) == ([], ["60"])
