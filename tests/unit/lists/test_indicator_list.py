"""A list on disk: made and updated at once or not at all, looked up in exactly, opened versions never disturbed."""

from __future__ import annotations

import hashlib
import json
import stat
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import numpy as np
import pytest

from shelterwood.lists import (
    ClassLabel,
    Delivery,
    Entry,
    IndicatorList,
    ListBusy,
    ListExists,
    ListFileNotReadable,
    ListNotReadable,
    NothingToImport,
    Reason,
    Skipped,
    Withdrawal,
    count_changes,
    diff,
)
from shelterwood.lists.layout import locked

if TYPE_CHECKING:
    from pathlib import Path

MD5 = hashlib.md5(b"a drawing", usedforsecurity=False).hexdigest()
SHA1 = hashlib.sha1(b"a drawing", usedforsecurity=False).hexdigest()
SHA256 = hashlib.sha256(b"a drawing").hexdigest()
PDQ = "0f" * 32


def entry(entry_id: str = "1", kind: str = "md5", value: str = MD5, **more: object) -> Entry:
    return Entry(source="src", entry_id=entry_id, kind=kind, value=value, **more)  # type: ignore[arg-type]


DRAWING = [entry(), entry(kind="sha1", value=SHA1), entry(kind="sha256", value=SHA256), entry(kind="pdq", value=PDQ)]


def code(text: str) -> np.ndarray:
    return np.frombuffer(bytes.fromhex(text), np.uint8)[np.newaxis]


def test_a_new_list_answers_for_every_kind_it_can_match(tmp_path: Path, now: datetime) -> None:
    IndicatorList.create(tmp_path / "a.swl", [*DRAWING, entry(kind="photodna", value="AAAA")], now=now, name="drawings")

    opened = IndicatorList.open(tmp_path / "a.swl")
    exact = opened.look_up_digests(md5=MD5, sha1=SHA1, sha256=SHA256, at=now)
    query, rows, distance = opened.look_up_pdq(code("0e" + PDQ[2:]), at=now)

    assert {(match.kind, opened.entry(match.row).value) for match in exact} == {
        ("md5", MD5), ("sha1", SHA1), ("sha256", SHA256)
    }  # fmt: skip
    assert [(int(q), opened.entry(int(r)).kind, int(d)) for q, r, d in zip(query, rows, distance, strict=True)] == [
        (0, "pdq", 1)
    ]
    assert (opened.name, opened.version, len(opened)) == ("drawings", 1, 5)
    opened.verify()


@pytest.mark.parametrize("count", [0, 1, 2, 64])
def test_lists_of_any_size_find_all_their_entries(tmp_path: Path, now: datetime, count: int) -> None:
    IndicatorList.create(tmp_path / "a.swl", [entry(str(i), "pdq", PDQ) for i in range(count)], now=now)

    opened = IndicatorList.open(tmp_path / "a.swl")

    assert len(opened.look_up_pdq(code(PDQ), at=now)[1]) == count
    assert opened.counts.items_perceptual == count
    opened.verify()


def test_the_digest_is_the_sha256_of_the_canonical_lines(tmp_path: Path, now: datetime) -> None:
    for name, entries in (("a", DRAWING), ("b", DRAWING[::-1])):
        IndicatorList.create(tmp_path / name, entries, now=now)

    first, second = IndicatorList.open(tmp_path / "a"), IndicatorList.open(tmp_path / "b")
    lines = (tmp_path / "a/versions/000001/entries.jsonl").read_bytes()

    assert first.digest == second.digest == hashlib.sha256(lines).hexdigest()
    keys = [(e["source"], e["entry_id"], e["kind"], e["value"]) for e in map(json.loads, lines.splitlines())]
    assert keys == sorted(keys)


