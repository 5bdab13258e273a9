"""VICS files with their traps: heads, profiles, cases, empty files, categories, and JSON made to hurt."""

from __future__ import annotations

import io
import json
from collections import Counter
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shelterwood.lists import (
    ClassLabel,
    Entry,
    Format,
    IndicatorList,
    LeftOut,
    ListFileNotReadable,
    MediaType,
    Provenance,
    Reason,
    Skipped,
    SourceNotNamed,
    format_of,
    read_entries,
    read_rows,
    write_records,
)
from shelterwood.lists.bounded import LARGEST_ITEM
from shelterwood.lists.rows import Defaults
from shelterwood.lists.vics_rows import read_vics
from shelterwood.lists.vics_writing import write_vics

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

MD5, OTHER_MD5, SHA1, SHA256, PDQ = "ab" * 16, "cd" * 16, "ef" * 20, "12" * 32, "34" * 32
EMPTY_MD5 = "D41D8CD98F00B204E9800998ECF8427E"
HEAD_2 = ("@odata.context", "http://github.com/VICSDATAMODEL/ProjectVic/DataModels/2.0.xml/US/$metadata#Media")
HEAD_13 = ("odata.metadata", "http://github.com/ICMEC/ProjectVic/DataModels/1.3.xml#Cases")


def vics(*media: dict[str, Any], head: tuple[str, str] = HEAD_2, before: str = "") -> str:
    return before + json.dumps({head[0]: head[1], "value": list(media)})


def read(path: Path) -> list[Entry | Skipped]:
    return list(read_entries(path, source="unit"))  # type: ignore[arg-type]


def test_a_hash_set_gives_an_entry_for_each_fingerprint(list_file: Callable[..., Path]) -> None:
    media = {
        "MediaID": 7, "Category": 2, "MD5": MD5.upper(), "SHA1": SHA1.upper(), "PhotoDNA": "AbC=", "MediaSize": 123,
        "MimeType": "video/mp4", "DateUpdated": "/Date(1735689600000)/", "VictimIdentified": "false",
        "AlternativeHashes": [
            {"HashName": "SHA-256", "HashValue": SHA256}, {"HashName": "PDQ", "HashValue": PDQ},
            {"HashName": "PhotoDNA", "HashValue": "AbC="}, {"HashName": "F1 (new)", "HashValue": "xyz"},
        ],
    }  # fmt: skip

    found = read(list_file(vics(media, before="\ufeff")))

    assert all(isinstance(entry, Entry) for entry in found)
    assert {(e.entry_id, e.kind, e.value) for e in found} == {  # type: ignore[union-attr]
        (f"md5:{MD5}", "md5", MD5), (f"md5:{MD5}", "sha1", SHA1), (f"md5:{MD5}", "photodna", "AbC="),
        (f"md5:{MD5}", "sha256", SHA256), (f"md5:{MD5}", "pdq", PDQ), (f"md5:{MD5}", "f1new", "xyz"),
    }  # fmt: skip
    assert len(found) == 6
    assert {e.label for e in found} == {ClassLabel(scheme="vics-2.0/US", label="2")}  # type: ignore[union-attr]
    assert {e.provenance for e in found} == {  # type: ignore[union-attr]
        Provenance(media=MediaType.VIDEO, recorded_at=datetime(2025, 1, 1, tzinfo=UTC))
    }


def test_a_case_file_of_1_3_is_read_through_its_cases(list_file: Callable[..., Path]) -> None:
    case = {"CaseID": "x", "odata.id": "y", "CaseMetadata": [{"PropertyName": "a"}], "TotalMediaFiles": 99}
    first = case | {"Media": [{"MD5": MD5, "Category": 1, "MediaFiles": [{"MD5": MD5, "FileName": "a.jpg"}]}]}
    second = {"Media": [{"MD5": OTHER_MD5}]} | case

    found = list(read_rows(list_file(vics(first, second, case, head=HEAD_13)), source="unit"))

    assert [(r.row, r.record.value, r.record.label) for r in found] == [  # type: ignore[union-attr]
        (1, MD5, ClassLabel(scheme="vics-1.3", label="1")), (2, OTHER_MD5, None)
    ]  # fmt: skip


CATEGORIES = [
    (None, None), (0, None), ("0", None), ("", None), (3, "3"), ("3", "3"), (3.0, "3"), (42, "42"),
]  # fmt: skip


@pytest.mark.parametrize(("category", "label"), CATEGORIES)
def test_a_category_is_kept_as_it_is_and_none_is_never_invented(
    list_file: Callable[..., Path], category: object, label: str | None
) -> None:
    (found,) = read(list_file(vics({"MD5": MD5, "Category": category})))

    assert isinstance(found, Entry)
    assert found.label == (None if label is None else ClassLabel(scheme="vics-2.0/US", label=label))


