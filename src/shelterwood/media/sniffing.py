"""What some bytes are, told from the bytes alone: a name or a declared type is the uploader's word and counts nothing.

Our own table comes before any decoder, so that a file can reach only the seven plug-ins of docs/reference/pictures.md
and no other of the forty that Pillow brings along.
"""

from __future__ import annotations

from enum import StrEnum

from shelterwood.media.outcomes import Format

__all__ = ["ArchiveFormat", "archive_format", "foreign_format", "picture_format"]

HEAD = 512
"""As many leading bytes as any of the tests below looks at (a TAR header)."""


class ArchiveFormat(StrEnum):
    """The containers that are walked. A compressed stream holds a TAR or a single file: unpacking tells."""

    ZIP = "zip"
    TAR = "tar"
    GZIP = "gzip"
    BZIP2 = "bzip2"
    XZ = "xz"


_PICTURES: tuple[tuple[bytes, Format], ...] = (
    (b"\xff\xd8\xff", Format.JPEG),
    (b"\x89PNG\r\n\x1a\n", Format.PNG),
    (b"GIF87a", Format.GIF),
    (b"GIF89a", Format.GIF),
    (b"BM", Format.BMP),
    (b"II*\0", Format.TIFF),
    (b"MM\0*", Format.TIFF),
    (b"II+\0", Format.TIFF),  # BigTIFF
    (b"MM\0+", Format.TIFF),
)

_AVIF_BRANDS = frozenset({b"avif", b"avis"})

_ARCHIVES: tuple[tuple[bytes, ArchiveFormat], ...] = (
    (b"PK\x03\x04", ArchiveFormat.ZIP),
    (b"PK\x05\x06", ArchiveFormat.ZIP),  # no members
    (b"\x1f\x8b\x08", ArchiveFormat.GZIP),
    (b"BZh", ArchiveFormat.BZIP2),
    (b"\xfd7zXZ\0", ArchiveFormat.XZ),
)

_FOREIGN: tuple[tuple[bytes, str], ...] = (
    (b"%PDF-", "a PDF document"),
    (b"8BPS", "a Photoshop document"),
    (b"\0\0\0\x0cjP  \r\n", "a JPEG 2000 picture"),
    (b"\xff\x4f\xff\x51", "a JPEG 2000 picture"),
    (b"\0\0\0\x0cJXL \r\n", "a JPEG XL picture"),
    (b"\xff\x0a", "a JPEG XL picture"),
    (b"\0\0\1\0", "an icon"),
    (b"7z\xbc\xaf\x27\x1c", "a 7-Zip archive"),
    (b"Rar!\x1a\x07", "a RAR archive"),
    (b"\x1aE\xdf\xa3", "a Matroska or WebM video"),
    (b"FLV\x01", "a Flash video"),
    (b"\0\0\1\xba", "an MPEG video"),
    (b"\0\0\1\xb3", "an MPEG video"),
    (b"<svg", "an SVG drawing"),
)

_HEIF_BRANDS = frozenset({b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1"})


def picture_format(data: bytes | memoryview) -> Format | None:
    """Return the picture format that these bytes begin like, or None."""
    head = bytes(data[:HEAD])
    for magic, name in _PICTURES:
        if head.startswith(magic):
            return name if name is not Format.BMP or _is_bmp(head) else None
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        return Format.WEBP
    return Format.AVIF if _brands(head) & _AVIF_BRANDS else None


def archive_format(data: bytes | memoryview) -> ArchiveFormat | None:
    """Return the archive format that these bytes begin like, or None."""
    head = bytes(data[:HEAD])
    for magic, name in _ARCHIVES:
        if head.startswith(magic):
            return name
    return ArchiveFormat.TAR if _is_tar(head) else None


def foreign_format(data: bytes | memoryview) -> str | None:
    """Name what these bytes are where we know it and do not open it, so that a row can say more than "unknown"."""
    head = bytes(data[:HEAD])
    for magic, name in _FOREIGN:
        if head.startswith(magic):
            return name
    if head[:4] == b"RIFF" and head[8:12] == b"AVI ":
        return "an AVI video"
    if head[4:8] == b"ftyp":
        return "a HEIF (HEIC) picture" if _brands(head) & _HEIF_BRANDS else "an MP4 or QuickTime video"
    return None


def _is_bmp(head: bytes) -> bool:
    """Two letters are a weak sign: the size of the second header must be one that exists as well."""
    return int.from_bytes(head[14:18], "little") in {12, 16, 40, 52, 56, 64, 108, 124}


def _brands(head: bytes) -> frozenset[bytes]:
    """Return the major and compatible brands of an ISO base media file (ISO/IEC 14496-12, 4.3)."""
    if head[4:8] != b"ftyp":
        return frozenset()
    end = min(int.from_bytes(head[:4], "big"), len(head))
    return frozenset({head[8:12], *(head[at : at + 4] for at in range(16, end - 3, 4))})


def _is_tar(head: bytes) -> bool:
    """Tell a TAR by the header's sum of its own bytes (POSIX.1-1988); very old ones have no other mark."""
    if len(head) < HEAD:
        return False
    field = head[148:156].strip(b"\0 ")
    if not field or any(digit not in b"01234567" for digit in field):
        return False
    return int(field, 8) == sum(head[:148]) + 8 * 0x20 + sum(head[156:])
