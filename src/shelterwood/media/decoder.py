"""Decode untrusted pictures through one long-lived, locked child process (DESIGN section 3, step 3).

The input goes into shared memory, the samples of each frame come out of it; the two processes exchange nothing else
but small packed numbers. A crash, a hang or a limit costs one input its outcome and the child its life; the next call
finds a fresh child.
"""

from __future__ import annotations

import os
import threading
import time
from typing import TYPE_CHECKING, Self

from shelterwood.errors import ShelterwoodError
from shelterwood.media import wire
from shelterwood.media.block import Block
from shelterwood.media.limits import Limits
from shelterwood.media.opening import Refused, name_format
from shelterwood.media.outcomes import NotReadable, Readable, Reason
from shelterwood.media.pictures import Frame, Pixels, ScaledLuma
from shelterwood.media.process import Child, ChildDied, ChildTooSlow, refuse_unless_locked
from shelterwood.media.sandbox import Sandbox, SandboxReport, report_on

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import TracebackType

    from shelterwood.media.pictures import Mode

__all__ = ["Decoder", "DecoderClosed", "DecoderInUse", "sandbox_report"]


class DecoderInUse(ShelterwoodError):
    """A decoder was called while it was decoding."""


class DecoderClosed(ShelterwoodError):
    """A decoder was called outside its `with` block, or in a process that only inherited it."""


class Decoder:
    """One child, one block of shared memory, one caller at a time: give each thread its own.

    Use it as a context manager. Start it in the thread that will use it: the system ends the child when the thread
    that started it ends (PR_SET_PDEATHSIG); the next call would start another, which takes a quarter of a second.
    """

    def __init__(self, limits: Limits | None = None, sandbox: Sandbox = Sandbox.REQUIRED) -> None:
        """Prepare a decoder; nothing runs before the `with` block is entered."""
        self.limits = limits or Limits()
        self.sandbox = sandbox
        self._busy = threading.Lock()
        self._block: Block | None = None
        self._descriptor = -1
        self._owner = -1
        self._child: Child | None = None
        self._inputs = 0

    def __enter__(self) -> Self:
        """Start the child. Raises SandboxRefused, or ChildDidNotStart."""
        self._owner = os.getpid()
        self._block, self._descriptor = Block.create(input_size=self.limits.bytes, output_size=self.limits.pixels * 3)
        try:
            self._running_child(self._block)
        except BaseException:
            self.close()
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """End the child and give the memory back."""
        self._end_child()
        if self._block is not None:
            self._block.close()
            os.close(self._descriptor)
            self._block = None

    def decode(
        self, data: bytes | memoryview, *, mode: Mode, on_frame: Callable[[Frame], None]
    ) -> Readable | NotReadable:
        """Decode one picture; call `on_frame` for each frame in order.

        The arrays of a frame are read-only views of shared memory and hold good only inside `on_frame`: copy what must
        last. Where `on_frame` raises, the error passes through and the child is replaced.
        """
        if not self._busy.acquire(blocking=False):
            raise DecoderInUse(
                "This decoder is decoding already.", remedy="Give each thread a decoder, and call none from on_frame."
            )
        try:
            return self._decode(data, mode, on_frame)
        finally:
            self._busy.release()

    def _decode(
        self, data: bytes | memoryview, mode: Mode, on_frame: Callable[[Frame], None]
    ) -> Readable | NotReadable:
        block = self._open_block()
        given = memoryview(data).cast("B")
        try:
            name_format(given, self.limits)
        except Refused as refused:
            return NotReadable(reason=refused.reason, detail=refused.detail)
        block.input[: len(given)] = given
        exchange = _Exchange(block=block, limits=self.limits, on_frame=on_frame)
        try:
            return self._exchange(exchange, wire.DecodeRequest(wire.MODES.index(mode), len(given)))
        except BaseException:
            self._end_child()  # it may still be working on this input: nobody waits for it any more
            raise
        finally:
            block.give_back(input_used=len(given), output_used=exchange.output_used)

    def _exchange(self, exchange: _Exchange, request: wire.DecodeRequest) -> Readable | NotReadable:
        child = self._running_child(exchange.block)
        self._inputs += 1
        try:
            return exchange.run(child, request)
        except ChildTooSlow:
            self._end_child()
            detail = f"not done after {self.limits.seconds:g} seconds"
            return NotReadable(reason=Reason.TOO_SLOW, detail=detail, frames=exchange.frames)
        except ChildDied:
            self._child = None
            end = child.post_mortem()
            return NotReadable(reason=end.reason, detail=end.detail, frames=exchange.frames)

    def _open_block(self) -> Block:
        if self._block is None or self._owner != os.getpid():
            raise DecoderClosed(
                "This decoder is not open in this process.", remedy="Enter it with 'with', after any fork."
            )
        return self._block

    def _running_child(self, block: Block) -> Child:
        """Return the child, after replacing one that has died while idle or has seen enough inputs."""
        if self._child and (self._inputs >= self.limits.inputs_per_child or not self._child.is_alive()):
            self._end_child()
        if self._child is None:
            self._child = Child(
                self.limits, block=self._descriptor, input_size=block.input_size, output_size=block.output_size
            )
            self._inputs = 0
            refuse_unless_locked(self._child, self.sandbox)
        return self._child

    def _end_child(self) -> None:
        child, self._child = self._child, None
        if child is not None and self._owner == os.getpid():
            child.kill()


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
    with Decoder(Limits(bytes=1 << 20, pixels=1 << 20), Sandbox.ALLOW_UNSANDBOXED) as decoder:
        child = decoder._child  # noqa: SLF001 - the same module
        return report_on(child.protections if child else frozenset())
