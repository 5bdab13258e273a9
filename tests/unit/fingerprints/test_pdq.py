"""PDQ: strict is pdqhash bit for bit, fast is near it, orientations mean what they say, bad input is explained."""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from oracle import PICTURES, blocks, noise, pdqhash_codes

from shelterwood._native import ext
from shelterwood.fingerprints import MalformedFingerprint, NotAPicture, Orientation, StrictNeedsFullSize, pdq

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

SIDES = st.one_of(st.integers(1, 70), st.integers(60, 400))
EDGES = [
    (1, 1), (4, 5), (5, 4), (5, 5), (6, 63), (63, 64), (64, 63), (64, 64), (64, 65), (65, 64), (16, 17), (127, 129),
    (128, 128), (129, 128), (5, 2000), (2500, 5), (31, 1025), (257, 4097),
]  # fmt: skip


def codes(fingerprint: pdq.Pdq) -> tuple[bytes, int]:
    return fingerprint.orientations.packed, fingerprint.quality


@pytest.mark.parametrize("size", EDGES, ids="{0[0]}x{0[1]}".format)
@pytest.mark.parametrize("draw", PICTURES)
def test_strict_is_pdqhash_at_the_edges_of_every_rule(
    draw: Callable[..., NDArray[np.uint8]], size: tuple[int, int]
) -> None:
    picture = draw(np.random.default_rng(size), *size)

    assert codes(pdq.compute(picture)) == pdqhash_codes(picture)


@settings(deadline=None, max_examples=60)
@given(st.sampled_from(PICTURES), SIDES, SIDES, st.integers(0, 2**32 - 1), st.sampled_from(ext.pdq_kernels()))
def test_strict_is_pdqhash_for_any_size_content_and_kernel(
    draw: Callable[..., NDArray[np.uint8]], height: int, width: int, seed: int, kernels: str
) -> None:
    picture = draw(np.random.default_rng(seed), height, width)

    assert ext.pdq_strict_with(kernels, picture)[:2] == pdqhash_codes(picture)


@settings(deadline=None, max_examples=40)
@given(st.sampled_from(PICTURES), SIDES, SIDES, st.integers(0, 2**32 - 1))
def test_fast_is_the_same_on_every_kernel_and_near_strict(
    draw: Callable[..., NDArray[np.uint8]], height: int, width: int, seed: int
) -> None:
    picture = draw(np.random.default_rng(seed), height, width)
    fast = pdq.compute(picture, mode=pdq.Mode.FAST)
    strict = pdq.compute(picture)

    assert {ext.pdq_fast_with(kernels, picture) for kernels in ext.pdq_kernels()} == {(*codes(fast), fast.doubtful)}
    assert abs(fast.quality - strict.quality) <= 2
    if draw is noise and min(height, width) >= 64:
        assert pdq.distance(fast, strict) <= 4


STRIDED: dict[str, Callable[[NDArray[np.uint8]], NDArray[np.uint8]]] = {
    "every second row and column": lambda a: a[::2, ::2],
    "upside down": lambda a: a[::-1],
    "mirrored": lambda a: a[:, ::-1],
    "BGR": lambda a: a[:, :, ::-1],
    "transposed": lambda a: a.swapaxes(0, 1),
    "RGBA without alpha": lambda a: np.dstack([a, a[:, :, 0]])[:, :, :3],
    "one colour three times": lambda a: np.broadcast_to(a[:, :, :1], a.shape),
    "planes": lambda a: np.moveaxis(np.ascontiguousarray(np.moveaxis(a, 2, 0)), 0, 2),
    "read-only": lambda a: _read_only(a.copy()),
}


def _read_only(picture: NDArray[np.uint8]) -> NDArray[np.uint8]:
    picture.flags.writeable = False
    return picture


@pytest.mark.parametrize("name", STRIDED)
def test_any_view_of_memory_is_read_as_numpy_reads_it(name: str) -> None:
    view = STRIDED[name](noise(np.random.default_rng(5), 150, 201))

    for mode in pdq.Mode:
        assert pdq.compute(view, mode=mode) == pdq.compute(np.ascontiguousarray(view), mode=mode)


