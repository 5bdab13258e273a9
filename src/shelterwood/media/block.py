"""One block of memory shared by a decoder and its child, made once: bytes go in at the front, samples come out behind.

An anonymous file (memfd_create(2)) holds it, so no name exists that another process could open. Its size is sealed: a
child that shrank it would make the parent die of a bus error. Pages that were never touched cost nothing.
"""

from __future__ import annotations

import fcntl
import math
import mmap
import os
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from shelterwood.media.pictures import Bytes

__all__ = ["Block"]

_SEALS = fcntl.F_SEAL_SHRINK | fcntl.F_SEAL_GROW | fcntl.F_SEAL_SEAL

_KEEP = 48 << 20
"""Pages in use beyond this many bytes are given back to the system after an input; 12 megapixels of RGB stay below."""


class Block:
    """An input area of `input_size` bytes and an output area of `output_size`, each from a page boundary."""

    def __init__(self, descriptor: int, *, input_size: int, output_size: int) -> None:
        """Map the block behind the descriptor, which stays the caller's to close."""
        self.input_size = input_size
        self.output_size = output_size
        self._output_at = _whole_pages(input_size)
        self._map = mmap.mmap(descriptor, self._output_at + _whole_pages(output_size))
        whole = memoryview(self._map)
        self.input = whole[:input_size]
        self.output = whole[self._output_at : self._output_at + output_size]
        self._readable_output = self.output.toreadonly()

    @staticmethod
    def create(*, input_size: int, output_size: int) -> tuple[Block, int]:
        """Return a new block and the descriptor that a child maps it by."""
        descriptor = os.memfd_create("shelterwood-media", os.MFD_CLOEXEC | os.MFD_ALLOW_SEALING)
        try:
            os.ftruncate(descriptor, _whole_pages(input_size) + _whole_pages(output_size))
            fcntl.fcntl(descriptor, fcntl.F_ADD_SEALS, _SEALS)
            return Block(descriptor, input_size=input_size, output_size=output_size), descriptor
        except BaseException:
            os.close(descriptor)
            raise

    def samples(self, *shape: int) -> Bytes:
        """Return the front of the output area as a read-only array of this shape, without a copy.

        `frombuffer` keeps the mapping alive as long as the array; `ndarray(buffer=...)` would let it dangle.
        """
        samples = np.frombuffer(self._readable_output, np.uint8, count=math.prod(shape))
        return samples.reshape(shape)

    def give_back(self, *, input_used: int, output_used: int) -> None:
        """Return the pages of a large input to the system (madvise MADV_REMOVE), so that one does not cost for ever."""
        if input_used > _KEEP:
            self._map.madvise(mmap.MADV_REMOVE, 0, _whole_pages(input_used))
        if output_used > _KEEP:
            self._map.madvise(mmap.MADV_REMOVE, self._output_at, _whole_pages(output_used))

    def close(self) -> None:
        """Unmap the block; where a caller still holds a frame's array, the memory goes when the array goes."""
        self.input.release()
        self.output.release()
        self._readable_output.release()
        try:
            self._map.close()
        except BufferError:
            return


def _whole_pages(size: int) -> int:
    return -(-size // mmap.PAGESIZE) * mmap.PAGESIZE
