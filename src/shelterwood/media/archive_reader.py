"""Walk untrusted archives through a locked child, which reads them by a descriptor that the parent has opened.

The child can read that one file at any place and nothing else (pread64 is its only way to a byte); members come out
through shared memory one at a time, so an archive of any size needs the memory of its largest member.
"""

from __future__ import annotations

import os
from contextlib import contextmanager
from typing import TYPE_CHECKING

from shelterwood.errors import ShelterwoodError
from shelterwood.media import wire
from shelterwood.media.archives import Member
from shelterwood.media.host import ChildHost, HostOwner
from shelterwood.media.limits import ArchiveLimits
from shelterwood.media.outcomes import NotReadable, Reason
from shelterwood.media.process import Child, ChildDied, ChildTooSlow
from shelterwood.media.sandbox import Sandbox

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["ArchiveNotOpenable", "ArchiveReader"]


class ArchiveNotOpenable(ShelterwoodError):
    """The descriptor is not that of a file that can be read at any place."""


class ArchiveReader(HostOwner):
    """One child that walks archives, one caller at a time; enter it with `with`, as a Decoder."""

    def __init__(self, limits: ArchiveLimits | None = None, sandbox: Sandbox = Sandbox.REQUIRED) -> None:
        """Prepare a reader; nothing runs before the `with` block is entered."""
        self.limits = limits or ArchiveLimits()
        self._host = ChildHost(self.limits, sandbox, input_size=1, output_size=self.limits.member_bytes)

    def walk(self, source: int | bytes | memoryview) -> Iterator[Member]:
        """Yield the members of an archive: `source` is an open descriptor of a regular file, or the bytes themselves.

        Every member has its content or a reason; a reason with an empty label is about the archive as a whole and
        comes last. A walk that is left before its end costs the child its life. Raises as `Decoder.decode`, and
        ArchiveNotOpenable where the descriptor cannot be reopened for reading.
        """
        with self._host.one_caller(), _read_only(source) as descriptor:
            done = False
            try:
                yield from self._members(self._host.child_for_input(), descriptor)
                done = True
            finally:
                if not done:
                    self._host.end_child()

    def _members(self, child: Child, descriptor: int) -> Iterator[Member]:
        try:
            child.send(wire.WalkRequest(os.fstat(descriptor).st_size), descriptor=descriptor)
            while member := self._member(child.receive(seconds=self.limits.seconds)):
                yield member
                child.send(wire.GoOn())
        except ChildTooSlow:
            end = NotReadable(reason=Reason.TOO_SLOW, detail=f"no member after {self.limits.seconds:g} seconds")
        except ChildDied:
            end = child.post_mortem()
        else:
            return
        self._host.end_child()
        yield Member(label="", depth=0, content=end)

    def _member(self, reply: wire.Reply) -> Member | None:
        """Turn a reply into a member, None at the end; raise ChildDied where no sound child would say so."""
        if isinstance(reply, wire.WalkFinished):
            return None
        if isinstance(reply, wire.Refusal):
            refusal = NotReadable(reason=wire.REASONS[reply.reason], detail=reply.detail)
            return Member(label=reply.label, depth=reply.depth, content=refusal)
        if not isinstance(reply, wire.MemberReady) or reply.size > self.limits.member_bytes:
            raise ChildDied
        content = bytes(self._host.block.output[: reply.size])
        self._host.block.give_back(input_used=0, output_used=reply.size)
        return Member(label=reply.label, depth=reply.depth, content=content)


@contextmanager
def _read_only(source: int | bytes | memoryview) -> Iterator[int]:
    """Give a descriptor of our own that can only read, at a place of its own, whatever the caller's may do."""
    held = source if isinstance(source, int) else _in_memory(source)
    try:
        try:
            descriptor = os.open(f"/proc/self/fd/{held}", os.O_RDONLY | os.O_CLOEXEC)
        except OSError as error:
            raise ArchiveNotOpenable(
                f"The archive cannot be opened for reading: {error.strerror}.", remedy="Give a regular file."
            ) from error
    finally:
        if held is not source:
            os.close(held)
    try:
        yield descriptor
    finally:
        os.close(descriptor)


def _in_memory(data: bytes | memoryview) -> int:
    descriptor = os.memfd_create("shelterwood-archive", os.MFD_CLOEXEC)
    rest = memoryview(data).cast("B")
    while rest:
        rest = rest[os.write(descriptor, rest) :]
    return descriptor
