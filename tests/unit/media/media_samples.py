"""Pictures that the tests of `media` draw for themselves: a textured gradient, asymmetric under every turn."""

from __future__ import annotations

import io
import struct
import zlib

import numpy as np
import numpy.typing as npt
from PIL import Image

from shelterwood.media import Decoder, Frame, Limits, Mode, NotReadable, Pixels, Readable, ScaledLuma

Outcome = Readable | NotReadable
SMALL = Limits(bytes=8 << 20, pixels=4 << 20, total_pixels=16 << 20, frames=8)


def scene(width: int = 120, height: int = 80, seed: int = 0) -> Image.Image:
    """Draw a smooth colour picture in which no two corners are alike."""
    x, y = np.meshgrid(np.linspace(0, 1, width), np.linspace(0, 1, height))
    phase = seed * 0.7
    red = 40 + 180 * x * (0.6 + 0.4 * np.sin(5 * y + phase))
    green = 30 + 190 * y * (0.5 + 0.5 * np.cos(4 * x + phase))
    blue = 60 + 150 * (1 - x) * y
    return Image.fromarray(np.stack([red, green, blue], axis=-1).astype(np.uint8))


def saved(picture: Image.Image, name: str, **options: object) -> bytes:
    data = io.BytesIO()
    picture.save(data, name, **options)  # type: ignore[arg-type]
    return data.getvalue()


def animation(name: str, frames: int, size: tuple[int, int] = (40, 30)) -> bytes:
    pictures = [scene(*size, seed=number) for number in range(frames)]
    options = {"lossless": True} if name == "WEBP" else {}
    return saved(pictures[0], name, save_all=True, append_images=pictures[1:], **options)


def png_of(width: int, height: int, *, depth: int, colour: int, rows: bytes) -> bytes:
    def chunk(kind: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    header = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, depth, colour, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + header + chunk(b"IDAT", rows) + chunk(b"IEND", b"")


def turned_exif(tag: int) -> Image.Exif:
    exif = Image.Exif()
    exif[0x0112] = tag
    return exif


STORE_FOR_TAG = {  # how an upright picture must be stored so that the tag's turn shows it upright again
    1: None,
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_90,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_270,
}


def stored(upright: Image.Image, tag: int) -> Image.Image:
    method = STORE_FOR_TAG[tag]
    return upright if method is None else upright.transpose(method)


class Kept:
    """An `on_frame` that copies what it is shown."""

    def __init__(self) -> None:
        self.rgb: list[npt.NDArray[np.uint8]] = []
        self.luma: list[ScaledLuma] = []
        self.indices: list[int] = []

    def __call__(self, frame: Frame) -> None:
        self.indices.append(frame.index)
        pixels = frame.pixels
        if isinstance(pixels, Pixels):
            self.rgb.append(pixels.rgb.copy())
            return
        self.luma.append(
            ScaledLuma(
                y=pixels.y.copy(),
                full_width=pixels.full_width,
                full_height=pixels.full_height,
                divisor=pixels.divisor,
                lead_x=pixels.lead_x,
                lead_y=pixels.lead_y,
            )
        )


def mean_difference(got: npt.NDArray[np.uint8], wanted: Image.Image | npt.NDArray[np.uint8]) -> float:
    return float(np.abs(got.astype(np.int16) - np.asarray(wanted).astype(np.int16)).mean())


def refused(decoder: Decoder, data: bytes) -> NotReadable:
    """Return why `data` is refused; the child must read the next picture as if nothing had been."""
    outcome = decoder.decode(data, mode=Mode.FAST, on_frame=Kept())
    assert isinstance(outcome, NotReadable), outcome
    assert isinstance(decoder.decode(saved(scene(), "PNG"), mode=Mode.FAST, on_frame=Kept()), Readable)
    return outcome
