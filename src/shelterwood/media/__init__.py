"""The only code that opens untrusted bytes: pictures (and soon archives) to plain arrays, in a locked child process.

    with Decoder() as decoder:
        outcome = decoder.decode(data, mode=Mode.FAST, on_frame=lambda frame: ...)

What is opened, what becomes of colour, orientation, alpha and animation, and what the child may not do:
docs/reference/pictures.md.
"""

from __future__ import annotations

from shelterwood.media.decoder import Decoder, DecoderClosed, DecoderInUse, sandbox_report
from shelterwood.media.decoding import decode_in_process
from shelterwood.media.limits import LimitNotPositive, Limits
from shelterwood.media.outcomes import Format, NotReadable, Readable, Reason
from shelterwood.media.pictures import Frame, Mode, Pixels, ScaledLuma
from shelterwood.media.process import ChildDidNotStart
from shelterwood.media.sandbox import Sandbox, SandboxRefused, SandboxReport

__all__ = [
    "ChildDidNotStart",
    "Decoder",
    "DecoderClosed",
    "DecoderInUse",
    "Format",
    "Frame",
    "LimitNotPositive",
    "Limits",
    "Mode",
    "NotReadable",
    "Pixels",
    "Readable",
    "Reason",
    "Sandbox",
    "SandboxRefused",
    "SandboxReport",
    "ScaledLuma",
    "decode_in_process",
    "sandbox_report",
]
