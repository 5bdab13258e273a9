"""Error rates: the interval is Wilson's, and detection stops by itself above the token's limit."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import binomtest

from shelterwood.policy import Denominator, ErrorLimit, ErrorRates, PolicyDataNotValid, must_stop, wilson
from shelterwood.policy.testing import example_claims

LIMIT = ErrorLimit(per_million=50_000, denominator=Denominator.DECIDED_MATCHES, least_sample=200)
CLAIMS = example_claims(error_limit=LIMIT)


def rates(*, wrong: int, decided: int, examined: int = 1_000_000) -> ErrorRates:
    return ErrorRates(technology="pdq", list_source="coffee-cups", examined=examined, decided=decided, wrong=wrong)


@given(of=st.integers(1, 5000), data=st.data())
def test_the_interval_is_wilsons(of: int, data: st.DataObject) -> None:
    wrong = data.draw(st.integers(0, of))
    ours, theirs = wilson(wrong=wrong, of=of), binomtest(wrong, of).proportion_ci(method="wilson")

    assert (ours.low, ours.high) == pytest.approx((theirs.low, theirs.high), abs=1e-12)
    assert ours.share is not None
    assert ours.low <= ours.share <= ours.high


def test_nothing_counted_says_nothing() -> None:
    interval = wilson(wrong=0, of=0)

    assert (interval.share, interval.low, interval.high) == (None, 0.0, 1.0)


@pytest.mark.parametrize(("wrong", "decided"), [(0, 0), (0, 200), (3, 200), (0, 5), (1, 10), (2, 100)])
def test_detection_goes_on_below_the_limit_or_before_enough_is_known(wrong: int, decided: int) -> None:
    assert must_stop(CLAIMS, rates(wrong=wrong, decided=decided)) is None


@pytest.mark.parametrize(("wrong", "decided"), [(5, 200), (200, 200), (5, 10), (60, 1000)])
def test_detection_stops_when_the_interval_passes_the_limit(wrong: int, decided: int) -> None:
    stop = must_stop(CLAIMS, rates(wrong=wrong, decided=decided))

    assert stop is not None
    assert "coffee-cups" in stop.sentence


@given(decided=st.integers(1, 2000), data=st.data())
def test_more_errors_never_undo_a_stop(decided: int, data: st.DataObject) -> None:
    wrong = data.draw(st.integers(0, decided - 1))

    if must_stop(CLAIMS, rates(wrong=wrong, decided=decided)):
        assert must_stop(CLAIMS, rates(wrong=wrong + 1, decided=decided))


def test_the_limit_counts_what_its_denominator_says() -> None:
    of_items = ErrorLimit(per_million=100, denominator=Denominator.EXAMINED_ITEMS, least_sample=50_000)
    measured = rates(wrong=50, decided=60)

    assert must_stop(example_claims(error_limit=of_items), measured) is None
    assert must_stop(CLAIMS, measured) is not None


def test_misses_have_their_own_interval() -> None:
    measured = ErrorRates(
        technology="pdq", list_source="cups", examined=100, decided=0, wrong=0, listed=1000, missed=12
    )

    assert measured.misses().share == 0.012


@pytest.mark.parametrize(
    ("per_million", "sample"), [(0, 200), (1_000_001, 200), (50_000, 1), (50_000, 72), (1, 1_000_000)]
)
def test_a_limit_that_no_sample_could_keep_is_refused(per_million: int, sample: int) -> None:
    with pytest.raises(PolicyDataNotValid):
        ErrorLimit(per_million=per_million, denominator=Denominator.DECIDED_MATCHES, least_sample=sample)


@pytest.mark.parametrize(("wrong", "decided", "examined"), [(3, 2, 10), (-1, 2, 10), (1, 20, 10)])
def test_counts_that_cannot_be_are_refused(wrong: int, decided: int, examined: int) -> None:
    with pytest.raises(PolicyDataNotValid):
        rates(wrong=wrong, decided=decided, examined=examined)