def test_list_files_are_for_their_owner_only(tmp_path: Path, now: datetime) -> None:
    IndicatorList.create(tmp_path / "a.swl", DRAWING, now=now)

    for part in [tmp_path / "a.swl", *(tmp_path / "a.swl").rglob("*")]:
        assert stat.S_IMODE(part.stat().st_mode) == (0o700 if part.is_dir() else 0o600), part


def test_a_withdrawn_entry_stays_in_the_list_and_does_not_match(tmp_path: Path, now: datetime) -> None:
    path = tmp_path / "a.swl"
    IndicatorList.create(path, DRAWING, now=now)
    withdrawn = [entry(e.entry_id, e.kind, e.value, withdrawn_at=now) for e in DRAWING]

    report = IndicatorList.update(path, withdrawn, now=now, delivery=Delivery.ENTRIES)

    opened = IndicatorList.open(path)
    assert (len(opened), report.went, opened.counts.entries_withdrawn) == (4, 4, 4)
    assert not opened.look_up_digests(md5=MD5, sha1=SHA1, sha256=SHA256, at=now)
    assert not len(opened.look_up_pdq(code(PDQ), at=now)[1])
    assert opened.counts.sentences() == ["This list holds no live entry: nothing can be matched with it."]


def test_an_entry_matches_from_its_first_moment_until_its_withdrawal(tmp_path: Path, now: datetime) -> None:
    day = timedelta(days=1)
    limited = entry(valid_from=now + day, withdrawn_at=now + 2 * day)
    IndicatorList.create(tmp_path / "a.swl", [limited], now=now)

    opened = IndicatorList.open(tmp_path / "a.swl")
    found = [len(opened.look_up_digests(md5=MD5, at=now + n * day / 2)) for n in range(6)]

    assert found == [0, 0, 1, 1, 0, 0]


def test_an_opened_list_goes_on_reading_its_version(tmp_path: Path, now: datetime) -> None:
    path = tmp_path / "a.swl"
    IndicatorList.create(path, DRAWING, now=now)
    opened = IndicatorList.open(path)

    for number in range(5):  # more than are kept
        IndicatorList.update(path, [entry(f"new {number}")], now=now, delivery=Delivery.WHOLE)

    assert opened.version == 1
    assert len(opened.look_up_digests(md5=MD5, at=now)) == 1
    assert len(opened.look_up_pdq(code(PDQ), at=now)[1]) == 1
    assert IndicatorList.open(path).version == 6
    assert IndicatorList.open(path).versions() == [1, 2, 3, 4, 5, 6]
    with pytest.raises(ListNotReadable, match="no longer kept"):
        IndicatorList.open(path, version=1)


def test_a_difference_says_what_came_went_and_changed(tmp_path: Path, now: datetime) -> None:
    path = tmp_path / "a.swl"
    IndicatorList.create(path, [entry("stays"), entry("goes"), entry("changes")], now=now)
    label = ClassLabel(scheme="s", label="A1")
    IndicatorList.update(
        path, [entry("stays"), entry("changes", label=label), entry("comes")], now=now, delivery=Delivery.WHOLE
    )

    older, newer = IndicatorList.open(path, version=1), IndicatorList.open(path)

    assert [(c.kind, (c.after or c.before).entry_id) for c in diff(older, newer)] == [  # type: ignore[union-attr]
        ("changed", "changes"),
        ("came", "comes"),
        ("went", "goes"),
    ]
    assert count_changes(newer, older) == {"changed": 1, "went": 1, "returned": 1}


def broken(error: Exception) -> object:
    yield entry("new")
    raise error


