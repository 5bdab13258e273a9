"""The three answers: not scanned is never no match."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shelterwood.media import Reason
from shelterwood.scanning import Match, Outcome, Row, Tally, WhyNot
from shelterwood.scanning.judging import Wanted, judge, not_read

HIT = Match(list="cups", list_version=1, entry="1", source="s", algorithm="md5", distance=0, radius=0)
BOTH = Wanted(exact=("md5",), pdq=True, unsupported=("photodna",))

REASONS = st.one_of(st.none(), st.sampled_from(list(WhyNot)), st.sampled_from(list(Reason)))


def test_everything_checked_and_nothing_matched_is_no_match_whatever_nobody_can_match() -> None:
    verdict = judge(BOTH, matches=())

    assert verdict.outcome is Outcome.NO_MATCH
    assert verdict.checked == {"md5": True, "pdq": True, "photodna": "unsupported"}


def test_a_match_on_a_digest_still_says_what_was_not_checked() -> None:
    verdict = judge(BOTH, matches=(HIT,), pdq_missed=Reason.DAMAGED)

    assert (verdict.outcome, verdict.reason) == (Outcome.MATCH, "damaged")
    assert verdict.checked["pdq"] == "not_readable: damaged"


def test_what_cannot_be_decoded_is_no_matter_where_no_list_holds_a_pdq() -> None:
    verdict = judge(Wanted(exact=("sha256",)), matches=(), pdq_missed=Reason.DAMAGED)

    assert (verdict.outcome, verdict.reason) == (Outcome.NO_MATCH, None)
    assert verdict.checked == {"sha256": True}


@pytest.mark.parametrize(
    ("reason", "spelling"),
    [
        (WhyNot.TOO_LITTLE_DETAIL, "low_quality"),
        (WhyNot.NOT_A_PICTURE, "not_a_picture"),
        (WhyNot.TOO_MANY_FRAMES, "first_frames_only"),
        (Reason.TOO_MANY_BYTES, "not_readable: too_many_bytes"),
    ],
)
def test_each_reason_has_its_word_in_what_was_checked(reason: str, spelling: str) -> None:
    assert judge(BOTH, matches=(), pdq_missed=reason).checked["pdq"] == spelling


@given(reason=REASONS, changed=st.booleans(), pdq=st.booleans(), matched=st.booleans())
def test_no_match_is_said_only_where_every_wanted_kind_was_checked(
    *, reason: str | None, changed: bool, pdq: bool, matched: bool
) -> None:
    wanted = Wanted(exact=("md5", "sha1"), pdq=pdq)

    verdict = judge(wanted, matches=(HIT,) if matched else (), pdq_missed=reason, changed=changed)

    if verdict.outcome is Outcome.NO_MATCH:
        assert set(verdict.checked.values()) == {True}
        assert not matched
    if verdict.outcome is Outcome.NOT_SCANNED:
        assert verdict.reason


def test_what_could_not_be_read_was_checked_for_nothing() -> None:
    verdict = not_read(BOTH, WhyNot.PERMISSION_DENIED)

    assert verdict.outcome is Outcome.NOT_SCANNED
    assert verdict.checked == {
        "md5": "not_read: permission_denied",
        "pdq": "not_read: permission_denied",
        "photodna": "unsupported",
    }


@given(st.lists(st.tuples(st.sampled_from(list(Outcome)), REASONS)))
def test_counts_sum_and_survive_being_stored(given_rows: list[tuple[Outcome, str | None]]) -> None:
    tally = Tally()
    for outcome, reason in given_rows:
        tally.add(Row(path="x", outcome=outcome, reason=reason, matches=(HIT,) if outcome is Outcome.MATCH else ()))

    assert tally.files == len(given_rows) == sum(tally.outcomes[outcome] for outcome in Outcome)
    assert sum(tally.reasons.values()) == tally.outcomes[Outcome.NOT_SCANNED]
    assert Tally.from_json(tally.as_json()) == tally
