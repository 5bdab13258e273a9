"""The short way into a JPEG without EXIF: its header read here, its samples straight from Pillow's decoder.

Pillow's own class reads every marker byte by byte, keeps tables and metadata that nobody asks for here, and feeds the
decoder piece by piece: a tenth of the time of a small picture. Whatever is not plain (EXIF or XMP, which may turn the
picture; Photoshop's blocks; CMYK; a header that is odd in any way) has no `plain_header` and goes Pillow's way, so
what is accepted, refused and shown is the same on both.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from PIL import Image, ImageFile

if TYPE_CHECKING:
    from PIL._imaging import ImagingCore, PixelAccess

__all__ = ["Header", "PlainJpeg", "plain_header"]

_FRAMES = frozenset({0xC0, 0xC1, 0xC2})  # baseline, extended, progressive; all of them Huffman-coded
_TABLES, _SCAN = 0xDB, 0xDA
_MODES = {1: "L", 3: "RGB"}
# Segments that say nothing to us, by the fewest bytes that Pillow reads of them: Huffman tables, restart interval,
# comment; JFIF, ICC and Adobe's; and the other application segments but APP1 and APP13.
_PASSED = {0xC4: 0, 0xDD: 0, 0xFE: 0} | dict.fromkeys(range(0xE3, 0xED), 0) | {0xEF: 0, 0xE0: 7, 0xEE: 7, 0xE2: 14}


class Header(NamedTuple):
    """What a plain JPEG's header says: (width, height), and "L" or "RGB"."""

    size: tuple[int, int]
    mode: str


def plain_header(data: bytes) -> Header | None:
    """Return what the header says (ITU-T T.81, annex B), None where it is not plain."""
    found, at, size = None, 2, len(data)
    while at + 4 <= size and data[at] == 0xFF:
        marker, length = data[at + 1], data[at + 2] << 8 | data[at + 3]
        begin, at = at + 4, at + 2 + length
        if length < 2 or at > size:
            return None
        if marker == _SCAN:
            return found
        if marker in _FRAMES and found is None:
            found = _frame(data[begin:at])
            if found is None:
                return None
        elif marker != _TABLES:
            if length - 2 < _PASSED.get(marker, size):
                return None
        elif not _are_whole_tables(data[begin:at]):
            return None
    return None


def _frame(body: bytes) -> Header | None:
    if len(body) < 6 or body[0] != 8 or body[5] not in _MODES or len(body) != 6 + 3 * body[5]:
        return None
    height, width = int.from_bytes(body[1:3]), int.from_bytes(body[3:5])
    return Header((width, height), _MODES[body[5]]) if width and height else None


def _are_whole_tables(body: bytes) -> bool:
    """Tell whether these are quantization tables of eight bits, none of them cut."""
    return len(body) % 65 == 0 and all(number < 16 for number in body[::65])


class PlainJpeg(Image.Image):
    """A picture as Pillow's JpegImageFile gives it, as far as `decoding` asks."""

    def __init__(self, data: bytes, header: Header) -> None:
        super().__init__()
        self._size, self._mode = header
        self._data = data
        self._scale = 1

    def draft(self, mode: str | None, size: tuple[int, int] | None) -> None:
        """Ask for luma ("L"), at the smallest scale whose sides are not below `size`."""
        if mode is not None:
            self._mode = mode
        if size is not None:
            width, height = self._size
            fits = min(width // size[0], height // size[1])
            self._scale = next(scale for scale in (8, 4, 2, 1) if fits >= scale)
            self._size = -(-width // self._scale), -(-height // self._scale)

    def load(self) -> PixelAccess | None:
        """Decode all of it in one call. Raises OSError with Pillow's words."""
        if self._im is None:
            self.im = self._decoded()
        return super().load()

    def _decoded(self) -> ImagingCore:
        core = Image.core  # type: ignore[attr-defined] # no public name
        target: ImagingCore = core.new(self.mode, self.size)
        decoder = core.jpeg_decoder(self.mode, self.mode, "", self._scale, 0)
        try:
            decoder.setimage(target, (0, 0, *self.size))
            used, error = decoder.decode(self._data)
        finally:
            decoder.cleanup()
        if used >= 0:
            raise OSError(f"image file is truncated ({len(self._data) - used} bytes not processed)")
        if error < 0:
            raise ImageFile._get_oserror(error, encoder=False)  # noqa: SLF001 - the words that the reasons go by
        return target
