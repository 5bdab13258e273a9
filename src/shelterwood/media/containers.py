"""The entries of one archive, whatever its format: name, declared size, and how to read it or why not.

ZIP: PKWARE APPNOTE 6.3; TAR: POSIX.1-2001 and GNU. Both by the standard library's readers; what they would do beyond
reading (follow links, make devices, set owners) is never called.
"""

from __future__ import annotations

import bz2
import gzip
import io
import lzma
import stat
import tarfile
import zipfile
from dataclasses import dataclass
from typing import IO, TYPE_CHECKING, Any, BinaryIO, cast

from shelterwood.media.opening import Refused
from shelterwood.media.outcomes import Reason
from shelterwood.media.sniffing import HEAD, ArchiveFormat, archive_format

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from shelterwood.media.limits import ArchiveLimits

__all__ = ["Entry", "entries_of"]

_ENCRYPTED = 0x1
_UNIX = 3

SINGLE = "content"
"""The label of the one file in a compressed stream that is no TAR (its own name is in no trusted place)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """A member before it is unpacked; `size` is what the archive says, 0 where it says nothing."""

    name: str
    size: int
    open: Callable[[], IO[bytes]]
    refusal: Refused | None = None


def entries_of(source: BinaryIO, known: str, limits: ArchiveLimits) -> Iterator[Entry]:
    """Yield the entries of the archive at the start of `source`; read each before the next is taken."""
    if known == ArchiveFormat.ZIP:
        yield from _zip_entries(source, limits)
        return
    unpacked = _UNPACKERS[known](source) if known in _UNPACKERS else source
    yield from _stream_entries(io.BufferedReader(_Metered(unpacked, source, limits), 1 << 16))


def _zip_entries(source: BinaryIO, limits: ArchiveLimits) -> Iterator[Entry]:
    with zipfile.ZipFile(source) as archive:
        for info in archive.infolist():
            if not info.is_dir():
                yield _zip_entry(archive, info, limits)


def _zip_entry(archive: zipfile.ZipFile, info: zipfile.ZipInfo, limits: ArchiveLimits) -> Entry:
    return Entry(
        name=info.filename,
        size=info.file_size,
        open=lambda: archive.open(info),
        refusal=_zip_refusal(info, limits),
    )


def _zip_refusal(info: zipfile.ZipInfo, limits: ArchiveLimits) -> Refused | None:
    if info.flag_bits & _ENCRYPTED:
        return Refused(Reason.ENCRYPTED, "needs a password")
    if info.create_system == _UNIX and stat.S_ISLNK(info.external_attr >> 16):
        return Refused(Reason.LINK, "a symbolic link")
    if info.file_size > limits.ratio_floor and info.file_size > limits.ratio * max(info.compress_size, 1):
        return Refused(Reason.BOMB, f"{info.compress_size} bytes that unpack to {info.file_size}")
    return None


def _stream_entries(stream: io.BufferedReader) -> Iterator[Entry]:
    head = stream.peek(HEAD)[:HEAD]
    if archive_format(head) is ArchiveFormat.TAR:
        yield from _tar_entries(stream)
    else:
        yield Entry(name=SINGLE, size=0, open=lambda: stream)


def _tar_entries(stream: io.BufferedReader) -> Iterator[Entry]:
    with tarfile.open(fileobj=stream, mode="r|") as archive:
        while (info := archive.next()) is not None:
            archive.members = []  # type: ignore[attr-defined] # it would remember every header of a long archive
            if not info.isdir():
                yield _tar_entry(archive, info)


def _tar_entry(archive: tarfile.TarFile, info: tarfile.TarInfo) -> Entry:
    # A regular file always has a reader; the cast says so.
    return Entry(
        name=info.name,
        size=info.size if info.isreg() else 0,
        open=lambda: cast("IO[bytes]", archive.extractfile(info)),
        refusal=_tar_refusal(info),
    )


def _tar_refusal(info: tarfile.TarInfo) -> Refused | None:
    if info.issym() or info.islnk():
        return Refused(Reason.LINK, "a symbolic link" if info.issym() else "a hard link to another member")
    if not info.isreg():
        return Refused(Reason.SPECIAL_FILE, "a device, pipe or other special file")
    return None


_UNPACKERS: dict[str, Callable[[BinaryIO], Any]] = {
    ArchiveFormat.GZIP: lambda source: gzip.GzipFile(fileobj=source),
    ArchiveFormat.BZIP2: bz2.BZ2File,
    ArchiveFormat.XZ: lzma.LZMAFile,
}


class _Metered(io.RawIOBase):
    """A stream that stops where it has become too much for the bytes it was unpacked from."""

    def __init__(self, unpacked: BinaryIO, packed: BinaryIO, limits: ArchiveLimits) -> None:
        self._unpacked = unpacked
        self._packed = packed
        self._limits = limits
        self._passed = 0

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:  # noqa: ANN401 - the type of the base class
        piece = self._unpacked.read(len(buffer))
        buffer[: len(piece)] = piece
        self._passed += len(piece)
        if self._passed > max(self._limits.ratio_floor, self._limits.ratio * self._packed.tell()):
            raise Refused(Reason.BOMB, f"{self._packed.tell()} bytes that unpack to more than {self._passed}")
        return len(piece)
