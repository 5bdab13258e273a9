"""What programs are told has one of few sizes, so that a length on the wire says nothing of what was found."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["SIZE_CLASS", "padded_json"]

SIZE_CLASS: Final = 1024
"""Texts are padded with blanks, which JSON allows, to a multiple of this many bytes."""


def padded_json(data: Mapping[str, Any]) -> str:
    """Return `data` as JSON in ASCII, its names sorted, padded to the next size."""
    # Sorted: PostgreSQL forgets the order of a remembered answer, which must go out byte for byte again.
    text = json.dumps(data, separators=(",", ":"), sort_keys=True)
    return text + " " * (-len(text) % SIZE_CLASS)
