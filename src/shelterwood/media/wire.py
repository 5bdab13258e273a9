"""The words between a decoder and its child: fixed-size packed numbers and a short text, never pickle.

The child has read hostile bytes, so what it says is hostile too: `read_reply` accepts only what a sound child could
say, and the caller checks each number against the block of shared memory before using it.
"""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING, NamedTuple, TypeAlias

from shelterwood.media.outcomes import Format, Reason
from shelterwood.media.pictures import Mode

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = [
    "MAX_MESSAGE",
    "BadMessage",
    "DecodeRequest",
    "Finished",
    "FrameReady",
    "GoOn",
    "MemberReady",
    "Ready",
    "Refusal",
    "Reply",
    "WalkFinished",
    "WalkRequest",
    "pack",
    "read_reply",
    "read_request",
]

MAX_MESSAGE = 8192
"""Longest message in bytes; a longer text is cut by its sender."""

_MAX_TEXT = 4096


class BadMessage(Exception):
    """A message that no sound sender would send."""


class DecodeRequest(NamedTuple):
    """Decode the first `length` bytes of the input area."""

    mode: int
    length: int


class WalkRequest(NamedTuple):
    """Walk the archive behind the descriptor that comes along, `length` bytes long."""

    length: int


class GoOn(NamedTuple):
    """The output area has been read: send the next."""


class Ready(NamedTuple):
    """The child is warm and locked; `protections` is a bit set (sandbox.Protection, in order)."""

    protections: int


class FrameReady(NamedTuple):
    """A frame lies in the output area, rows without padding; luma has one byte a sample, otherwise three."""

    luma: int
    last: int
    divisor: int
    lead_x: int
    lead_y: int
    number: int
    width: int
    height: int
    full_width: int
    full_height: int


class Finished(NamedTuple):
    """The picture was read; `in_file` is -1 where the file does not say."""

    format: int
    truncated: int
    width: int
    height: int
    frames: int
    in_file: int


class Refusal(NamedTuple):
    """The input is not readable after so many frames; or the archive member `label` at `depth` is not."""

    reason: int
    frames: int
    depth: int
    detail: str
    label: str


class MemberReady(NamedTuple):
    """An archive member of `size` bytes lies in the output area."""

    size: int
    depth: int
    label: str


class WalkFinished(NamedTuple):
    """The archive was walked to its end, over so many members."""

    members: int


Request: TypeAlias = DecodeRequest | WalkRequest | GoOn
Reply: TypeAlias = Ready | FrameReady | Finished | Refusal | MemberReady | WalkFinished

_SHAPES: dict[type, struct.Struct] = {
    DecodeRequest: struct.Struct("<BQ"),
    WalkRequest: struct.Struct("<Q"),
    GoOn: struct.Struct("<"),
    Ready: struct.Struct("<B"),
    FrameReady: struct.Struct("<BBBBBIIIII"),
    Finished: struct.Struct("<BBIIIq"),
    Refusal: struct.Struct("<BII"),
    MemberReady: struct.Struct("<QI"),
    WalkFinished: struct.Struct("<I"),
}
_TEXTS = {Refusal: 2, MemberReady: 1}
_VERBS = {kind: number for number, kind in enumerate(_SHAPES)}
_REQUESTS = {_VERBS[kind]: kind for kind in (DecodeRequest, WalkRequest, GoOn)}
_REPLIES = {_VERBS[kind]: kind for kind in (Ready, FrameReady, Finished, Refusal, MemberReady, WalkFinished)}

MODES = tuple(Mode)
FORMATS = tuple(Format)
REASONS = tuple(Reason)


def pack(message: Request | Reply) -> bytes:
    """Return the bytes of a message."""
    kind = type(message)
    count = _TEXTS.get(kind, 0)
    numbers, texts = message[: len(message) - count], message[len(message) - count :]
    return bytes([_VERBS[kind]]) + _SHAPES[kind].pack(*numbers) + b"".join(_pack_text(str(text)) for text in texts)


def read_request(message: bytes) -> Request:
    """Return the request in these bytes; raise BadMessage where they are none."""
    return _read(message, _REQUESTS)  # type: ignore[return-value] # the table holds requests only


def read_reply(message: bytes) -> Reply:
    """Return the reply in these bytes; raise BadMessage where they are none."""
    reply = _read(message, _REPLIES)
    if isinstance(reply, Refusal) and reply.reason >= len(REASONS):
        raise BadMessage("a reason that does not exist")
    if isinstance(reply, Finished) and reply.format >= len(FORMATS):
        raise BadMessage("a format that does not exist")
    return reply  # type: ignore[return-value] # the table holds replies only


def _read(message: bytes, kinds: Mapping[int, type]) -> object:
    try:
        kind = kinds[message[0]]
        shape = _SHAPES[kind]
        values: list[object] = list(shape.unpack_from(message, 1))
        at = 1 + shape.size
        for _ in range(_TEXTS.get(kind, 0)):
            text, at = _read_text(message, at)
            values.append(text)
    except (IndexError, KeyError, struct.error, UnicodeError) as error:
        raise BadMessage("a message that makes no sense") from error
    if at != len(message):
        raise BadMessage("a message of the wrong length")
    return kind(*values)


def _pack_text(text: str) -> bytes:
    """Names from archives may hold undecodable bytes as lone surrogates; they survive the journey."""
    coded = text.encode("utf-8", "surrogatepass")
    if len(coded) > _MAX_TEXT:
        text = coded[: _MAX_TEXT - 4].decode("utf-8", "ignore") + "..."
        coded = text.encode("utf-8", "surrogatepass")
    return struct.pack("<H", len(coded)) + coded


def _read_text(message: bytes, at: int) -> tuple[str, int]:
    (length,) = struct.unpack_from("<H", message, at)
    end = at + 2 + length
    if end > len(message) or length > _MAX_TEXT:
        raise BadMessage("a text of the wrong length")
    return message[at + 2 : end].decode("utf-8", "surrogatepass"), end
