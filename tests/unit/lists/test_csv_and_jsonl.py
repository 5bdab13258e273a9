"""The two formats of our own: what goes out comes in again, and one bad row loses only itself."""

from __future__ import annotations

import io
import json
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shelterwood.lists import (
    ClassLabel,
    Entry,
    ListFileNotReadable,
    MediaType,
    Provenance,
    Reason,
    Record,
    Skipped,
    Withdrawal,
    read_entries,
    read_rows,
)
from shelterwood.lists.csv_rows import read_csv, write_csv
from shelterwood.lists.jsonl_rows import read_jsonl, write_jsonl
from shelterwood.lists.lines import LONGEST_LINE
from shelterwood.lists.rows import Defaults

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

MD5 = "ab" * 16
HEADER = "source,entry_id,kind,value\n"

names = st.text(st.characters(exclude_categories=("Cc", "Cs", "Zl", "Zp")), min_size=1, max_size=12).filter(
    lambda text: text == text.strip()
)
assessors = names.filter(lambda text: ";" not in text)
instants = st.datetimes(datetime(1, 1, 2), datetime(9999, 12, 30), timezones=st.just(UTC))  # noqa: DTZ001
provenances = st.builds(
    Provenance,
    media=st.none() | st.sampled_from(MediaType),
    recorded_at=st.none() | instants,
    generator=st.none() | names,
    submission=st.none() | names,
    assessors=st.lists(assessors, max_size=3).map(tuple),
)
hexadecimal = {"md5": 32, "sha1": 40, "sha256": 64, "pdq": 64}
fingerprints = st.one_of(
    st.sampled_from(sorted(hexadecimal)).flatmap(
        lambda kind: st.tuples(
            st.just(kind), st.text("0123456789abcdef", min_size=hexadecimal[kind], max_size=hexadecimal[kind])
        )
    ),
    st.tuples(st.sampled_from(["photodna", "netclean", "tmk-pdqf"]), names),
)
entries = st.builds(
    lambda fingerprint, **fields: Entry(kind=fingerprint[0], value=fingerprint[1], **fields),
    fingerprint=fingerprints,
    source=names,
    entry_id=names,
    owner=st.none() | names,
    label=st.none() | st.builds(ClassLabel, scheme=names, label=names),
    provenance=provenances,
    valid_from=st.none() | instants,
    withdrawn_at=st.none() | instants,
)
withdrawals = st.builds(Withdrawal, source=names, entry_id=names, owner=st.none() | names, withdrawn_at=instants)
records = st.lists(st.one_of(entries, withdrawals), max_size=5)


@given(records)
def test_csv_comes_in_as_it_went_out(written: list[Record]) -> None:
    stream = io.BytesIO()

    assert write_csv(written, stream) == len(written)
    stream.seek(0)

    assert [row[1] for row in read_csv(stream, file="f", defaults=Defaults())] == written  # type: ignore[index]


@given(records)
def test_json_lines_come_in_as_they_went_out(written: list[Record]) -> None:
    stream = io.BytesIO()

    assert write_jsonl(written, stream) == len(written)
    stream.seek(0)

    assert [row[1] for row in read_jsonl(stream, file="f", defaults=Defaults())] == written  # type: ignore[index]


@pytest.mark.parametrize("before", ["", "\ufeff"])
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_byte_order_marks_and_both_line_ends_are_understood(
    list_file: Callable[..., Path], before: str, end: str
) -> None:
    csv = list_file(f"{before}{HEADER}src,1,MD5,{MD5.upper()}\n\n".replace("\n", end), "a.csv")
    line = json.dumps({"source": "src", "entry_id": "1", "kind": "md5", "value": MD5, "owner": None})
    jsonl = list_file(f"{before}{line}\n".replace("\n", end), "a.jsonl")

    expected = [Entry(source="src", entry_id="1", kind="md5", value=MD5)]
    assert list(read_entries(csv)) == expected
    assert list(read_entries(jsonl)) == expected


def test_the_source_and_owner_of_the_import_stand_in_where_the_file_has_none(list_file: Callable[..., Path]) -> None:
    path = list_file(f"source,entry_id,kind,value,owner\n,1,md5,{MD5},\nown,2,md5,{MD5},me\n")

    found = list(read_entries(path, source="src", owner="them"))

    assert [(e.source, e.owner) for e in found if isinstance(e, Entry)] == [("src", "them"), ("own", "me")]


GOOD = b"src,good,md5," + MD5.encode()
BAD_CSV_ROWS = {
    b"src,2,md5,\xff\xfe": Reason.NOT_TEXT,
    b"src,2,md5," + b"a" * LONGEST_LINE: Reason.TOO_LONG,
    b'src,2,md5,"' + MD5.encode(): Reason.NOT_A_ROW,
    b"src,2,md5": Reason.NOT_A_ROW,
    b"src,2,md5," + MD5.encode() + b",": Reason.NOT_A_ROW,
    b"src,,md5," + MD5.encode(): Reason.FIELD_MISSING,
    b",2,md5," + MD5.encode(): Reason.FIELD_MISSING,
    b"src,2,,": Reason.FIELD_MISSING,
    b"src,2,md5,": Reason.FIELD_MISSING,
    b"src,2,md5,xyz": Reason.VALUE_NOT_VALID,
    b"src,2,sha1," + MD5.encode(): Reason.VALUE_NOT_VALID,
    b"src,2," + b"k" * 70 + b",value": Reason.VALUE_NOT_VALID,
    b"src,2,k k,value": Reason.FIELD_NOT_VALID,
    b"src,2\0,md5," + MD5.encode(): Reason.FIELD_NOT_VALID,
    b"src, 2,md5," + MD5.encode(): Reason.FIELD_NOT_VALID,
    b"src," + b"2" * 201 + b",md5," + MD5.encode(): Reason.FIELD_NOT_VALID,
    b"src,2,md5,d41d8cd98f00b204e9800998ecf8427e": Reason.EMPTY_FILE,
}