@pytest.mark.parametrize("category", ["one", -1, 1.5, True, [1], {"a": 1}, 10**18, "9" * 3000])
def test_a_category_that_is_no_small_number_loses_its_row(list_file: Callable[..., Path], category: object) -> None:
    bad, good = read(list_file(vics({"MD5": MD5, "Category": category}, {"MD5": OTHER_MD5})))

    assert isinstance(bad, Skipped)
    assert bad.reason is Reason.FIELD_NOT_VALID
    assert isinstance(good, Entry)


def test_a_number_with_a_vast_exponent_does_not_take_the_memory(list_file: Callable[..., Path]) -> None:
    text = vics({"MD5": MD5, "Category": "PLACE"}).replace('"PLACE"', "1E+999999999")

    with pytest.raises(ListFileNotReadable, match="out of all proportion"):
        read(list_file(text))


def test_rows_of_the_empty_file_are_skipped_and_counted(list_file: Callable[..., Path]) -> None:
    path = list_file(vics({"MD5": EMPTY_MD5, "SHA1": SHA1}, {"MD5": MD5}))

    skipped, entry = read(path)

    assert isinstance(skipped, Skipped)
    assert skipped.reason is Reason.EMPTY_FILE
    assert isinstance(entry, Entry)


BAD_MEDIA: list[tuple[Any, Reason]] = [
    ({"MD5": "xyz"}, Reason.VALUE_NOT_VALID),
    ({"MD5": {"a": 1}}, Reason.VALUE_NOT_VALID),
    ({"Category": 1}, Reason.FIELD_MISSING),
    ({"PhotoDNA": "abc"}, Reason.FIELD_MISSING),
    ("text", Reason.NOT_A_ROW),
    ([[[]]], Reason.NOT_A_ROW),
    (None, Reason.NOT_A_ROW),
]


@pytest.mark.parametrize(("media", "reason"), BAD_MEDIA, ids=[str(n) for n in range(len(BAD_MEDIA))])
def test_a_bad_media_row_in_the_middle_loses_only_itself(
    list_file: Callable[..., Path], media: dict[str, Any], reason: Reason
) -> None:
    found = list(read_rows(list_file(vics({"MD5": MD5}, media, {"MD5": OTHER_MD5})), source="unit"))

    assert [r.row for r in found if not isinstance(r, Skipped)] == [1, 3]
    assert (2, reason) in [(r.row, r.reason) for r in found if isinstance(r, Skipped)]


def test_one_member_twice_is_a_contradiction(list_file: Callable[..., Path]) -> None:
    text = vics({"MD5": MD5}).replace(f'"MD5": "{MD5}"', f'"MD5": "{MD5}", "MD5": "{OTHER_MD5}"')

    (found,) = read(list_file(text))

    assert isinstance(found, Skipped)
    assert found.reason is Reason.NOT_A_ROW


def test_a_bad_fingerprint_does_not_take_the_others_of_its_row(list_file: Callable[..., Path]) -> None:
    skipped, entry = read(list_file(vics({"MD5": MD5, "SHA1": "short"})))

    assert isinstance(skipped, Skipped)
    assert isinstance(entry, Entry)


def test_a_time_without_a_zone_names_no_instant_and_is_said(list_file: Callable[..., Path]) -> None:
    skipped, entry = read(list_file(vics({"MD5": MD5, "DateUpdated": "2026-01-01T00:00:00"})))

    assert isinstance(skipped, Skipped)
    assert skipped.reason is Reason.ZONE_MISSING
    assert isinstance(entry, Entry)
    assert entry.recorded_at is None


def test_words_about_people_and_pictures_of_the_file_go_nowhere(
    list_file: Callable[..., Path], tmp_path: Path, now: datetime
) -> None:
    canary = "CANARY"
    media = {
        "MD5": MD5, "Comments": canary, "Series": canary, "Tags": canary, "Miniature": canary,
        "RelativeFilePath": canary, "MediaFiles": [{"MD5": MD5, "FileName": canary}], "MimeType": canary,
        "Exifs": [{"PropertyValue": canary}],
    }  # fmt: skip
    path = list_file(vics({"CaseID": canary, "ContactName": canary, "Media": [media]}))

    IndicatorList.create(tmp_path / "a.swl", read_rows(path, source="unit"), now=now)

    files = [part for part in (tmp_path / "a.swl").rglob("*") if part.is_file()]
    assert files
    assert not any(canary.encode() in part.read_bytes() for part in files)