CHANGES: dict[Orientation, Callable[[NDArray[np.uint8]], NDArray[np.uint8]]] = {
    Orientation.IDENTITY: lambda a: a,
    Orientation.ROTATE90: np.rot90,
    Orientation.ROTATE180: lambda a: np.rot90(a, 2),
    Orientation.ROTATE270: lambda a: np.rot90(a, 3),
    Orientation.FLIP_VERTICAL: lambda a: a[::-1],
    Orientation.MIRROR: lambda a: a[:, ::-1],
    Orientation.TRANSPOSE: lambda a: a.swapaxes(0, 1),
    Orientation.ANTI_TRANSPOSE: lambda a: np.rot90(a, 2).swapaxes(0, 1),
}


# Both windows odd and no side a multiple of 128; one even window; both even, the worst case for signs of frequencies.
SYMMETRIC, ONE_EVEN, BOTH_EVEN = (300, 350), (300, 420), (512, 768)


@pytest.mark.parametrize("orientation", Orientation)
@pytest.mark.parametrize("size", [SYMMETRIC, ONE_EVEN, BOTH_EVEN, (201, 203), (128, 64), (30, 50)], ids=str)
def test_a_fast_orientation_is_the_strict_fingerprint_of_the_changed_picture(
    orientation: Orientation, size: tuple[int, int]
) -> None:
    picture = blocks(np.random.default_rng(size), *size)

    foreseen = pdq.compute(picture, mode=pdq.Mode.FAST).orientations[orientation]

    assert pdq.distance(foreseen, pdq.compute(CHANGES[orientation](picture))) <= 8


@pytest.mark.parametrize("orientation", Orientation)
def test_a_strict_orientation_is_near_the_changed_picture_where_the_filter_is_symmetric(
    orientation: Orientation,
) -> None:
    picture = blocks(np.random.default_rng(7), *SYMMETRIC)

    foreseen = pdq.compute(picture).orientations[orientation]

    assert pdq.distance(foreseen, pdq.compute(CHANGES[orientation](picture))) <= 8


def test_pdqhash_itself_is_far_from_the_mirrored_picture_where_the_filter_is_not_symmetric() -> None:
    picture = blocks(np.random.default_rng(BOTH_EVEN), *BOTH_EVEN)
    theirs, _ = pdqhash_codes(picture)
    mirrored = pdq.compute(picture[:, ::-1])

    assert pdq.compute(picture).orientations.packed == theirs
    assert pdq.distance(theirs[5 * 32 : 6 * 32], mirrored) > 20
    assert pdq.distance(pdq.compute(picture, mode="fast").orientations[Orientation.MIRROR], mirrored) <= 4


def test_the_eight_orientations_come_as_one_batch_in_their_order() -> None:
    fingerprint = pdq.compute(noise(np.random.default_rng(1), 90, 90))

    assert fingerprint.orientations[Orientation.IDENTITY] == fingerprint.bits
    assert fingerprint.orientations.codes.shape == (8, 32)
    assert [row.tobytes() for row in fingerprint.orientations.codes] == list(fingerprint.orientations.values())
    assert len(set(fingerprint.orientations.values())) == 8
    assert list(fingerprint.orientations) == list(Orientation)


@dataclass(frozen=True, slots=True, kw_only=True)
class Luma:
    """A stand-in for media's ScaledLuma."""

    y: NDArray[np.uint8]
    full_width: int
    full_height: int
    divisor: int
    lead_x: int = 0
    lead_y: int = 0