@pytest.mark.parametrize(("row", "reason"), BAD_CSV_ROWS.items(), ids=[f"{n}" for n in range(len(BAD_CSV_ROWS))])
def test_a_bad_csv_row_in_the_middle_loses_only_itself(
    list_file: Callable[..., Path], row: bytes, reason: Reason
) -> None:
    path = list_file(b"\n".join([HEADER.strip().encode(), GOOD, row, GOOD.replace(b"good", b"after")]), "bad.csv")

    found = list(read_rows(path))

    assert [r.record.entry_id if not isinstance(r, Skipped) else (r.row, r.reason) for r in found] == [
        "good", (3, reason), "after"
    ]  # fmt: skip


JSON_ROW = {"source": "src", "entry_id": "2", "kind": "md5", "value": MD5}
BAD_JSON_ROWS = [
    ("{", Reason.NOT_A_ROW),
    ("[" * 100_000, Reason.NOT_A_ROW),
    ('{"a":' * 50_000, Reason.NOT_A_ROW),
    ("1" * 10_000, Reason.NOT_A_ROW),
    ("null", Reason.NOT_A_ROW),
    ('{"entry_id":"1","entry_id":"2"}', Reason.NOT_A_ROW),
    (json.dumps(JSON_ROW | {"withdrawnat": "2026-01-01T00:00:00Z"}), Reason.FIELD_UNKNOWN),
    (json.dumps(JSON_ROW | {"entry_id": 2}), Reason.FIELD_NOT_VALID),
    (json.dumps(JSON_ROW | {"entry_id": "\ud800"}), Reason.FIELD_NOT_VALID),
    (json.dumps(JSON_ROW | {"media": "audio"}), Reason.FIELD_NOT_VALID),
    (json.dumps(JSON_ROW | {"label": "A1"}), Reason.FIELD_MISSING),
    (json.dumps(JSON_ROW | {"label_scheme": "s"}), Reason.FIELD_MISSING),
    (json.dumps(JSON_ROW | {"valid_from": "2026-01-01T00:00:00"}), Reason.TIME_NOT_VALID),
    (json.dumps(JSON_ROW | {"recorded_at": "2026-02-30T00:00:00Z"}), Reason.TIME_NOT_VALID),
    (json.dumps(JSON_ROW | {"withdrawn_at": "yesterday"}), Reason.WITHDRAWAL_LOST),
]


@pytest.mark.parametrize(("row", "reason"), BAD_JSON_ROWS, ids=[f"{n}" for n in range(len(BAD_JSON_ROWS))])
def test_a_bad_json_line_in_the_middle_loses_only_itself(
    list_file: Callable[..., Path], row: str, reason: Reason
) -> None:
    good = json.dumps(JSON_ROW)

    found = list(read_rows(list_file(f"{good}\n{row}\n{good}\n")))

    assert [r.row if not isinstance(r, Skipped) else (r.row, r.reason) for r in found] == [1, (2, reason), 3]


def test_what_is_said_about_a_bad_row_does_not_quote_the_fingerprint(list_file: Callable[..., Path]) -> None:
    path = list_file(f"{HEADER}src,1,md5,{MD5}f\nsrc,1,pdq,{MD5}\n")

    for skipped in read_entries(path):
        assert MD5[:8] not in str(skipped)


def test_a_very_long_row_does_not_take_memory_or_the_rest(list_file: Callable[..., Path]) -> None:
    path = list_file(HEADER.encode() + b"x" * (5 * LONGEST_LINE) + b"\n" + GOOD)

    first, second = read_rows(path)

    assert isinstance(first, Skipped)
    assert not isinstance(second, Skipped)
    assert (first.reason, second.row) == (Reason.TOO_LONG, 3)


@pytest.mark.parametrize(
    ("header", "why"),
    [
        ("source,entry_id,kind,value,withdrawn", "does not have: 'withdrawn'"),
        ("source,entry_id,kind,value,kind", "twice"),
        ("source,kind,value", "lacks entry_id"),
        ("source;entry_id;kind;value", "does not have"),
    ],
)
def test_a_header_that_is_not_understood_refuses_the_file(
    list_file: Callable[..., Path], header: str, why: str
) -> None:
    with pytest.raises(ListFileNotReadable, match=why):
        list(read_rows(list_file(f"{header}\nsrc,1,md5,{MD5},\n"), format="csv"))


def test_an_empty_csv_is_refused_and_a_header_alone_is_a_list_of_nothing(list_file: Callable[..., Path]) -> None:
    with pytest.raises(ListFileNotReadable, match="no header"):
        list(read_rows(list_file(""), format="csv"))

    assert list(read_rows(list_file(HEADER))) == []


def test_times_of_any_zone_are_kept_in_utc(list_file: Callable[..., Path]) -> None:
    path = list_file(f"source,entry_id,kind,value,recorded_at\nsrc,1,md5,{MD5},2026-01-01T00:30:00.5+01:00\n")

    (found,) = read_entries(path)

    assert isinstance(found, Entry)
    assert found.recorded_at == datetime(2025, 12, 31, 23, 30, 0, 500_000, tzinfo=UTC)


def test_a_row_without_a_fingerprint_that_is_withdrawn_takes_the_item_back(list_file: Callable[..., Path]) -> None:
    path = list_file("source,entry_id,kind,value,withdrawn_at\nsrc,1,,,2026-01-01T00:00:00Z\n")

    assert list(read_entries(path)) == [
        Withdrawal(source="src", entry_id="1", withdrawn_at=datetime(2026, 1, 1, tzinfo=UTC))
    ]
