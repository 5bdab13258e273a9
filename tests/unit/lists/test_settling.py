"""The rules of merging: what is withdrawn stays withdrawn, the newest version stands, and contradictions are said."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shelterwood.lists import (
    ClassLabel,
    Delivery,
    Entry,
    IndicatorList,
    Outcome,
    Provenance,
    Reason,
    Record,
    Returning,
    Row,
    Withdrawal,
)
from shelterwood.lists.canonical import key_bytes, to_line
from shelterwood.lists.settling import Settled, Settler
from shelterwood.lists.spooling import SpooledRecord

if TYPE_CHECKING:
    from pathlib import Path

NOW = datetime(2026, 6, 1, tzinfo=UTC)
DAY = timedelta(days=1)
A1, B2 = ClassLabel(scheme="s", label="A1"), ClassLabel(scheme="s", label="B2")


def entry(
    kind: str = "md5", *, recorded: int | None = None, withdrawn: int | None = None, label: ClassLabel | None = None
) -> Entry:
    return Entry(
        source="src",
        entry_id="1",
        kind=kind,
        value={"md5": "ab" * 16, "sha1": "cd" * 20}[kind],
        label=label,
        provenance=Provenance(recorded_at=None if recorded is None else NOW + recorded * DAY),
        withdrawn_at=None if withdrawn is None else NOW + withdrawn * DAY,
    )


def taken_back(day: int) -> Withdrawal:
    return Withdrawal(source="src", entry_id="1", withdrawn_at=NOW + day * DAY)


def settle(
    before: list[Record],
    delivered: list[Record],
    *,
    delivery: Delivery = Delivery.ENTRIES,
    returning: Returning = Returning.REFUSED,
) -> Settled:
    def spooled(records: list[Record]) -> list[SpooledRecord]:
        return [SpooledRecord(key_bytes(r), to_line(r)) for r in sorted(records, key=key_bytes)]

    return Settler(delivery=delivery, returning=returning, now=NOW).settle(spooled(before), spooled(delivered))


def records(settled: Settled) -> list[Record]:
    return [one.record for one in settled.lines]


def outcomes(settled: Settled) -> list[Outcome]:
    return [outcome for outcome, _ in settled.outcomes]


@pytest.mark.parametrize("delivery", Delivery)
@pytest.mark.parametrize("again", [entry(), entry(label=B2), entry(recorded=-2), entry(recorded=-1)])
def test_what_is_withdrawn_is_not_revived_by_a_version_that_is_not_newer(delivery: Delivery, again: Entry) -> None:
    tombstone = entry(recorded=-3, withdrawn=-1)

    settled = settle([tombstone], [again], delivery=delivery)

    assert records(settled) == [tombstone]
    assert outcomes(settled) == [Outcome.HELD_BACK]


def test_a_later_withdrawal_date_does_not_revive_either() -> None:
    tombstone = entry(withdrawn=-1)

    settled = settle([tombstone], [entry(withdrawn=100)])

    assert records(settled) == [tombstone]


def test_a_version_recorded_after_the_withdrawal_returns() -> None:
    newer = entry(recorded=0)

    settled = settle([entry(recorded=-3, withdrawn=-1)], [newer])

    assert records(settled) == [newer]
    assert outcomes(settled) == [Outcome.RETURNED]


def test_the_one_who_imports_may_let_things_return() -> None:
    settled = settle([taken_back(-1), entry(withdrawn=-1)], [entry()], returning=Returning.ALLOWED)

    assert records(settled) == [entry()]
    assert outcomes(settled) == [Outcome.RETURNED]


@pytest.mark.parametrize("before", [[], [entry(recorded=-3)], [entry(), entry("sha1")]])
def test_the_withdrawal_of_an_item_withdraws_each_of_its_fingerprints(before: list[Record]) -> None:
    settled = settle(before, [taken_back(-1)])

    assert all(record.withdrawn_at == NOW - DAY for record in records(settled))
    assert len(records(settled)) == len(before) + 1
    assert settled.went == len(before)


def test_an_older_version_never_replaces_a_newer_one() -> None:
    settled = settle([entry(recorded=-1, label=A1)], [entry(recorded=-2, label=B2)])

    assert records(settled) == [entry(recorded=-1, label=A1)]
    assert outcomes(settled) == [Outcome.HELD_BACK]


def test_equal_rows_of_one_delivery_are_merged() -> None:
    settled = settle([], [entry(label=A1), entry(label=A1)])

    assert records(settled) == [entry(label=A1)]
    assert sorted(outcomes(settled)) == [Outcome.CAME, Outcome.MERGED]


def test_of_two_versions_in_one_delivery_the_later_stands() -> None:
    for delivered in ([entry(recorded=-2), entry(recorded=-1)], [entry(recorded=-1), entry(recorded=-2)]):
        settled = settle([], delivered)

        assert records(settled) == [entry(recorded=-1)]
        assert sorted(outcomes(settled)) == [Outcome.CAME, Outcome.SUPERSEDED]


def test_of_two_rows_that_contradict_each_other_the_first_stands_unless_the_other_withdraws() -> None:
    first = settle([], [entry(label=A1), entry(label=B2)])
    withdrawing = settle([], [entry(label=A1), entry(label=B2, withdrawn=-1)])

    assert records(first) == [entry(label=A1)]
    assert records(withdrawing) == [entry(label=B2, withdrawn=-1)]
    assert Outcome.CONFLICT in outcomes(first)
    assert Outcome.CONFLICT in outcomes(withdrawing)


@pytest.mark.parametrize(
    ("delivery", "stands"), [(Delivery.WHOLE, 1), (Delivery.ITEMS, 1), (Delivery.ENTRIES, 2)]
)  # fmt: skip
def test_what_a_delivery_leaves_out_depends_on_what_it_is(delivery: Delivery, stands: int) -> None:
    before: list[Record] = [entry(recorded=-2), entry("sha1", recorded=-2)]

    settled = settle(before, [entry(recorded=-1)], delivery=delivery)

    assert len(records(settled)) == 2
    assert sum(record.withdrawn_at is None for record in records(settled)) == stands


moments = st.none() | st.integers(-5, 5)
entries = st.builds(
    entry, st.sampled_from(["md5", "sha1"]), recorded=moments, withdrawn=moments, label=st.sampled_from([None, A1, B2])
)
deliveries = st.lists(st.one_of(entries, st.builds(taken_back, st.integers(-5, 5))), min_size=1, max_size=5)


@given(st.lists(deliveries, min_size=1, max_size=4), st.sampled_from(Delivery))
def test_every_record_is_accounted_for_and_nothing_returns_without_proof(
    several: list[list[Record]], delivery: Delivery
) -> None:
    standing: list[Record] = []
    for delivered in several:
        settled = settle(standing, delivered, delivery=delivery)
        withdrawn = {r.key: r.withdrawn_at for r in standing if r.withdrawn_at is not None}

        assert len(settled.outcomes) == len(delivered)
        assert [r.key for r in records(settled)] == sorted({r.key for r in records(settled)})
        assert {r.key for r in standing} <= {r.key for r in records(settled)}
        for record in records(settled):
            if record.key in withdrawn and record.withdrawn_at is None:
                assert record.recorded_at is not None
                assert record.recorded_at > withdrawn[record.key]
        taken = [r.withdrawn_at for r in records(settled) if isinstance(r, Withdrawal)]
        for record in records(settled):
            if taken and record.withdrawn_at is None:
                assert record.recorded_at is not None
                assert record.recorded_at > max(taken)
        standing = records(settled)


def test_two_rows_with_one_id_are_named_by_their_place(tmp_path: Path) -> None:
    rows = [Row(file="a.csv", row=2, record=entry(label=A1)), Row(file="b.csv", row=7, record=entry(label=B2))]

    report = IndicatorList.create(tmp_path / "a.swl", rows, now=NOW)

    (example,) = report.tally.examples[Reason.CONFLICT]
    assert str(example) == "b.csv, row 7: two rows with one id"
    assert sum(report.outcomes.values()) == report.records == 2
