"""The decoding children of one process, started after the fork, at the first pictures, and lent to one thread a time.

A child ends with the thread that started it. Threads that answer requests last as long as their worker; where one that
started a child ends before, the next picture finds the child gone and starts another.
"""

from __future__ import annotations

import atexit
import contextlib
import os
import threading
from queue import Empty, LifoQueue
from typing import TYPE_CHECKING

from shelterwood.media import ChildDidNotStart, Decoder, Limits, Mode
from shelterwood.scanning.examining import examine
from shelterwood.web.hall.settings.facts import facts

if TYPE_CHECKING:
    from shelterwood.scanning.examining import Examined

__all__ = ["decode"]

SECONDS = 10.0
MEBI = 1 << 20


class _Children:
    """So many decoders; each starts its child when it is first needed, the one used last is used next."""

    def __init__(self, *, count: int) -> None:
        self.owner = os.getpid()
        self._idle: LifoQueue[Decoder | None] = LifoQueue()
        for _ in range(count):
            self._idle.put(None)
        atexit.register(self._close)

    def _close(self) -> None:
        """End what is idle; a child at work ends with its thread."""
        with contextlib.suppress(Empty):
            while True:
                decoder = self._idle.get_nowait()
                if decoder is not None:
                    decoder.close()

    def decode(self, data: memoryview) -> Examined:
        decoder = self._idle.get()
        try:
            decoder = decoder or _started()
            return examine(decoder, data, mode=Mode.FAST)
        finally:
            self._idle.put(decoder)


def _started() -> Decoder:
    limits = Limits(bytes=facts().longest_upload, pixels=64 * MEBI, frames=64, seconds=SECONDS)
    try:
        return Decoder(limits).__enter__()
    except OSError as error:  # no memory, no descriptor left: the digests are looked up all the same
        remedy = "Look how much memory and how many open files this machine allows."
        raise ChildDidNotStart("The decoding child could not be started.", remedy=remedy) from error


_lock = threading.Lock()
_children: _Children | None = None


def decode(data: memoryview) -> Examined:
    """Decode in a locked child and fingerprint every frame; raises SandboxRefused or ChildDidNotStart."""
    global _children  # noqa: PLW0603 - one set of children a process
    with _lock:
        if _children is None or _children.owner != os.getpid():
            _children = _Children(count=facts().decoders)
        children = _children
    return children.decode(data)
