"""The EXIF turn: a file that every viewer shows upright must be fingerprinted upright (Exif 2.32, tag 0x0112)."""

from __future__ import annotations

from dataclasses import dataclass

from PIL import ExifTags, Image

__all__ = ["UPRIGHT", "Turn", "turn_of"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Turn:
    """How stored pixels become shown ones.

    `back_x`: the shown x axis runs against the stored axis it comes from, so that the partial last cell of a scaled
    decode stands in front; likewise `back_y`. `swaps`: width and height change places.
    """

    method: Image.Transpose | None
    swaps: bool = False
    back_x: bool = False
    back_y: bool = False

    def apply(self, picture: Image.Image) -> Image.Image:
        """Return the picture as shown; itself where nothing is to be done."""
        return picture if self.method is None else picture.transpose(self.method)

    def size(self, stored: tuple[int, int]) -> tuple[int, int]:
        """Return (width, height) as shown."""
        return (stored[1], stored[0]) if self.swaps else stored


UPRIGHT = Turn(method=None)

_TURNS = {
    2: Turn(method=Image.Transpose.FLIP_LEFT_RIGHT, back_x=True),
    3: Turn(method=Image.Transpose.ROTATE_180, back_x=True, back_y=True),
    4: Turn(method=Image.Transpose.FLIP_TOP_BOTTOM, back_y=True),
    5: Turn(method=Image.Transpose.TRANSPOSE, swaps=True),
    6: Turn(method=Image.Transpose.ROTATE_270, swaps=True, back_x=True),
    7: Turn(method=Image.Transpose.TRANSVERSE, swaps=True, back_x=True, back_y=True),
    8: Turn(method=Image.Transpose.ROTATE_90, swaps=True, back_y=True),
}


def turn_of(picture: Image.Image) -> Turn:
    """Return the turn that the picture's EXIF (or XMP) asks for; none where the block cannot be read.

    A damaged EXIF block does not make a picture unreadable: viewers show it as stored, and so do we.
    """
    try:
        tag = picture.getexif().get(ExifTags.Base.Orientation, 1)
    except Exception:  # noqa: BLE001 - the parser meets hostile bytes here and raises whatever it likes
        return UPRIGHT
    return _TURNS.get(tag, UPRIGHT) if isinstance(tag, int) else UPRIGHT
