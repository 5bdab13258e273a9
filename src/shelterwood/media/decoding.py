"""Bytes to frames: the code that the locked child runs, also callable in process for benchmarks and tests.

Decoding is a walk over the frames of one picture. Each is loaded, turned to RGB by the one policy (`colour`), turned
upright (`turning`) and handed over; whatever a decoder raises becomes one NotReadable.
"""

from __future__ import annotations

import struct
import warnings
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from PIL import Image

from shelterwood.media.colour import ColourNotSupported, to_rgb
from shelterwood.media.opening import Refused, check_size, name_format, open_picture
from shelterwood.media.outcomes import Format, NotReadable, Readable, Reason
from shelterwood.media.pictures import Frame, Mode, Pixels, ScaledLuma
from shelterwood.media.plain_jpeg import PlainJpeg
from shelterwood.media.turning import UPRIGHT, turn_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from shelterwood.media.limits import Limits
    from shelterwood.media.pictures import Bytes

__all__ = ["MIN_SCALED_SIDE", "Drawn", "decode", "decode_in_process", "write_samples"]

MIN_SCALED_SIDE = 240
"""A scaled decode keeps at least so many samples on the short side: distances grow below it (decision 0013)."""

_CHUNK = 1 << 17
"""Bytes per call of Pillow's packer: large enough to cost nothing, small enough to stay in cache."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Drawn:
    """A frame before its samples are copied out: `picture` is in mode RGB, or L where it is scaled luma.

    `last` is set where the header already says that no frame follows.
    """

    index: int
    picture: Image.Image
    full_width: int
    full_height: int
    divisor: int
    lead_x: int
    lead_y: int
    last: bool

    @property
    def is_luma(self) -> bool:
        """Whether this is ScaledLuma (one sample per cell) rather than Pixels (three per pixel)."""
        return self.picture.mode == "L"


@dataclass(slots=True, kw_only=True)
class _Walk:
    """What one decode has seen so far."""

    known: Format | None = None
    frames: int = 0
    pixels: int = 0
    size: tuple[int, int] = (0, 0)
    in_file: int | None = None
    truncated: bool = False

    def readable(self) -> Readable:
        """Return the outcome of a walk that came to its end or to a cap."""
        if self.known is None:
            raise AssertionError("a walk without a format has no frames")
        return Readable(
            format=self.known,
            width=self.size[0],
            height=self.size[1],
            frames=self.frames,
            frames_in_file=self.in_file if self.truncated else self.frames,
            truncated=self.truncated,
        )


def decode(data: bytes, *, mode: Mode, limits: Limits, hand_over: Callable[[Drawn], None]) -> Readable | NotReadable:
    """Decode one picture and hand over its frames in order. Raises only what `hand_over` raises."""
    walk = _Walk()
    frames = _frames(data, walk, mode, limits)
    while True:
        try:
            drawn = next(frames, None)
        except Exception as error:  # noqa: BLE001 - decoders raise anything on hostile bytes
            return _explain(error, data, walk)
        if drawn is None:
            return walk.readable()
        hand_over(drawn)
        walk.frames += 1


def decode_in_process(
    data: bytes | memoryview, *, mode: Mode, limits: Limits, on_frame: Callable[[Frame], None]
) -> Readable | NotReadable:
    """Decode without a child: for benchmarks and tests, and never for untrusted bytes.

    The arrays are the caller's to keep. Pillow's own pixel limit (a process-wide setting) still holds here.
    """

    def hand_over(drawn: Drawn) -> None:
        shape = (drawn.picture.height, drawn.picture.width) + (() if drawn.is_luma else (3,))
        samples = np.empty(shape, np.uint8)
        write_samples(drawn.picture, samples.data.cast("B"))
        on_frame(_frame(drawn, samples))

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return decode(bytes(data), mode=mode, limits=limits, hand_over=hand_over)


def _frame(drawn: Drawn, samples: Bytes) -> Frame:
    if not drawn.is_luma:
        return Frame(index=drawn.index, pixels=Pixels(rgb=samples))
    luma = ScaledLuma(
        y=samples,
        full_width=drawn.full_width,
        full_height=drawn.full_height,
        divisor=drawn.divisor,
        lead_x=drawn.lead_x,
        lead_y=drawn.lead_y,
    )
    return Frame(index=drawn.index, pixels=luma)


def write_samples(picture: Image.Image, target: memoryview) -> int:
    """Pack an RGB or L picture's samples row by row into `target`; return how many bytes that were.

    `Image.tobytes` costs ten times as much: it joins small pieces into a fresh block of memory.
    """
    encoder = Image.core.raw_encoder(picture.mode, picture.mode)  # type: ignore[attr-defined] # no public name
    encoder.setimage(picture.im, (0, 0, *picture.size))
    chunk = max(_CHUNK, picture.width * 4)
    at, finished = 0, 0
    while not finished:
        size, finished, piece = encoder.encode(chunk)
        target[at : at + size] = piece
        at += size
    encoder.cleanup()
    if finished < 0 or at != picture.width * picture.height * len(picture.getbands()):
        raise Refused(Reason.DAMAGED, "the decoded frame could not be packed")
    return at


def _frames(data: bytes, walk: _Walk, mode: Mode, limits: Limits) -> Iterator[Drawn]:
    walk.known = known = name_format(data, limits)
    picture = open_picture(data, known, limits)
    walk.in_file = declared = _declared_frames(picture, known)
    index = 0
    while not walk.truncated:
        walk.pixels += picture.width * picture.height
        yield _draw(picture, walk, known, mode, index=index, last=declared == index + 1)
        index += 1
        if declared == index or not _advance(picture, index, declared):
            return
        check_size(picture.size, limits)  # a frame of a GIF may enlarge the picture
        ahead = walk.pixels + picture.width * picture.height
        walk.truncated = index >= limits.frames or ahead > limits.total_pixels


def _declared_frames(picture: Image.Image, known: Format) -> int | None:
    """Return how many frames the header declares; None where only walking through the file would tell."""
    if known in {Format.JPEG, Format.BMP}:
        return 1
    return None if known in {Format.GIF, Format.TIFF} else int(getattr(picture, "n_frames", 1))


def _advance(picture: Image.Image, index: int, declared: int | None) -> bool:
    try:
        picture.seek(index)
    except EOFError:
        if declared is not None:
            raise Refused(Reason.TRUNCATED, f"{index} frames of {declared}") from None
        return False
    return True


def _draw(picture: Image.Image, walk: _Walk, known: Format, mode: Mode, *, index: int, last: bool) -> Drawn:
    stored = picture.size
    divisor = _choose_scale(picture, known) if mode is Mode.FAST else 0
    picture.load()
    turn = UPRIGHT if isinstance(picture, PlainJpeg) else turn_of(picture)
    if divisor and picture.size != (-(-stored[0] // divisor), -(-stored[1] // divisor)):
        raise Refused(Reason.DAMAGED, "the scaled decode has an unexpected size")
    shown = turn.apply(picture if divisor else to_rgb(_drop_empty_alpha(picture, known)))
    full_width, full_height = turn.size(stored) if divisor else shown.size
    if index == 0:
        walk.size = (full_width, full_height)
    return Drawn(
        index=index,
        picture=shown,
        full_width=full_width,
        full_height=full_height,
        divisor=max(divisor, 1),
        lead_x=_lead(shown.width, divisor, full_width) if turn.back_x else 0,
        lead_y=_lead(shown.height, divisor, full_height) if turn.back_y else 0,
        last=last,
    )


def _choose_scale(picture: Image.Image, known: Format) -> int:
    """Ask a grey or YCbCr JPEG for scaled luma; return the divisor, or 0 where there is no such short way."""
    if known is not Format.JPEG or picture.mode not in {"L", "RGB"}:
        return 0
    width, height = picture.size
    divisor = next((d for d in (8, 4, 2) if min(width, height) // d >= MIN_SCALED_SIDE), 1)
    picture.draft("L", (width // divisor, height // divisor))
    return divisor


def _lead(cells: int, divisor: int, full: int) -> int:
    return cells * divisor - full if divisor else 0


def _drop_empty_alpha(picture: Image.Image, known: Format) -> Image.Image:
    """Many writers of 32-bit BMP leave the fourth channel at zero everywhere and mean an opaque picture."""
    if known is Format.BMP and picture.mode == "RGBA" and picture.getchannel("A").getextrema() == (0, 0):
        return picture.convert("RGB")
    return picture


def _explain(error: Exception, data: bytes, walk: _Walk) -> NotReadable:
    reason, detail = _reason(error, data, walk)
    return NotReadable(reason=reason, detail=detail, frames=walk.frames)


def _reason(error: Exception, data: bytes, walk: _Walk) -> tuple[Reason, str]:
    if isinstance(error, Refused):
        return error.reason, error.detail
    if isinstance(error, MemoryError):
        return Reason.TOO_MUCH_MEMORY, "decoding needs more memory than the limit"
    return _kind_of_trouble(error, data, walk), f"{type(error).__name__}: {error}"[:200]


def _kind_of_trouble(error: Exception, data: bytes, walk: _Walk) -> Reason:
    """Tell from a decoder's own error what is wrong; Pillow has no types for it, only words."""
    words = str(error).lower()
    if isinstance(error, ColourNotSupported) or "pixel mode" in words or "unsupported" in words:
        return Reason.UNSUPPORTED_COLOUR
    if isinstance(error, Image.DecompressionBombError):
        return Reason.TOO_MANY_PIXELS
    return Reason.TRUNCATED if "truncated" in words or _is_cut_off(walk.known, data) else Reason.DAMAGED


def _is_cut_off(known: Format | None, data: bytes) -> bool:
    """Tell a file that ends too early from one that is wrong inside, where the format says its length or end."""
    if known is Format.WEBP:
        return len(data) < 12 or struct.unpack_from("<I", data, 4)[0] + 8 > len(data)
    if known is Format.BMP:
        return len(data) < 26 or struct.unpack_from("<I", data, 2)[0] > len(data)
    endings: dict[Format | None, bytes] = {Format.JPEG: b"\xff\xd9", Format.PNG: b"IEND", Format.GIF: b";"}
    return known in endings and endings[known] not in data[-64:]
