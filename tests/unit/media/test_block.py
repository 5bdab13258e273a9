"""The shared memory: its size cannot be changed from the other side, and a large input does not cost for ever."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import numpy as np
import pytest

from shelterwood.media.block import Block

if TYPE_CHECKING:
    from collections.abc import Iterator

MIB = 1 << 20


@pytest.fixture
def made() -> Iterator[tuple[Block, int]]:
    block, descriptor = Block.create(input_size=5000, output_size=64 * MIB)
    yield block, descriptor
    block.close()
    os.close(descriptor)


@pytest.mark.parametrize("size", [0, 4096, 1 << 30])
def test_the_other_side_cannot_change_the_size(made: tuple[Block, int], size: int) -> None:
    with pytest.raises(PermissionError):
        os.ftruncate(made[1], size)


def test_the_two_areas_do_not_touch(made: tuple[Block, int]) -> None:
    block, _ = made
    block.input[:] = b"i" * 5000
    block.output[:8] = b"o" * 8

    assert bytes(block.input) == b"i" * 5000
    assert (block.samples(2, 4) == ord("o")).all()


def test_samples_cannot_be_written(made: tuple[Block, int]) -> None:
    with pytest.raises(ValueError, match="read-only"):
        made[0].samples(2, 2)[0, 0] = 1
    with pytest.raises(ValueError, match="WRITEABLE"):
        made[0].samples(2, 2).flags.writeable = True


def test_pages_of_a_large_input_go_back_to_the_system(made: tuple[Block, int]) -> None:
    block, descriptor = made
    block.output[: 60 * MIB] = b"x" * (60 * MIB)
    full = os.fstat(descriptor).st_blocks

    block.give_back(input_used=0, output_used=60 * MIB)

    assert os.fstat(descriptor).st_blocks < full // 10
    assert not block.samples(10).any()


def test_an_array_that_outlives_the_block_stays_readable() -> None:
    block, descriptor = Block.create(input_size=10, output_size=100)
    block.output[:3] = b"abc"
    kept = block.samples(3)

    block.close()
    os.close(descriptor)

    np.testing.assert_array_equal(kept, np.frombuffer(b"abc", np.uint8))
