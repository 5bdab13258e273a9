"""Decode untrusted pictures through one long-lived, locked child process (DESIGN section 3, step 3).

The input goes into shared memory, the samples of each frame come out of it; the two processes exchange nothing else
but small packed numbers. A crash, a hang or a limit costs one input its outcome and the child its life; the next call
finds a fresh child.
"""

from __future__ import annotations

import signal
import time
from dataclasses import replace
from typing import TYPE_CHECKING

from shelterwood.media import wire
from shelterwood.media.host import ChildHost, HostOwner
from shelterwood.media.limits import Limits
from shelterwood.media.opening import Refused, name_format
from shelterwood.media.outcomes import NotReadable, Readable, Reason
from shelterwood.media.pictures import Frame, Pixels, ScaledLuma
from shelterwood.media.process import ChildDied, ChildTooSlow, death_by
from shelterwood.media.sandbox import Sandbox, SandboxReport, report_on

if TYPE_CHECKING:
    from collections.abc import Callable

    from shelterwood.media.block import Block
    from shelterwood.media.pictures import Mode
    from shelterwood.media.process import Child

__all__ = ["Decoder", "sandbox_report"]

_KILLED_FROM_OUTSIDE = death_by(signal.SIGKILL)
"""A decoder cannot kill itself so: it was the system short of memory, a thread that ended, or a person."""


class Decoder(HostOwner):
    """One child, one block of shared memory, one caller at a time: give each thread its own.

    Use it as a context manager. Start it in the thread that will use it: the system ends the child when the thread
    that started it ends (PR_SET_PDEATHSIG); the next call would start another, which takes a quarter of a second.
    """

    def __init__(self, limits: Limits | None = None, sandbox: Sandbox = Sandbox.REQUIRED) -> None:
        """Prepare a decoder; nothing runs before the `with` block is entered."""
        self.limits = limits or Limits()
        self._host = ChildHost(self.limits, sandbox, input_size=self.limits.bytes, output_size=self.limits.pixels * 3)

    def decode(
        self, data: bytes | memoryview, *, mode: Mode, on_frame: Callable[[Frame], None]
    ) -> Readable | NotReadable:
        """Decode one picture; call `on_frame` for each frame in order.

        The arrays of a frame are read-only views of shared memory and hold good only inside `on_frame`: copy what must
        last. Where `on_frame` raises, the error passes through and the child is replaced. Raises MediaBusy or
        MediaNotOpen where the decoder is misused, SandboxRefused or ChildDidNotStart where a fresh child is refused.
        """
        with self._host.one_caller():
            given = memoryview(data).cast("B")
            block = self._host.block
            try:
                name_format(given, self.limits)
            except Refused as refused:
                return NotReadable(reason=refused.reason, detail=refused.detail)
            block.input[: len(given)] = given
            request = wire.DecodeRequest(wire.MODES.index(mode), len(given))
            return self._decode(request, _Exchange(block=block, limits=self.limits, on_frame=on_frame))

    def _decode(self, request: wire.DecodeRequest, exchange: _Exchange) -> Readable | NotReadable:
        try:
            outcome = self._exchange(request, exchange)
            if outcome == _KILLED_FROM_OUTSIDE:  # before a frame came: the input need not be the cause
                outcome = self._exchange(request, exchange)
        except BaseException:
            self._host.end_child()  # it may still be working on this input: nobody waits for it any more
            raise
        finally:
            exchange.block.give_back(input_used=request.length, output_used=exchange.output_used)
        return outcome

    def _exchange(self, request: wire.DecodeRequest, exchange: _Exchange) -> Readable | NotReadable:
        child = self._host.child_for_input()
        try:
            return exchange.run(child, request)
        except ChildTooSlow:
            end = NotReadable(reason=Reason.TOO_SLOW, detail=f"not done after {self.limits.seconds:g} seconds")
        except ChildDied:
            end = child.post_mortem()
        self._host.end_child()
        return replace(end, frames=exchange.frames)


class _Exchange:
    """The talk with the child about one input."""

    def __init__(self, *, block: Block, limits: Limits, on_frame: Callable[[Frame], None]) -> None:
        self.block = block
        self.limits = limits
        self.on_frame = on_frame
        self.frames = 0
        self.output_used = 0

    def run(self, child: Child, request: wire.DecodeRequest) -> Readable | NotReadable:
        """Send the request and hand frames over until the outcome comes. Time counts only while the child works."""
        left = self.limits.seconds
        child.send(request)
        while True:
            asked = time.monotonic()
            reply = child.receive(seconds=left)
            left -= time.monotonic() - asked
            if not isinstance(reply, wire.FrameReady):
                return self._outcome(reply)
            frame = self._frame(reply)
            self.on_frame(frame)
            self.frames += 1
            if not reply.last:
                child.send(wire.GoOn())

    def _frame(self, reply: wire.FrameReady) -> Frame:
        """Turn a reply into a frame, after checking each number against the block; raise ChildDied where one is off."""
        if not self._is_possible(reply):
            raise ChildDied
        self.output_used = max(self.output_used, reply.width * reply.height * (1 if reply.luma else 3))
        if not reply.luma:
            return Frame(index=reply.number, pixels=Pixels(rgb=self.block.samples(reply.height, reply.width, 3)))
        luma = ScaledLuma(
            y=self.block.samples(reply.height, reply.width),
            full_width=reply.full_width,
            full_height=reply.full_height,
            divisor=reply.divisor,
            lead_x=reply.lead_x,
            lead_y=reply.lead_y,
        )
        return Frame(index=reply.number, pixels=luma)

    def _is_possible(self, reply: wire.FrameReady) -> bool:
        divisor = reply.divisor
        return (
            reply.number == self.frames < self.limits.frames
            and divisor in ((1, 2, 4, 8) if reply.luma else (1,))
            and 0 < reply.full_width * reply.full_height <= self.limits.pixels
            and (reply.width, reply.height) == (-(-reply.full_width // divisor), -(-reply.full_height // divisor))
            and reply.lead_x in {0, reply.width * divisor - reply.full_width}
            and reply.lead_y in {0, reply.height * divisor - reply.full_height}
        )

    def _outcome(self, reply: wire.Reply) -> Readable | NotReadable:
        if isinstance(reply, wire.Refusal):
            return NotReadable(reason=wire.REASONS[reply.reason], detail=reply.detail, frames=self.frames)
        if not isinstance(reply, wire.Finished) or reply.frames != self.frames or self.frames == 0:
            raise ChildDied
        return Readable(
            format=wire.FORMATS[reply.format],
            width=reply.width,
            height=reply.height,
            frames=self.frames,
            frames_in_file=None if reply.in_file < 0 else reply.in_file,
            truncated=bool(reply.truncated),
        )


def sandbox_report() -> SandboxReport:
    """Start a child, ask which walls stand around it, and end it: for `doctor`."""
    small = Limits(bytes=1 << 20, pixels=1 << 20)
    host = ChildHost(small, Sandbox.ALLOW_UNSANDBOXED, input_size=small.bytes, output_size=small.pixels * 3)
    host.open()
    try:
        return report_on(host.child().protections)
    finally:
        host.close()
