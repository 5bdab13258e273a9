"""The second decode of a fingerprint in doubt, through the real child: when it happens, and what it gives."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from skimage import data as samples

from benchmarks.pictures import encode, picture
from shelterwood.fingerprints import pdq
from shelterwood.media import Decoder, Limits, Mode, NotReadable, Readable
from shelterwood.scanning.examining import examine

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from shelterwood.media import Frame


class Counted:
    """A decoder that remembers in which modes it was asked."""

    def __init__(self, decoder: Decoder) -> None:
        self._decoder = decoder
        self.modes: list[Mode] = []

    def decode(self, data: bytes, *, mode: Mode, on_frame: Callable[[Frame], None]) -> Readable | NotReadable:
        self.modes.append(mode)
        return self._decoder.decode(data, mode=mode, on_frame=on_frame)


@pytest.fixture(scope="module")
def child() -> Iterator[Decoder]:
    with Decoder() as opened:
        yield opened


@pytest.fixture
def decoder(child: Decoder) -> Counted:
    return Counted(child)


SHADED = encode(picture(7, family="relief", height=480, width=640), ".jpg", quality=90)


def first_pdq(decoder: Counted, data: bytes, mode: Mode) -> pdq.Pdq:
    return examine(decoder, data, mode=mode).frames[0].pdq


def test_smooth_shading_is_decoded_once_more_at_full_size(decoder: Counted) -> None:
    found = first_pdq(decoder, SHADED, Mode.FAST)

    assert decoder.modes == [Mode.FAST, Mode.STRICT]
    assert found.bits == first_pdq(decoder, SHADED, Mode.STRICT).bits


def test_scaled_luma_alone_would_be_far_off_on_smooth_shading(decoder: Counted) -> None:
    from_luma: list[pdq.Pdq] = []
    decoder.decode(SHADED, mode=Mode.FAST, on_frame=lambda frame: from_luma.append(pdq.compute(frame.pixels)))

    assert pdq.distance(from_luma[0], first_pdq(decoder, SHADED, Mode.STRICT)) > 12


@pytest.mark.parametrize("name", ["astronaut", "chelsea", "coffee", "rocket"])
def test_a_photograph_is_decoded_once(decoder: Counted, name: str) -> None:
    examine(decoder, encode(getattr(samples, name)(), ".jpg"), mode=Mode.FAST)

    assert decoder.modes == [Mode.FAST]


def test_what_has_too_little_detail_to_be_looked_up_is_decoded_once(decoder: Counted) -> None:
    flat = encode(picture(1, family="gradient", height=480, width=640), ".jpg")

    assert not first_pdq(decoder, flat, Mode.FAST).is_detailed
    assert decoder.modes == [Mode.FAST]


def test_full_size_rgb_in_doubt_is_not_decoded_again(decoder: Counted) -> None:
    as_png = encode(picture(7, family="relief", height=480, width=640), ".png")

    assert not first_pdq(decoder, as_png, Mode.FAST).is_stable
    assert decoder.modes == [Mode.FAST]


def test_where_the_second_decode_fails_the_first_is_looked_up_and_the_reason_said() -> None:
    large = encode(picture(7, family="relief", height=2400, width=3200), ".jpg", quality=90)
    with Decoder(Limits(memory=16 << 20)) as small:
        decoder = Counted(small)
        examined = examine(decoder, large, mode=Mode.FAST)

    assert decoder.modes == [Mode.FAST, Mode.STRICT]
    assert isinstance(examined.outcome, NotReadable)
    assert examined.missed == (examined.outcome.reason, examined.outcome.detail)
    assert len(examined.frames) == 1
    assert not examined.frames[0].pdq.is_stable
