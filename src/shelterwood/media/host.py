"""Keep one child and its block of memory for one caller: start, replace, end, and guard against misuse.

`Decoder` and `ArchiveReader` each own a host; what they say to the child is theirs.
"""

from __future__ import annotations

import os
import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING, Self

from shelterwood.errors import ShelterwoodError
from shelterwood.media.block import Block
from shelterwood.media.process import Child, refuse_unless_locked

if TYPE_CHECKING:
    from collections.abc import Iterator
    from types import TracebackType

    from shelterwood.media.limits import ArchiveLimits, Limits
    from shelterwood.media.sandbox import Sandbox

__all__ = ["ChildHost", "HostOwner", "MediaBusy", "MediaNotOpen"]


class MediaBusy(ShelterwoodError):
    """A decoder or reader was called while it was at work."""


class MediaNotOpen(ShelterwoodError):
    """A decoder or reader was called outside its `with` block, or in a process that only inherited it."""


class ChildHost:
    """One child at a time, one caller at a time."""

    def __init__(self, limits: Limits | ArchiveLimits, sandbox: Sandbox, *, input_size: int, output_size: int) -> None:
        self._limits = limits
        self._sandbox = sandbox
        self._sizes = (input_size, output_size)
        self._busy = threading.Lock()
        self._block: Block | None = None
        self._descriptor = -1
        self._owner = -1
        self._child: Child | None = None
        self._inputs = 0

    @property
    def block(self) -> Block:
        """The shared memory; raises MediaNotOpen before `open`, after `close` and in a forked process."""
        if self._block is None or self._owner != os.getpid():
            raise MediaNotOpen("It is not open in this process.", remedy="Enter it with 'with', after any fork.")
        return self._block

    def open(self) -> None:
        """Make the block and start the child. Raises SandboxRefused, or ChildDidNotStart."""
        self._owner = os.getpid()
        self._block, self._descriptor = Block.create(input_size=self._sizes[0], output_size=self._sizes[1])
        try:
            self.child()
        except BaseException:
            self.close()
            raise

    def close(self) -> None:
        """End the child and give the memory back."""
        self.end_child()
        if self._block is not None:
            self._block.close()
            os.close(self._descriptor)
            self._block = None

    @contextmanager
    def one_caller(self) -> Iterator[None]:
        """Hold the host for one input; raise MediaBusy where another holds it."""
        if not self._busy.acquire(blocking=False):
            raise MediaBusy("It is at work already.", remedy="Give each thread its own, and call none while it works.")
        try:
            yield
        finally:
            self._busy.release()

    def child(self) -> Child:
        """Return the child, after replacing one that has died while idle or has seen enough inputs."""
        if self._child and (self._inputs >= self._limits.inputs_per_child or not self._child.is_alive()):
            self.end_child()
        if self._child is None:
            block = self.block
            self._child = Child(
                self._limits, block=self._descriptor, input_size=block.input_size, output_size=block.output_size
            )
            self._inputs = 0
            refuse_unless_locked(self._child, self._sandbox)
        return self._child

    def child_for_input(self) -> Child:
        """Return the child and count one input for it."""
        child = self.child()
        self._inputs += 1
        return child

    def end_child(self) -> None:
        """Kill the child, whatever it does. In a forked process that only inherited it, forget it."""
        child, self._child = self._child, None
        if child is not None and self._owner == os.getpid():
            child.kill()


class HostOwner:
    """The `with` block of whoever owns a host: the child starts on entering and ends on leaving."""

    _host: ChildHost

    def __enter__(self) -> Self:
        """Start the child. Raises SandboxRefused, or ChildDidNotStart."""
        self._host.open()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """End the child and give the memory back."""
        self._host.close()
