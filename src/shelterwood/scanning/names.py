r"""File names as a person and a program can read them: lossless in JSON, on one line and harmless on a terminal.

A Linux file name is bytes. Python carries what is not UTF-8 as lone surrogates (PEP 383), which JSON readers
refuse or replace. A name that is UTF-8 is therefore written exactly as it is; any other is *escaped*: each byte
that is not UTF-8 becomes `\xNN` and each backslash `\\`, and the row says so with `"path_escaped": true`.
"""

from __future__ import annotations

import re
from typing import NamedTuple

__all__ = ["Spelling", "on_one_line", "spell", "unspell"]

_ESCAPE = re.compile(rb"\\(?:\\|x([0-9a-f]{2}))")
_DIRECTION_MARKS = frozenset("\u200e\u200f\u061c")


class Spelling(NamedTuple):
    """A name as text that any UTF-8 reader accepts; `escaped` says that `unspell` is needed to get the bytes back."""

    text: str
    escaped: bool


def spell(name: str) -> Spelling:
    """Return the text for a name in Python's own (surrogateescape) form."""
    if name.isascii() or not any("\ud800" <= character <= "\udfff" for character in name):
        return Spelling(name, escaped=False)
    return Spelling("".join(_escape(character) for character in name), escaped=True)


def unspell(spelling: Spelling) -> bytes:
    """Return the bytes of the name: the inverse of `spell`."""
    raw = spelling.text.encode()
    return _ESCAPE.sub(_unescape, raw) if spelling.escaped else raw


def on_one_line(text: str) -> str:
    r"""Return the text with everything escaped that could break a line or steer a terminal (`\n` becomes `\x0a`)."""
    if text.isprintable() and not _DIRECTION_MARKS & set(text):
        return text
    return "".join(_harmless(character) for character in text)


def _escape(character: str) -> str:
    if character == "\\":
        return r"\\"
    code = ord(character)
    if 0xDC80 <= code <= 0xDCFF:
        return rf"\x{code - 0xDC00:02x}"
    # A surrogate that no file name holds (an archive's label may): its three bytes, as UTF-8 would spell them.
    if 0xD800 <= code <= 0xDFFF:
        return "".join(rf"\x{byte:02x}" for byte in character.encode("utf-8", "surrogatepass"))
    return character


def _unescape(found: re.Match[bytes]) -> bytes:
    return bytes.fromhex(found[1].decode()) if found[1] else b"\\"


def _harmless(character: str) -> str:
    if character.isprintable() and character not in _DIRECTION_MARKS:
        return character
    code = ord(character)
    if 0xDC80 <= code <= 0xDCFF:
        return rf"\x{code - 0xDC00:02x}"
    return rf"\x{code:02x}" if code < 0x100 else rf"\u{code:04x}" if code < 0x10000 else rf"\U{code:08x}"
