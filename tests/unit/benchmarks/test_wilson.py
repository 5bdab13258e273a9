"""Wilson's interval against values published elsewhere and against its own definition."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchmarks.accuracy.wilson import ONE_SIDED, TWO_SIDED, interval, upper_for_none


@pytest.mark.parametrize(
    ("hits", "total", "low", "high"),
    [
        # R. G. Newcombe, Two-sided confidence intervals for the single proportion, Statistics in Medicine 17 (1998),
        # 857-872, table I, method 3.
        (81, 263, 0.2553, 0.3662),
        (15, 148, 0.0624, 0.1605),
        (0, 20, 0.0, 0.1611),
        (1, 29, 0.0061, 0.1718),
    ],
)
def test_the_interval_agrees_with_published_values(hits: int, total: int, low: float, high: float) -> None:
    found = interval(hits, total)
    assert found == pytest.approx((low, high), abs=5e-5)


@given(st.integers(1, 10**10).flatmap(lambda total: st.tuples(st.integers(0, total), st.just(total))))
def test_the_interval_holds_the_share_and_lies_between_none_and_all(case: tuple[int, int]) -> None:
    hits, total = case
    low, high = interval(hits, total)
    assert 0 <= low <= hits / total <= high <= 1


@given(st.integers(1, 999))
def test_each_bound_is_where_the_share_would_just_be_one_quantile_away(hits: int) -> None:
    for bound in interval(hits, 1000):
        deviation = math.sqrt(bound * (1 - bound) / 1000)
        assert abs(hits / 1000 - bound) / deviation == pytest.approx(TWO_SIDED, rel=1e-6)


def test_no_hits_among_a_billion_are_bounded_from_above_by_one_side() -> None:
    assert upper_for_none(10**9) == pytest.approx(ONE_SIDED**2 / (10**9 + ONE_SIDED**2))


@pytest.mark.parametrize(("hits", "total"), [(-1, 5), (6, 5), (0, 0)])
def test_what_is_no_share_is_refused(hits: int, total: int) -> None:
    with pytest.raises(ValueError, match="is no share"):
        interval(hits, total)