def scaled(grey: NDArray[np.uint8], divisor: int, *, lead_x: int = 0, lead_y: int = 0) -> Luma:
    """Average over cells, as a decoder does; a partial cell is filled with its picture's edge."""
    height, width = grey.shape
    down, across = -(-(height + lead_y) // divisor), -(-(width + lead_x) // divisor)
    padding = ((lead_y, down * divisor - height - lead_y), (lead_x, across * divisor - width - lead_x))
    cells = np.pad(grey, padding, mode="edge").reshape(down, divisor, across, divisor).mean(axis=(1, 3))
    return Luma(
        y=np.round(cells).astype(np.uint8),
        full_width=width,
        full_height=height,
        divisor=divisor,
        lead_x=lead_x,
        lead_y=lead_y,
    )


def smooth_grey(seed: int, height: int, width: int) -> NDArray[np.uint8]:
    small = np.random.default_rng(seed).integers(0, 256, (12, 12)).astype(float)
    rows = np.linspace(0, 11, height)
    columns = np.linspace(0, 11, width)
    down = np.array([np.interp(rows, np.arange(12), column) for column in small.T]).T
    return np.array([np.interp(columns, np.arange(12), row) for row in down]).astype(np.uint8)


def as_rgb(grey: NDArray[np.uint8]) -> NDArray[np.uint8]:
    return np.broadcast_to(grey[:, :, None], (*grey.shape, 3))


@pytest.mark.parametrize("divisor", [1, 2, 4, 8])
@pytest.mark.parametrize("size", [(2111, 2305), (2999, 2048)], ids=str)
def test_scaled_luma_is_near_strict(divisor: int, size: tuple[int, int]) -> None:
    grey = smooth_grey(divisor, *size)

    assert pdq.distance(pdq.compute(scaled(grey, divisor)), pdq.compute(as_rgb(grey))) <= 6


def test_unscaled_luma_is_the_same_as_grey_rgb() -> None:
    grey = noise(np.random.default_rng(2), 333, 290)[:, :, 0]

    assert pdq.compute(scaled(grey, 1)) == pdq.compute(as_rgb(grey), mode=pdq.Mode.FAST)


@pytest.mark.parametrize("orientation", Orientation)
@pytest.mark.parametrize("divisor", [2, 4, 8])
def test_scaled_luma_knows_its_orientations(divisor: int, orientation: Orientation) -> None:
    grey = smooth_grey(11, 2100, 2304)

    foreseen = pdq.compute(scaled(grey, divisor)).orientations[orientation]

    assert pdq.distance(foreseen, pdq.compute(as_rgb(CHANGES[orientation](grey)))) <= 8


@pytest.mark.parametrize("divisor", [2, 4, 8])
def test_a_turned_scaled_picture_has_the_turned_fingerprint(divisor: int) -> None:
    height, width = 1031, 1205
    grey = smooth_grey(9, height, width)
    upright = scaled(grey, divisor)
    lead_y, lead_x = upright.y.shape[0] * divisor - height, upright.y.shape[1] * divisor - width
    turned = Luma(
        y=upright.y[::-1, ::-1], full_width=width, full_height=height, divisor=divisor, lead_x=lead_x, lead_y=lead_y
    )

    from_turned = pdq.compute(turned)
    without_leads = scaled(np.rot90(grey, 2), divisor, lead_x=lead_x, lead_y=lead_y)

    assert (turned.y == without_leads.y).all()
    assert pdq.distance(from_turned, pdq.compute(np.rot90(as_rgb(grey), 2))) <= 6


def test_luma_with_strides_is_read_in_place() -> None:
    luma = scaled(smooth_grey(3, 640, 1280), 2)
    wide = np.repeat(luma.y, 2, axis=1)
    strided = Luma(y=wide[:, ::2], full_width=1280, full_height=640, divisor=2)

    assert pdq.compute(strided) == pdq.compute(luma)


@pytest.mark.parametrize(
    "wrong",
    [
        np.zeros((10, 10), np.uint8),
        np.zeros((10, 10, 4), np.uint8),
        np.zeros((10, 10, 3), np.float32),
        np.zeros((10, 10, 3), np.int8),
        np.zeros((0, 10, 3), np.uint8),
        np.zeros((10, 0, 3), np.uint8),
    ],
    ids=lambda a: f"{a.shape} {a.dtype}",
)
def test_an_array_that_is_no_picture_is_refused_and_described(wrong: NDArray[np.uint8]) -> None:
    with pytest.raises(NotAPicture) as caught:
        pdq.compute(wrong)

    assert str(wrong.shape) in caught.value.fact
    assert str(wrong.dtype) in caught.value.fact


GOOD = {"full_width": 100, "full_height": 60, "divisor": 2, "lead_x": 0, "lead_y": 0}


@pytest.mark.parametrize(
    "wrong",
    [
        {"full_width": 98},
        {"full_width": 101},
        {"full_width": -100},
        {"full_width": 2**63},
        {"full_height": 2**64 + 60},
        {"full_height": 60, "lead_y": 1},
        {"divisor": 0},
        {"divisor": 3},
        {"divisor": 4},
        {"lead_x": 2},
        {"lead_y": -1},
    ],
    ids=str,
)
def test_luma_that_does_not_fit_its_picture_is_refused(wrong: dict[str, int]) -> None:
    luma = Luma(y=np.zeros((30, 50), np.uint8), **{**GOOD, **wrong})

    with pytest.raises(NotAPicture):
        pdq.compute(luma)


def test_strict_mode_refuses_scaled_luma() -> None:
    luma = Luma(y=np.zeros((30, 50), np.uint8), **GOOD)

    with pytest.raises(StrictNeedsFullSize) as caught:
        pdq.compute(luma, mode=pdq.Mode.STRICT)

    assert caught.value.remedy


def test_an_object_that_holds_rgb_is_as_good_as_the_array() -> None:
    @dataclass(frozen=True)
    class Pixels:
        rgb: NDArray[np.uint8]

    picture = noise(np.random.default_rng(3), 70, 80)

    assert pdq.compute(Pixels(picture), mode="fast") == pdq.compute(picture, mode=pdq.Mode.FAST)


def test_a_picture_too_small_for_a_fingerprint_has_none_to_look_up() -> None:
    tiny = pdq.compute(noise(np.random.default_rng(4), 4, 400))

    assert codes(tiny) == (bytes(256), 0)
    assert not tiny.is_detailed


def test_detail_decides_whether_a_fingerprint_is_looked_up() -> None:
    assert pdq.compute(noise(np.random.default_rng(6), 64, 64)).is_detailed
    assert not pdq.compute(np.full((200, 200, 3), 127, np.uint8)).is_detailed


@given(st.binary(min_size=32, max_size=32), st.binary(min_size=32, max_size=32))
def test_distance_counts_the_bits_that_differ(a: bytes, b: bytes) -> None:
    differing = int(np.unpackbits(np.frombuffer(a, np.uint8) ^ np.frombuffer(b, np.uint8)).sum())

    assert pdq.distance(a, b) == pdq.distance(b, a) == differing


@given(st.binary(min_size=32, max_size=32))
def test_text_and_bytes_are_two_forms_of_one_fingerprint(bits: bytes) -> None:
    assert pdq.parse(pdq.format(bits)) == bits
    assert pdq.parse(pdq.format(bits).upper()) == bits


@pytest.mark.parametrize(
    "call", [lambda: pdq.format(b"short"), lambda: pdq.distance(b"", bytes(32)), lambda: pdq.parse("0")]
)
def test_bytes_or_text_of_a_wrong_length_are_refused(call: Callable[[], object]) -> None:
    with pytest.raises(MalformedFingerprint):
        call()


def _turns_during(picture: NDArray[np.uint8]) -> int:
    """Return how often this thread had its turn while another computed one fingerprint."""
    turns, done = 0, threading.Event()
    thread = threading.Thread(target=lambda: (pdq.compute(picture), done.set()))
    thread.start()
    while not done.is_set():
        turns += 1
        time.sleep(0.0005)
    thread.join()
    return turns


def test_other_threads_run_while_a_fingerprint_is_computed() -> None:
    picture = np.zeros((4000, 6000, 3), np.uint8)

    # One turn before and one after are no proof. A busy machine may give this thread none: then it is tried again.
    assert any(_turns_during(picture) >= 5 for _ in range(20))
