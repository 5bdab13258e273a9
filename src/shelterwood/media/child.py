"""The process that opens untrusted bytes: `python -m shelterwood.media.child SETTINGS`, started by `process.Child`.

It imports everything, decodes one sample of each format so that nothing is left to be loaded, locks itself for ever
(`sandbox.lock`) and only then takes the first request. It holds one socket and one block of memory, nothing else.
"""

from __future__ import annotations

import gc
import io
import os
import signal
import socket
import sys
import warnings
from typing import TYPE_CHECKING

from PIL import Image

from shelterwood.media import sandbox, wire
from shelterwood.media.archive_child import load_codecs, serve_archives, warm_up_archives
from shelterwood.media.block import Block
from shelterwood.media.decoding import decode, write_samples
from shelterwood.media.limits import Limits
from shelterwood.media.opening import prepare_pillow
from shelterwood.media.outcomes import Format, NotReadable, Reason
from shelterwood.media.pictures import Mode
from shelterwood.media.settings import ChildSettings

if TYPE_CHECKING:
    from shelterwood.media.decoding import Drawn

__all__ = ["main"]


def main(argument: str) -> None:
    """Serve one parent until it goes away."""
    settings = ChildSettings.from_argument(argument)
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the parent decides what an interrupt means
    sandbox.die_with_parent(settings.parent)
    warnings.simplefilter("ignore")
    line = socket.socket(fileno=settings.socket)
    block = Block(settings.block, input_size=settings.input_size, output_size=settings.output_size)
    os.close(settings.block)
    if settings.role is sandbox.Role.PICTURES:
        warm_up_pictures()
    else:
        warm_up_archives()
    os.dup2(os.open(os.devnull, os.O_WRONLY), 2)  # until here complaints went to the parent
    protections = sandbox.lock(memory=settings.limits.memory, role=settings.role)
    bits = sum(1 << number for number, name in enumerate(sandbox.Protection) if name in protections)
    line.send(wire.pack(wire.Ready(bits)))
    _serve(settings, line, block)


def warm_up_pictures() -> None:
    """Use each decoder and each conversion once, so that all that is loaded late is loaded now."""
    prepare_pillow()
    load_codecs()
    grey = Image.linear_gradient("L").resize((16, 16))
    samples = [(grey.convert("RGB"), known) for known in Format]
    samples += [(grey.convert("CMYK"), Format.JPEG), (grey.convert("P"), Format.PNG), (grey.convert("LA"), Format.PNG)]
    samples += [(grey.convert("I;16"), Format.PNG), (grey.convert("F"), Format.TIFF)]
    for picture, known in samples:
        data = io.BytesIO()
        picture.save(data, known.value.upper(), exif=_turned_exif())
        for mode in Mode:
            decode(data.getvalue(), mode=mode, limits=Limits(), hand_over=_pack_nowhere)
    plain = io.BytesIO()
    grey.save(plain, "JPEG")  # without EXIF: the short way into a JPEG, whole and cut
    for sample in (plain.getvalue(), plain.getvalue()[:-20], b"\xff\xd8\xff damaged"):
        decode(sample, mode=Mode.FAST, limits=Limits(), hand_over=_pack_nowhere)
    gc.collect()
    gc.freeze()


def _turned_exif() -> Image.Exif:
    exif = Image.Exif()
    exif[0x0112] = 6
    return exif


def _pack_nowhere(drawn: Drawn) -> None:
    write_samples(drawn.picture, memoryview(bytearray(16 * 16 * 3)))


def _serve(settings: ChildSettings, line: socket.socket, block: Block) -> None:
    if isinstance(settings.limits, Limits):
        while message := line.recv(wire.MAX_MESSAGE):
            line.send(wire.pack(_decode(wire.read_request(message), settings.limits, line, block)))
    else:
        serve_archives(settings.limits, line, block)


def _decode(request: wire.Request, limits: Limits, line: socket.socket, block: Block) -> wire.Reply:
    if not isinstance(request, wire.DecodeRequest):
        raise wire.BadMessage("not a request to decode")
    sandbox.limit_cpu(limits.seconds)

    def hand_over(drawn: Drawn) -> None:
        write_samples(drawn.picture, block.output)
        line.send(wire.pack(_frame_ready(drawn)))
        if not drawn.last and not line.recv(wire.MAX_MESSAGE):
            raise SystemExit(0)

    try:
        outcome = decode(
            bytes(block.input[: request.length]), mode=wire.MODES[request.mode], limits=limits, hand_over=hand_over
        )
    except MemoryError:
        outcome = NotReadable(reason=Reason.TOO_MUCH_MEMORY, detail="decoding needs more memory than the limit")
    if isinstance(outcome, NotReadable):
        return wire.Refusal(wire.REASONS.index(outcome.reason), outcome.frames, 0, outcome.detail, "")
    in_file = -1 if outcome.frames_in_file is None else outcome.frames_in_file
    return wire.Finished(
        format=wire.FORMATS.index(outcome.format),
        truncated=outcome.truncated,
        width=outcome.width,
        height=outcome.height,
        frames=outcome.frames,
        in_file=in_file,
    )


def _frame_ready(drawn: Drawn) -> wire.FrameReady:
    return wire.FrameReady(
        luma=drawn.is_luma,
        last=drawn.last,
        divisor=drawn.divisor,
        lead_x=drawn.lead_x,
        lead_y=drawn.lead_y,
        number=drawn.index,
        width=drawn.picture.width,
        height=drawn.picture.height,
        full_width=drawn.full_width,
        full_height=drawn.full_height,
    )


if __name__ == "__main__":
    main(sys.argv[1])