BROKEN = {
    "cut off": vics({"MD5": MD5}, {"MD5": OTHER_MD5})[:-20],
    "not well-formed": vics({"MD5": MD5}, {"MD5": OTHER_MD5}).replace('"value"', "value"),
    "not well-formed JSON": vics({"MD5": MD5}) + "x",
    "nested": vics({"MD5": MD5, "Tags": "DEEP"}).replace('"DEEP"', "[" * 200_000),
    "no known VICS": vics({"MD5": MD5}, head=("@odata.context", "/DataModels/9.9.xml")),
    "not named before": json.dumps({"value": [{"MD5": MD5}], HEAD_2[0]: HEAD_2[1]}),
    "out of all proportion": vics({"MD5": MD5, "MediaSize": "N"}).replace('"N"', "9" * 10_000),
    "does not begin": "[]",
}


@pytest.mark.parametrize("why", BROKEN)
def test_a_file_that_is_broken_as_a_whole_is_refused(list_file: Callable[..., Path], why: str) -> None:
    with pytest.raises(ListFileNotReadable, match=why) as caught:
        list(read_entries(list_file(BROKEN[why]), source="unit", format="vics"))

    assert MD5 not in caught.value.explain()


class Endless(io.RawIOBase):
    """A file that begins somehow and never ends."""

    def __init__(self, start: bytes) -> None:
        self._parts = [b"\xef\xbb\xbf", start]
        self.given = 0

    def read(self, size: int = -1) -> bytes:
        if size == 0:  # how ijson asks for the type
            return b""
        data = self._parts.pop(0) if self._parts else b"a" * size
        self.given += len(data)
        return data


@pytest.mark.parametrize("start", [b'{"x": "', b'{"'])
def test_a_string_that_claims_a_gigabyte_is_refused_early(start: bytes) -> None:
    endless = Endless(start)

    with pytest.raises(ListFileNotReadable, match="4 MiB"):
        list(read_vics(endless, file="f", defaults=Defaults(source="unit")))  # type: ignore[arg-type]

    assert endless.given < LARGEST_ITEM + (1 << 20)


def test_the_source_must_be_named(list_file: Callable[..., Path]) -> None:
    with pytest.raises(SourceNotNamed):
        list(read_entries(list_file(vics({"MD5": MD5}))))


def test_only_chosen_classes_are_taken(list_file: Callable[..., Path]) -> None:
    path = list_file(vics({"MD5": MD5, "Category": 1}, {"MD5": OTHER_MD5, "Category": 5}, {"MD5": "01" * 16}))

    found = list(read_entries(path, source="unit", classes={"1", "2"}))

    assert [e.value if isinstance(e, Entry) else e.reason for e in found] == [  # type: ignore[union-attr]
        MD5, Reason.NO_CLASS_CHOSEN, Reason.NO_CLASS_CHOSEN
    ]  # fmt: skip


hexadecimal = st.text("0123456789abcdef", min_size=32, max_size=32).filter(lambda h: h != EMPTY_MD5.lower())


@given(st.dictionaries(hexadecimal, st.integers(1, 999), max_size=5))
def test_a_written_hash_set_is_read_as_it_was(categories: dict[str, int]) -> None:
    written = [
        Entry(
            source="unit", entry_id=f"md5:{md5}", kind=kind, value=value,
            label=ClassLabel(scheme="vics-2.0/UK", label=str(category)),
        )
        for md5, category in sorted(categories.items())
        for kind, value in (("md5", md5), ("pdq", md5 * 2), ("photodna", "Ab="), ("sha1", md5 + md5[:8]))
    ]  # fmt: skip
    stream, left_out = io.BytesIO(), Counter[LeftOut]()

    rows = write_vics(written, stream, profile="UK", left_out=left_out)
    stream.seek(0)

    found = [row[1] for row in read_vics(stream, file="f", defaults=Defaults(source="unit"))]  # type: ignore[index]
    assert (rows, sum(left_out.values())) == (len(categories), 0)
    assert sorted(found, key=lambda e: e.key) == sorted(written, key=lambda e: e.key)


def test_what_the_format_cannot_say_is_left_out_and_counted(tmp_path: Path, now: datetime) -> None:
    label = ClassLabel(scheme="vics-2.0/US", label="1")
    records = [
        Entry(source="s", entry_id="1", kind="md5", value=MD5, label=label),
        Entry(source="s", entry_id="2", kind="md5", value=MD5, label=ClassLabel(scheme="vics-2.0/UK", label="1")),
        Entry(source="s", entry_id="3", kind="md5", value=MD5),
        Entry(source="s", entry_id="4", kind="pdq", value=PDQ, label=label),
        Entry(source="s", entry_id="5", kind="md5", value=MD5, label=label, withdrawn_at=now),
    ]

    report = write_records(tmp_path / "out.json", records, format=Format.VICS, profile="US")

    assert report.rows == 1
    assert report.left_out == {LeftOut.NO_CLASS: 2, LeftOut.NO_MD5: 1, LeftOut.WITHDRAWN: 1}
    assert format_of(tmp_path / "out.json") is Format.VICS
    assert "2 left out: an item without one class" in " ".join(report.sentences())
