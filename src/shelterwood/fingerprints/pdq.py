"""PDQ: the open 256-bit perceptual fingerprint of a picture, in a strict and a fast mode, with its eight orientations.

PDQ was published by Facebook in 2019 (github.com/facebook/ThreatExchange, pdq/README.md). The reference followed here
is the `pdqhash` package, version 0.2.8, on the full-size RGB picture: *strict* mode gives its bits and its quality for
every input. Other ports scale the picture first and so disagree with it, and with each other; see
docs/reference/fingerprints.md, which also says how far *fast* mode may be from strict.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Protocol

import numpy as np

from shelterwood._native import ext
from shelterwood.errors import ShelterwoodError
from shelterwood.fingerprints.hexadecimal import MalformedFingerprint, PdqHex, canonical

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = [
    "BITS",
    "DEFAULT_RADIUS",
    "MANY_DOUBTFUL",
    "MIN_QUALITY",
    "TOO_LITTLE_DETAIL",
    "FullSizeRgb",
    "Mode",
    "NotAPicture",
    "Orientation",
    "Orientations",
    "Pdq",
    "ScaledLuma",
    "StrictNeedsFullSize",
    "compute",
    "distance",
    "format",
    "kernels",
    "parse",
]

BITS = 256
BYTES = BITS // 8

MIN_QUALITY = 50
"""Below this quality a picture has too little detail to be told from others: its fingerprint is not looked up."""

DEFAULT_RADIUS = 31
"""Two pictures count as near up to this many different bits of 256 (the value PDQ's authors recommend)."""

MANY_DOUBTFUL = 24
"""From so many bits in doubt on, a fingerprint from a decoder's luma may be more than six bits off the strict one.

About a quarter of those in doubt turn (docs/decisions/0013-fast-mode-stability.md).
"""

TOO_LITTLE_DETAIL = "exact only: too little detail"
"""What a result says of a picture below MIN_QUALITY: its digests were looked up, its PDQ was not."""


class Mode(StrEnum):
    """How exact a fingerprint must be."""

    STRICT = "strict"
    """Bit for bit that of pdqhash: for building lists, so that two installations get the same fingerprint."""
    FAST = "fast"
    """The same filter in another order of arithmetic, a few times faster: for scanning."""


class Orientation(StrEnum):
    """What is done to a picture before its fingerprint is taken; a turn is counter-clockwise, as in np.rot90.

    The order is that of the rows of `Orientations.codes` and of pdqhash.compute_dihedral.
    """

    IDENTITY = "identity"
    ROTATE90 = "rotate90"
    """np.rot90(picture): a quarter turn counter-clockwise."""
    ROTATE180 = "rotate180"
    ROTATE270 = "rotate270"
    """np.rot90(picture, 3): a quarter turn clockwise."""
    FLIP_VERTICAL = "flip_vertical"
    """picture[::-1]: top to bottom."""
    MIRROR = "mirror"
    """picture[:, ::-1]: left to right."""
    TRANSPOSE = "transpose"
    """picture.swapaxes(0, 1): over the diagonal from the top left."""
    ANTI_TRANSPOSE = "anti_transpose"
    """np.rot90(picture, 2).swapaxes(0, 1): over the other diagonal."""


_POSITION = {orientation: position for position, orientation in enumerate(Orientation)}


class NotAPicture(ShelterwoodError):
    """The array has not the shape or type of a picture."""


class StrictNeedsFullSize(ShelterwoodError):
    """Strict mode was asked for, but only scaled luma was given."""


class FullSizeRgb(Protocol):
    """A decoded picture that carries its pixels as `rgb`: uint8[height, width, 3]."""

    @property
    def rgb(self) -> NDArray[np.uint8]:
        """The pixels."""


class ScaledLuma(Protocol):
    """The luma of a picture on a coarser grid, as a JPEG decoder gives it.

    `y` is uint8[h', w']. Cell k of an axis of n full-size pixels is the mean of pixels [k * divisor - lead,
    (k + 1) * divisor - lead) within [0, n); `divisor` is 1, 2, 4 or 8, and lead < divisor is 0 unless a turn has moved
    the partial last cell to the front.
    """

    @property
    def y(self) -> NDArray[np.uint8]:
        """The cells."""

    @property
    def full_width(self) -> int:
        """Pixels across the whole picture."""

    @property
    def full_height(self) -> int:
        """Pixels down the whole picture."""

    @property
    def divisor(self) -> int:
        """Full-size pixels a cell, along each axis."""

    @property
    def lead_x(self) -> int:
        """Pixels of the first column that lie before the picture."""

    @property
    def lead_y(self) -> int:
        """Pixels of the first row that lie before the picture."""


@dataclass(frozen=True, slots=True)
class Orientations(Mapping[Orientation, bytes]):
    """The fingerprints of a picture's eight orientations: `orientations[o]` is that of the picture after o.

    So if a listed picture was turned by o to make the one at hand, the fingerprint that matches the list is found
    under the orientation that undoes o. `packed` is the eight 32-byte codes one after the other.
    """

    packed: bytes

    def __getitem__(self, orientation: Orientation) -> bytes:
        start = _POSITION[orientation] * BYTES
        return self.packed[start : start + BYTES]

    def __iter__(self) -> Iterator[Orientation]:
        return iter(Orientation)

    def __len__(self) -> int:
        return len(_POSITION)

    @property
    def codes(self) -> NDArray[np.uint8]:
        """The eight codes as uint8[8, 32], read-only and not copied: one batch for an index."""
        return np.frombuffer(self.packed, dtype=np.uint8).reshape(len(_POSITION), BYTES)


@dataclass(frozen=True, slots=True, kw_only=True)
class Pdq:
    """A picture's PDQ fingerprint.

    `bits` is 32 bytes in the order of the usual hexadecimal form, `quality` runs from 0 (flat) to 100. A picture with
    a side below five pixels has all bits zero and quality 0. `doubtful` counts the bits whose frequency lies so near
    the median that the rounding of a decoder's samples may turn them, in the orientation that has most of them.
    """

    bits: bytes
    quality: int
    orientations: Orientations
    doubtful: int

    @property
    def hex(self) -> PdqHex:
        """The usual text: 64 lower-case hexadecimal digits."""
        return PdqHex(self.bits.hex())

    @property
    def is_detailed(self) -> bool:
        """Whether the picture has detail enough (MIN_QUALITY) for its fingerprint to be looked up."""
        return self.quality >= MIN_QUALITY

    @property
    def is_stable(self) -> bool:
        """Whether scaled luma is as good as full-size RGB for this picture; smooth shading often is not."""
        return self.doubtful < MANY_DOUBTFUL


def compute(pixels: NDArray[np.uint8] | FullSizeRgb | ScaledLuma, *, mode: Mode | str | None = None) -> Pdq:
    """Return the fingerprint of a picture: RGB uint8[height, width, 3] of any strides, an object with `rgb`, or luma.

    `mode` defaults to strict for RGB; scaled luma can only be fast. The array is read in place, with the GIL released.
    Raises NotAPicture for an array of another shape or type, StrictNeedsFullSize for strict mode on scaled luma.
    """
    if isinstance(pixels, np.ndarray):
        return _of_rgb(pixels, Mode(mode or Mode.STRICT))
    if hasattr(pixels, "rgb"):
        return _of_rgb(pixels.rgb, Mode(mode or Mode.STRICT))
    if mode is not None and Mode(mode) is Mode.STRICT:
        raise StrictNeedsFullSize(
            "Strict mode needs the full-size RGB picture; this is scaled luma.",
            remedy="Decode in strict mode, or compute in fast mode.",
        )
    return _of_luma(pixels)


def _of_rgb(rgb: NDArray[np.uint8], mode: Mode) -> Pdq:
    try:
        return _packed(ext.pdq_strict(rgb) if mode is Mode.STRICT else ext.pdq_fast(rgb))
    except (TypeError, ValueError) as error:
        raise NotAPicture(
            f"An array of shape {rgb.shape} and type {rgb.dtype} is no RGB picture.",
            remedy="A picture is uint8[height, width, 3] with at least one pixel.",
        ) from error


def _of_luma(luma: ScaledLuma) -> Pdq:
    try:
        return _packed(
            ext.pdq_scaled(luma.y, luma.full_height, luma.full_width, luma.divisor, luma.lead_y, luma.lead_x)
        )
    except (TypeError, ValueError) as error:
        raise NotAPicture(
            f"Luma of shape {luma.y.shape} and type {luma.y.dtype} does not fit a picture of {luma.full_width} x "
            f"{luma.full_height} at 1/{luma.divisor}, lead {luma.lead_x} x {luma.lead_y}.",
            remedy="Each axis has ceil((full size + lead) / divisor) cells of uint8; the divisor is 1, 2, 4 or 8.",
        ) from error


def _packed(native: tuple[bytes, int, int]) -> Pdq:
    codes, quality, doubtful = native
    return Pdq(bits=codes[:BYTES], quality=quality, orientations=Orientations(codes), doubtful=doubtful)


def distance(a: bytes | Pdq, b: bytes | Pdq) -> int:
    """Return in how many of 256 bits two fingerprints differ (the Hamming distance).

    Raises MalformedFingerprint where one of them is not 32 bytes.
    """
    return (_as_number(a) ^ _as_number(b)).bit_count()


def _as_number(code: bytes | Pdq) -> int:
    bits = code.bits if isinstance(code, Pdq) else code
    if len(bits) != BYTES:
        raise MalformedFingerprint(f"A PDQ fingerprint is {BYTES} bytes, not {len(bits)}.")
    return int.from_bytes(bits)


def parse(text: str) -> bytes:
    """Return the 32 bytes of 64 hexadecimal digits in either case; raises MalformedFingerprint for anything else."""
    return bytes.fromhex(canonical(text, bits=BITS, title="PDQ fingerprint"))


def format(bits: bytes) -> PdqHex:  # noqa: A001 - read as pdq.format, the counterpart of pdq.parse
    """Return the usual text of 32 bytes: 64 lower-case hexadecimal digits."""
    return PdqHex(canonical(bits.hex(), bits=BITS, title="PDQ fingerprint"))


def kernels() -> str:
    """Return the name of the native code that computes here: the best that this processor runs."""
    return ext.pdq_kernels()[-1]
