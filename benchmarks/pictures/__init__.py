"""Benign pictures for benchmarks, accuracy tables and tests, made from a seed because no real upload may ever be one.

Two sources only: structure drawn afresh from a random generator (`families`) and the sample photographs that
scikit-image ships (`samples`). The same seed gives the same pixels on the same versions of NumPy, SciPy and Pillow.
"""

from __future__ import annotations

from benchmarks.pictures.changes import CHANGES, Change, Encoded
from benchmarks.pictures.families import FAMILIES
from benchmarks.pictures.files import encode, write_mixed
from benchmarks.pictures.samples import sample_tiles, samples
from benchmarks.pictures.stream import SIZES, Picture, picture, pictures, unrelated

__all__ = [
    "CHANGES",
    "FAMILIES",
    "SIZES",
    "Change",
    "Encoded",
    "Picture",
    "encode",
    "picture",
    "pictures",
    "sample_tiles",
    "samples",
    "unrelated",
    "write_mixed",
]
