"""Legal references: the row of the day, and an honest no where nobody knows."""

from __future__ import annotations

import json
from datetime import date

import pytest

from shelterwood.policy import (
    LegalReference,
    LegalReferences,
    NoReference,
    NoReferenceReason,
    PolicyDataNotValid,
    ProfileAltered,
    read_legal_references,
    shipped_legal_references,
)
from shelterwood.policy.shipped import read_data_file

LABEL = "child_abuse_images"


def look_up(on: date, *, country: str = "BE", label: str = LABEL) -> LegalReference | NoReference:
    return shipped_legal_references().look_up(label, country=country, on=on)


@pytest.mark.parametrize(
    ("on", "provision"),
    [
        (date(2022, 5, 31), "Art. 383bis"),
        (date(2022, 6, 1), "Art. 417/43 to 417/50"),
        (date(2026, 4, 8), "Art. 417/43 to 417/50"),
        (date(2026, 4, 9), None),
    ],
)
def test_the_belgian_article_is_that_of_the_day(on: date, provision: str | None) -> None:
    row = look_up(on)

    assert isinstance(row, LegalReference)
    assert row.provision == provision
    assert row.source


def test_a_row_with_an_unknown_part_is_not_complete() -> None:
    assert not any(row.is_complete for row in shipped_legal_references().rows)


@pytest.mark.parametrize(
    ("country", "label", "reason"),
    [
        ("XX", LABEL, NoReferenceReason.COUNTRY_UNKNOWN),
        ("BE", "no-such-label", NoReferenceReason.LABEL_UNKNOWN),
    ],
)
def test_what_is_not_in_the_table_is_answered_with_why(country: str, label: str, reason: NoReferenceReason) -> None:
    answer = look_up(date(2026, 1, 1), country=country, label=label)

    assert isinstance(answer, NoReference)
    assert answer.reason is reason


def _table(*rows: dict[str, object]) -> LegalReferences:
    row = json.loads(read_data_file("legal_references.json"))["rows"][0]
    return read_legal_references(json.dumps({"format": 1, "rows": [row | changes for changes in rows]}).encode())


def test_a_day_between_two_rows_is_not_covered() -> None:
    table = _table({"valid_to": "2020-01-01"}, {"valid_from": "2021-01-01", "valid_to": None})

    answer = table.look_up(LABEL, country="BE", on=date(2020, 6, 1))

    assert isinstance(answer, NoReference)
    assert answer.reason is NoReferenceReason.DATE_NOT_COVERED


@pytest.mark.parametrize(
    "rows",
    [
        [{}, {}],
        [{"valid_to": "2022-06-02"}, {"valid_from": "2022-06-01", "valid_to": None}],
        [{"valid_from": "2023-01-01"}],
        [{"valid_from": "20220601"}],
        [{"annex_iv_box": "G"}],
        [{"extra": 1}],
        [{"certain": "yes"}],
    ],
    ids=str,
)
def test_a_table_that_contradicts_itself_is_refused(rows: list[dict[str, object]]) -> None:
    with pytest.raises(PolicyDataNotValid):
        _table(*rows)


def test_a_changed_table_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    altered = read_data_file("legal_references.json").replace(b"true", b"false")
    monkeypatch.setattr("shelterwood.policy.legal_references.read_data_file", lambda *_: altered)
    shipped_legal_references.cache_clear()

    with pytest.raises(ProfileAltered):
        shipped_legal_references()
