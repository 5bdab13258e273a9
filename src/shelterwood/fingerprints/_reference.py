"""Strict PDQ in plain NumPy, a line of arithmetic a step: to be read, and an oracle where pdqhash is not at hand.

It gives the bits and the quality of pdqhash 0.2.8 for every RGB picture, some thirty times slower than the C++ core.
Every operation is float32 in the order written here; another order changes the last bit of a sum, and now and then a
bit of the fingerprint. The steps are explained in docs/reference/fingerprints.md.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["codes_and_quality"]

_SIDE = 64
_FREQUENCIES = 16
_SMALLEST_SIDE = 5
_EVEN = np.where(np.arange(_FREQUENCIES) % 2 == 0, np.float32(-1), np.float32(1))


def codes_and_quality(rgb: NDArray[np.uint8]) -> tuple[list[bytes], int]:
    """Return the eight orientations' codes, 32 bytes each in the order of `Orientation`, and the quality.

    `rgb` is uint8[height, width, 3]. A side below five pixels gives zeros.
    """
    if min(rgb.shape[:2]) < _SMALLEST_SIDE:
        return [bytes(32)] * 8, 0
    grey = _luma(rgb)
    averaged = _sampled(_box(_box(_box(_box(grey, 1), 0), 1), 0))
    codes = [_bits(spectrum) for spectrum in _oriented(_dct(averaged))]
    # A 64 x 64 picture is its own field for pdqhash.compute, though not for compute_dihedral.
    own = grey if grey.shape == (_SIDE, _SIDE) else averaged
    return [_bits(_dct(own)), *codes[1:]], _quality(own)


def _luma(rgb: NDArray[np.uint8]) -> NDArray[np.float32]:
    """Luma in double, rounded to float once."""
    red, green, blue = (rgb[:, :, channel].astype(np.float64) for channel in range(3))
    return (red * 0.299 + green * 0.587 + blue * 0.114).astype(np.float32)


def _box(values: NDArray[np.float32], axis: int) -> NDArray[np.float32]:
    """One running mean along an axis: window ceil(n / 128), a running sum that adds first and takes away second."""
    lines = np.moveaxis(values, axis, 0)
    length = len(lines)
    window = (length + 127) // 128
    half = (window + 2) // 2
    means = np.empty_like(lines)
    total = np.zeros_like(lines[0])
    covered = 0
    for step in range(length + half - 1):
        if step < length:
            total = total + lines[step]
            covered += 1
        if step >= window:
            total = total - lines[step - window]
            covered -= 1
        if step >= half - 1:
            means[step - half + 1] = total / np.float32(covered)
    return np.moveaxis(means, 0, axis)


def _sampled(values: NDArray[np.float32]) -> NDArray[np.float32]:
    """Take the 64 x 64 values under the centres of the 64ths."""
    rows, columns = (((np.arange(_SIDE) + 0.5) * n / _SIDE).astype(int) for n in values.shape)
    return values[np.ix_(rows, columns)]


def _quality(field: NDArray[np.float32]) -> int:
    """Sum the steps between neighbours, in whole per cent of full scale."""
    total = 0
    for axis in (0, 1):
        steps = np.diff(field, axis=axis) * np.float32(100) / np.float32(255)
        total += int(np.abs(np.trunc(steps)).sum(dtype=np.int64))
    return min(total // 90, 100)


def _dct(field: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return frequencies 1 to 16 along both axes: D field transpose(D), each sum in order of its index."""
    frequency = np.arange(1, _FREQUENCIES + 1)[:, None]
    sample = 2 * np.arange(_SIDE)[None, :] + 1
    scale = np.float64(np.float32(np.sqrt(2 / _SIDE)))
    matrix = (scale * np.cos(np.pi / 2 / _SIDE * frequency * sample)).astype(np.float32)
    return _product(_product(matrix, field), matrix.T)


def _product(left: NDArray[np.float32], right: NDArray[np.float32]) -> NDArray[np.float32]:
    total = np.zeros((len(left), right.shape[1]), np.float32)
    for k in range(len(right)):
        total = total + left[:, k, None] * right[k, None, :]
    return total


def _oriented(spectrum: NDArray[np.float32]) -> list[NDArray[np.float32]]:
    """Mirroring negates every other frequency along an axis; turning also transposes."""
    flipped = spectrum * _EVEN[:, None]
    mirrored = spectrum * _EVEN[None, :]
    turned = flipped * _EVEN[None, :]
    return [spectrum, mirrored.T, turned, flipped.T, flipped, mirrored, spectrum.T, turned.T]


def _bits(spectrum: NDArray[np.float32]) -> bytes:
    """Bit 16 i + j is whether frequency (i, j) lies above the 128th smallest; bit 255 comes first."""
    median = np.sort(spectrum, axis=None)[127]
    return np.packbits((spectrum > median).ravel()[::-1]).tobytes()
