"""The only code that opens untrusted bytes: pictures to plain arrays, archives to members, in locked child processes.

    with Decoder() as decoder:
        outcome = decoder.decode(data, mode=Mode.FAST, on_frame=use)  # use(frame) for each frame

    with ArchiveReader() as reader:
        for member in reader.walk(descriptor):  # member.label, member.content: bytes or NotReadable
            ...

What is opened, what becomes of colour, orientation, alpha and animation, and what the children may not do:
docs/reference/pictures.md.
"""

from __future__ import annotations

from shelterwood.media.archive_reader import ArchiveNotOpenable, ArchiveReader
from shelterwood.media.archives import Member, walk_in_process
from shelterwood.media.decoder import Decoder, sandbox_report
from shelterwood.media.decoding import decode_in_process
from shelterwood.media.host import MediaBusy, MediaNotOpen
from shelterwood.media.limits import ArchiveLimits, LimitNotPositive, Limits
from shelterwood.media.outcomes import Format, NotReadable, Readable, Reason
from shelterwood.media.pictures import Frame, Mode, Pixels, ScaledLuma
from shelterwood.media.process import ChildDidNotStart
from shelterwood.media.sandbox import Sandbox, SandboxRefused, SandboxReport
from shelterwood.media.sniffing import ArchiveFormat, archive_format, picture_format

__all__ = [
    "ArchiveFormat",
    "ArchiveLimits",
    "ArchiveNotOpenable",
    "ArchiveReader",
    "ChildDidNotStart",
    "Decoder",
    "Format",
    "Frame",
    "LimitNotPositive",
    "Limits",
    "MediaBusy",
    "MediaNotOpen",
    "Member",
    "Mode",
    "NotReadable",
    "Pixels",
    "Readable",
    "Reason",
    "Sandbox",
    "SandboxRefused",
    "SandboxReport",
    "ScaledLuma",
    "archive_format",
    "decode_in_process",
    "picture_format",
    "sandbox_report",
    "walk_in_process",
]
