"""The child's side of walking an archive: one descriptor at a time, read by position, members out by shared memory."""

from __future__ import annotations

import codecs
import io
import os
import socket
import tarfile
import zipfile
from typing import TYPE_CHECKING

from shelterwood.media import sandbox, wire
from shelterwood.media.archives import ArchiveWalk, walk_in_process
from shelterwood.media.limits import ArchiveLimits
from shelterwood.media.opening import Refused
from shelterwood.media.outcomes import Reason

if TYPE_CHECKING:
    from typing_extensions import Buffer

    from shelterwood.media.archives import Found
    from shelterwood.media.block import Block

__all__ = ["load_codecs", "serve_archives", "warm_up_archives"]


class _ByPosition(io.RawIOBase):
    """A file read with pread64 alone: the place is kept here, so no other call on the descriptor is needed."""

    def __init__(self, descriptor: int, size: int) -> None:
        self._descriptor = descriptor
        self._size = size
        self._at = 0

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def tell(self) -> int:
        return self._at

    def seek(self, offset: int, whence: int = os.SEEK_SET) -> int:
        base = {os.SEEK_SET: 0, os.SEEK_CUR: self._at, os.SEEK_END: self._size}[whence]
        if base + offset < 0:
            raise Refused(Reason.DAMAGED, "a place before the beginning of the archive")
        self._at = base + offset
        return self._at

    def readinto(self, buffer: Buffer) -> int:
        view = memoryview(buffer).cast("B")
        piece = os.pread(self._descriptor, len(view), self._at)
        view[: len(piece)] = piece
        self._at += len(piece)
        return len(piece)


def serve_archives(limits: ArchiveLimits, line: socket.socket, block: Block) -> None:
    """Walk one archive after the other until the parent goes away."""
    while True:
        message, descriptors, _, _ = socket.recv_fds(line, wire.MAX_MESSAGE, 1)
        if not message:
            return
        request = wire.read_request(message)
        if not isinstance(request, wire.WalkRequest) or len(descriptors) != 1:
            raise wire.BadMessage("not a request to walk")
        _walk(descriptors[0], request.length, limits, line, block)
        os.close(descriptors[0])


def _walk(descriptor: int, size: int, limits: ArchiveLimits, line: socket.socket, block: Block) -> None:
    walk = ArchiveWalk(limits, block.output)
    sandbox.limit_cpu(limits.seconds)
    for found in walk.run(io.BufferedReader(_ByPosition(descriptor, size), 1 << 16)):
        line.send(wire.pack(_reply(found)))
        if not line.recv(wire.MAX_MESSAGE):
            raise SystemExit(0)
        sandbox.limit_cpu(limits.seconds)
    line.send(wire.pack(wire.WalkFinished(walk.members)))


def _reply(found: Found) -> wire.Reply:
    if found.refusal is None:
        return wire.MemberReady(found.size, found.depth, found.label)
    reason = wire.REASONS.index(found.refusal.reason)
    return wire.Refusal(reason, 0, found.depth, found.refusal.detail, found.label)


def load_codecs() -> None:
    """Load what member names and the texts inside pictures may be written in: Python does so at first use."""
    for name in ("ascii", "cp437", "latin-1", "utf-8", "utf-16", "utf-16-be", "utf-16-le"):
        codecs.lookup(name)


def warm_up_archives() -> None:
    """Walk one archive of each kind, so that every decompressor is loaded before the lock."""
    load_codecs()
    limits = ArchiveLimits(member_bytes=1 << 16)
    for sample in (*_zips(), *_tars()):
        list(walk_in_process(sample, limits=limits))


def _zips() -> list[bytes]:
    kinds = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA)
    made = []
    for kind in kinds:
        data = io.BytesIO()
        with zipfile.ZipFile(data, "w", kind) as archive:
            archive.writestr("\u00e9", b"sample")
        made.append(data.getvalue())
    return made


def _tars() -> list[bytes]:
    made = []
    for suffix in ("", "gz", "bz2", "xz"):
        data = io.BytesIO()
        with tarfile.open(fileobj=data, mode=f"w:{suffix}") as archive:  # type: ignore[call-overload] # a computed mode
            archive.addfile(tarfile.TarInfo("sample"), io.BytesIO())
        made.append(data.getvalue())
    return made
