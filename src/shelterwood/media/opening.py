"""Open a picture far enough to know its format and size, and refuse it before anything large is done with it.

Pillow's `Image.open` would try forty plug-ins; here the class of the sniffed format is called directly, so no other
can be reached, and nothing depends on Pillow's global pixel limit.
"""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

from PIL import (
    AvifImagePlugin,
    BmpImagePlugin,
    GifImagePlugin,
    Image,
    ImageFile,
    JpegImagePlugin,
    PngImagePlugin,
    TiffImagePlugin,
    WebPImagePlugin,
)

from shelterwood.media.outcomes import Format, Reason
from shelterwood.media.plain_jpeg import PlainJpeg, plain_header
from shelterwood.media.sniffing import archive_format, foreign_format, picture_format

if TYPE_CHECKING:
    from shelterwood.media.limits import Limits

__all__ = ["Refused", "check_size", "name_format", "open_picture", "prepare_pillow"]

_PLUGINS: dict[Format, type[ImageFile.ImageFile]] = {
    # The class and not its factory: pictures after the first in a multi-picture JPEG (previews, gain maps) are no
    # frames of it, and the MPO plug-in stays out of reach.
    Format.JPEG: JpegImagePlugin.JpegImageFile,
    Format.PNG: PngImagePlugin.PngImageFile,
    Format.WEBP: WebPImagePlugin.WebPImageFile,
    Format.GIF: GifImagePlugin.GifImageFile,
    Format.BMP: BmpImagePlugin.BmpImageFile,
    Format.TIFF: TiffImagePlugin.TiffImageFile,
    Format.AVIF: AvifImagePlugin.AvifImageFile,
}


class Refused(Exception):
    """The input is refused for a reason that we found ourselves."""

    def __init__(self, reason: Reason, detail: str) -> None:
        super().__init__(detail)
        self.reason = reason
        self.detail = detail


def prepare_pillow() -> None:
    """Set Pillow's process-wide switches for a process that does nothing but decode.

    Its pixel limit is off because ours is checked instead (`check_size`); one thread, because a locked child may start
    no other; a truncated file stays an error (the default, said here because all depends on it).
    """
    Image.MAX_IMAGE_PIXELS = None
    AvifImagePlugin.DEFAULT_MAX_THREADS = 1
    ImageFile.LOAD_TRUNCATED_IMAGES = False


def name_format(data: bytes | memoryview, limits: Limits) -> Format:
    """Return the picture format of these bytes; raise Refused where they are none that we open."""
    if len(data) == 0:
        raise Refused(Reason.EMPTY, "no bytes")
    if len(data) > limits.bytes:
        raise Refused(Reason.TOO_MANY_BYTES, f"{len(data)} bytes; the limit is {limits.bytes}")
    known = picture_format(data)
    if known is not None:
        return known
    archive = archive_format(data)
    if archive is not None:
        raise Refused(Reason.UNSUPPORTED_FORMAT, f"an archive or compressed file ({archive.value}), not a picture")
    foreign = foreign_format(data)
    if foreign is not None:
        raise Refused(Reason.UNSUPPORTED_FORMAT, foreign)
    raise Refused(Reason.UNKNOWN_FORMAT, "not the beginning of any picture format that is opened here")


def open_picture(data: bytes, known: Format, limits: Limits) -> Image.Image:
    """Read the header and check the size that it declares."""
    header = plain_header(data) if known is Format.JPEG else None
    picture = PlainJpeg(data, header) if header else _PLUGINS[known](io.BytesIO(data))
    check_size(picture.size, limits)
    return picture


def check_size(size: tuple[int, int], limits: Limits) -> None:
    """Raise Refused where a frame has no pixels or more than the limit."""
    width, height = size
    if width < 1 or height < 1:
        raise Refused(Reason.DAMAGED, f"a size of {width} x {height}")
    if width * height > limits.pixels:
        raise Refused(Reason.TOO_MANY_PIXELS, f"{width} x {height} pixels; the limit is {limits.pixels}")