@pytest.mark.parametrize("error", [ListFileNotReadable("cut off"), OSError(28, "disk full"), KeyboardInterrupt()])
def test_an_import_that_fails_leaves_no_list_and_an_update_leaves_the_old_one(
    tmp_path: Path, now: datetime, error: Exception
) -> None:
    path = tmp_path / "a.swl"

    with pytest.raises(type(error)):
        IndicatorList.create(path, broken(error), now=now)  # type: ignore[arg-type]
    left_by_create = list(tmp_path.iterdir())
    IndicatorList.create(path, DRAWING, now=now)
    before = sorted(path.rglob("*"))
    with pytest.raises(type(error)):
        IndicatorList.update(path, broken(error), now=now, delivery=Delivery.WHOLE)  # type: ignore[arg-type]

    assert left_by_create == []
    assert sorted(path.rglob("*")) == before
    assert IndicatorList.open(path).version == 1


def test_a_second_import_at_the_same_time_is_refused(tmp_path: Path, now: datetime) -> None:
    path = tmp_path / "a.swl"
    IndicatorList.create(path, DRAWING, now=now)

    with locked(path), pytest.raises(ListBusy):
        IndicatorList.update(path, DRAWING, now=now, delivery=Delivery.WHOLE)


def test_creating_over_something_that_exists_is_refused(tmp_path: Path, now: datetime) -> None:
    path = tmp_path / "a.swl"
    IndicatorList.create(path, DRAWING, now=now)
    (tmp_path / "folder").mkdir()
    (tmp_path / "folder/mine.txt").write_text("keep me")

    for taken in (path, tmp_path / "folder"):
        with pytest.raises(ListExists):
            IndicatorList.create(taken, DRAWING, now=now)

    assert (tmp_path / "folder/mine.txt").read_text() == "keep me"


def test_a_delivery_of_bad_rows_only_does_not_empty_the_list(tmp_path: Path, now: datetime) -> None:
    path = tmp_path / "a.swl"
    IndicatorList.create(path, DRAWING, now=now)
    bad = Skipped(file="f", row=1, reason=Reason.NOT_A_ROW)

    for rows in ([bad], []):
        with pytest.raises(NothingToImport):
            IndicatorList.update(path, rows, now=now, delivery=Delivery.WHOLE)

    assert IndicatorList.open(path).counts.entries_live == 4


def test_a_bad_row_in_a_whole_list_withdraws_nothing(tmp_path: Path, now: datetime) -> None:
    path = tmp_path / "a.swl"
    IndicatorList.create(path, DRAWING, now=now)
    bad = Skipped(file="f", row=2, reason=Reason.VALUE_NOT_VALID)

    report = IndicatorList.update(path, [DRAWING[0], bad], now=now, delivery=Delivery.WHOLE)

    assert report.went == 0
    assert report.left_standing
    assert any("nothing was withdrawn for being left out" in line for line in report.sentences())


def test_what_is_no_list_is_refused_with_a_sentence(tmp_path: Path, now: datetime) -> None:
    IndicatorList.create(tmp_path / "damaged", DRAWING, now=now)
    (tmp_path / "damaged/versions/000001/list.json").write_text("[" * 100_000)
    IndicatorList.create(tmp_path / "short", DRAWING, now=now)
    entries = tmp_path / "short/versions/000001/entries.jsonl"
    entries.write_bytes(entries.read_bytes()[:-1])
    (tmp_path / "folder").mkdir()

    for name in ("nothing", "folder", "damaged", "short"):
        with pytest.raises(ListNotReadable):
            IndicatorList.open(tmp_path / name)


def test_a_withdrawal_of_an_item_holds_for_versions_that_arrive_later(tmp_path: Path, now: datetime) -> None:
    path = tmp_path / "a.swl"
    taken_back = Withdrawal(source="src", entry_id="1", withdrawn_at=datetime(2026, 1, 1, tzinfo=UTC))
    IndicatorList.create(path, [taken_back], now=now)

    report = IndicatorList.update(path, DRAWING, now=now, delivery=Delivery.ITEMS)

    opened = IndicatorList.open(path)
    assert report.outcomes == {"held back": 4}
    assert report.tally.counts == {Reason.HELD_BACK: 4}
    assert opened.counts.entries_live == 0
    assert not opened.look_up_digests(md5=MD5, at=now)
