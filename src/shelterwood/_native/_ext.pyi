"""Types of the compiled core, one section a binding file."""

import numpy as np
from numpy.typing import NDArray

# --- pdq.cpp ---------------------------------------------------------------------------------------------------
# Each returns the eight orientations' codes one after the other (256 bytes) and the quality.

def pdq_strict(rgb: NDArray[np.uint8]) -> tuple[bytes, int]: ...
def pdq_fast(rgb: NDArray[np.uint8]) -> tuple[bytes, int]: ...
def pdq_scaled(
    luma: NDArray[np.uint8], full_height: int, full_width: int, divisor: int, lead_y: int, lead_x: int
) -> tuple[bytes, int]: ...

# For tests: the names of the kernels that this machine can run, and computing with one of them.
def pdq_kernels() -> list[str]: ...
def pdq_strict_with(kernels: str, rgb: NDArray[np.uint8]) -> tuple[bytes, int]: ...
def pdq_fast_with(kernels: str, rgb: NDArray[np.uint8]) -> tuple[bytes, int]: ...

# --- index.cpp -------------------------------------------------------------------------------------------------
