"""What came of opening some bytes: a typed outcome, never None, an empty string or an exception from a decoder.

A scan that cannot read a file must say so and why (docs/reference/pictures.md); these are the words it may use.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

__all__ = ["Format", "NotReadable", "Readable", "Reason"]


class Format(StrEnum):
    """The picture formats that are opened; the content decides, never the name."""

    JPEG = "jpeg"
    PNG = "png"
    WEBP = "webp"
    GIF = "gif"
    BMP = "bmp"
    TIFF = "tiff"
    AVIF = "avif"


class Reason(StrEnum):
    """Why bytes could not be read. The value is stable: it appears in result rows and in the interface."""

    EMPTY = "empty"
    UNKNOWN_FORMAT = "unknown_format"
    UNSUPPORTED_FORMAT = "unsupported_format"
    UNSUPPORTED_COLOUR = "unsupported_colour"
    TRUNCATED = "truncated"
    DAMAGED = "damaged"
    TOO_MANY_BYTES = "too_many_bytes"
    TOO_MANY_PIXELS = "too_many_pixels"
    TOO_MUCH_MEMORY = "too_much_memory"
    TOO_SLOW = "too_slow"
    CRASHED = "crashed"
    ENCRYPTED = "encrypted"
    LINK = "link"
    SPECIAL_FILE = "special_file"
    TOO_DEEP = "too_deep"
    TOO_MANY_MEMBERS = "too_many_members"
    BOMB = "bomb"


@dataclass(frozen=True, slots=True, kw_only=True)
class NotReadable:
    """These bytes could not be read (to the end).

    `frames` whole frames had been handed over before; they are sound, but the input as a whole was not seen.
    """

    reason: Reason
    detail: str
    frames: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Readable:
    """Every frame that the limits allow was handed over.

    `width` and `height` are those of the first frame as shown (after the EXIF turn), at full resolution. `frames` were
    handed over; `frames_in_file` is None where the file does not say how many it has and the cap came first.
    `truncated` says that a cap (frames, or pixels over all frames) came before the end of the file.
    """

    format: Format
    width: int
    height: int
    frames: int
    frames_in_file: int | None
    truncated: bool
