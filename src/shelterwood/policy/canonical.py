"""One way to write a value as JSON bytes, and one strict way back: what is signed must not be readable in two ways.

The form is that of RFC 8785 for what is used here: sorted ASCII keys, no spaces, UTF-8; numbers are integers only,
since the one thing on which JSON writers disagree is the floating-point number.
"""

from __future__ import annotations

import hashlib
import json
from typing import Any

__all__ = ["canonical", "digest_of", "parse_strict"]


def canonical(value: object) -> bytes:
    """Return the canonical JSON bytes of a value made of dicts, lists, text, integers, booleans and None."""
    return json.dumps(value, sort_keys=True, ensure_ascii=False, separators=(",", ":"), allow_nan=False).encode()


def digest_of(data: bytes) -> str:
    """Return the SHA-256 of bytes as lower-case hex."""
    return hashlib.sha256(data).hexdigest()


def parse_strict(data: bytes) -> object:
    """Read JSON; ValueError for a repeated key, a fraction, NaN, bad UTF-8 or nesting beyond reason."""
    try:
        return json.loads(
            data.decode("utf-8"),
            object_pairs_hook=_without_repeats,
            parse_float=_no_fraction,
            parse_constant=_no_fraction,
        )
    except RecursionError as error:
        raise ValueError("nested too deeply") from error


def _without_repeats(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    record = dict(pairs)
    if len(record) != len(pairs):
        raise ValueError("a field is given twice")
    return record


def _no_fraction(text: str) -> float:
    raise ValueError(f"{text} is not an integer")
