"""What a child says is not believed: no bytes break the reader, no number reaches the memory unchecked."""

from __future__ import annotations

import os

import pytest
from hypothesis import given
from hypothesis import strategies as st
from media_samples import Kept

from shelterwood.media import Limits, NotReadable, Reason, wire
from shelterwood.media.block import Block
from shelterwood.media.decoder import _Exchange
from shelterwood.media.process import ChildDied

GOOD = wire.FrameReady(
    luma=1, last=1, divisor=2, lead_x=1, lead_y=0, number=0, width=3, height=2, full_width=5, full_height=4
)


@given(st.binary(max_size=80))
def test_any_bytes_are_a_message_or_refused(message: bytes) -> None:
    for read in (wire.read_reply, wire.read_request):
        try:
            said = read(message)
        except wire.BadMessage:
            continue
        assert wire.pack(said) == message


@given(st.text(max_size=50), st.text(max_size=200), st.integers(0, len(wire.REASONS) - 1))
def test_texts_survive_the_journey(label: str, detail: str, reason: int) -> None:
    refusal = wire.Refusal(reason, 1, 2, detail, label)

    assert wire.read_reply(wire.pack(refusal)) == refusal


def test_the_longest_texts_fit_one_message() -> None:
    packed = wire.pack(wire.Refusal(0, 0, 0, "\U0001f333" * 5000, "\udcff" * 5000))

    assert len(packed) <= wire.MAX_MESSAGE
    assert isinstance(wire.read_reply(packed), wire.Refusal)


def test_a_reason_or_format_that_does_not_exist_is_refused() -> None:
    for message in (wire.Refusal(200, 0, 0, "", ""), wire.Finished(200, 0, 1, 1, 1, 1)):
        with pytest.raises(wire.BadMessage):
            wire.read_reply(wire.pack(message))


class SaysAnything:
    """A child that has been taken over."""

    def __init__(self, *replies: wire.Reply) -> None:
        self.replies = list(replies)

    def send(self, _: wire.Request) -> None:
        """Take the request and ignore it."""

    def receive(self, *, seconds: float) -> wire.Reply:
        assert seconds > 0
        return self.replies.pop(0)


def listen(*replies: wire.Reply) -> object:
    block, descriptor = Block.create(input_size=100, output_size=300)
    try:
        exchange = _Exchange(block=block, limits=Limits(bytes=100, pixels=100, frames=2), on_frame=Kept())
        return exchange.run(SaysAnything(*replies), wire.DecodeRequest(0, 0))  # type: ignore[arg-type]
    finally:
        block.close()
        os.close(descriptor)


FINISHED = wire.Finished(format=0, truncated=0, width=5, height=4, frames=1, in_file=1)


def test_a_sound_frame_is_accepted() -> None:
    assert getattr(listen(GOOD, FINISHED), "frames", 0) == 1


@pytest.mark.parametrize(
    "lie",
    [
        {"width": 4},
        {"height": 0},
        {"divisor": 3},
        {"divisor": 0},
        {"divisor": 1},
        {"luma": 0},
        {"lead_x": 2},
        {"lead_y": 1},
        {"number": 1},
        {"full_width": 0},
        {"width": 2**31, "full_width": 2**32 - 1},
        {"width": 50, "height": 50, "full_width": 100, "full_height": 100},
    ],
)
def test_a_frame_with_an_impossible_number_is_never_shown(lie: dict[str, int]) -> None:
    with pytest.raises(ChildDied):
        listen(GOOD._replace(**lie), FINISHED)


@pytest.mark.parametrize("lie", [{"frames": 2}, {"frames": 0}])
def test_an_outcome_that_counts_wrong_is_not_believed(lie: dict[str, int]) -> None:
    with pytest.raises(ChildDied):
        listen(GOOD, FINISHED._replace(**lie))


def test_more_frames_than_the_limit_are_not_taken() -> None:
    with pytest.raises(ChildDied):
        listen(*(GOOD._replace(number=n, last=0) for n in range(3)))


def test_a_picture_without_frames_is_not_read() -> None:
    with pytest.raises(ChildDied):
        listen(FINISHED._replace(frames=0))


def test_a_member_is_no_answer_to_a_picture() -> None:
    with pytest.raises(ChildDied):
        listen(wire.MemberReady(1, 1, "x"))


def test_a_refusal_counts_the_frames_that_were_shown_not_those_that_are_claimed() -> None:
    outcome = listen(GOOD._replace(last=0), wire.Refusal(wire.REASONS.index(Reason.TRUNCATED), 77, 0, "why", ""))

    assert outcome == NotReadable(reason=Reason.TRUNCATED, detail="why", frames=1)
