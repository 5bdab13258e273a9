"""The decoding children of one worker: threads that each own a child, started after the fork, at the first picture.

A child ends with the thread that started it, so the threads are ours and not those that answer requests.
"""

from __future__ import annotations

import os
import threading
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

from shelterwood.media import Decoder, Limits, Mode
from shelterwood.scanning.examining import examine
from shelterwood.web.hall.settings.facts import facts

if TYPE_CHECKING:
    from shelterwood.scanning.examining import Examined

__all__ = ["decode"]

SECONDS = 10.0
MEBI = 1 << 20


class _Children:
    """As many threads as there are children; each opens its decoder when it first needs it."""

    def __init__(self, *, count: int) -> None:
        self.owner = os.getpid()
        self._threads = ThreadPoolExecutor(max_workers=count, thread_name_prefix="decoding")
        self._own = threading.local()

    def decode(self, data: memoryview) -> Examined:
        return self._threads.submit(self._decode, data).result()

    def _decode(self, data: memoryview) -> Examined:
        decoder = getattr(self._own, "decoder", None)
        if decoder is None:
            decoder = Decoder(Limits(bytes=facts().longest_upload, pixels=64 * MEBI, frames=64, seconds=SECONDS))
            decoder.__enter__()
            self._own.decoder = decoder
        return examine(decoder, data, mode=Mode.FAST)


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
