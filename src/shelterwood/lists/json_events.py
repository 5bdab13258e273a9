"""JSON that may be hostile, as a stream of events: bounded in depth, in the size of a token, and never held whole."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, BinaryIO

import ijson

from shelterwood.lists.bounded import BoundedStream
from shelterwood.lists.refusals import ListFileNotReadable

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["MOST_DEPTH", "Event", "json_events", "pass_over", "small_value"]

Event = tuple[str, Any]
MOST_DEPTH = 32
_MOST_MEMBERS = 256
_OPENING = ("start_map", "start_array")
_CLOSING = ("end_map", "end_array")


def json_events(stream: BinaryIO, *, file: str) -> Iterator[Event]:
    """Yield ijson's basic events. Raises ListFileNotReadable where the text is not one well-formed JSON value."""
    source = BoundedStream(stream, file=file)
    depth = 0
    try:
        # use_float refuses an integer beyond 64 bits. Without it ijson 3.6 leaves Python's own error about more than
        # 4,300 digits pending, and it comes up later in innocent code.
        for event in ijson.basic_parse(source, use_float=True):
            source.quiet = 0
            if event[0] in _OPENING:
                depth += 1
                if depth > MOST_DEPTH:
                    raise ListFileNotReadable(f"{file} is nested more than {MOST_DEPTH} deep.")
            elif event[0] in _CLOSING:
                depth -= 1
            yield event
    except ijson.JSONError as error:
        # The parser's own message quotes the file; a list must not leak into a log.
        raise ListFileNotReadable(f"{file} {_why(str(error))}.") from None


def _why(message: str) -> str:
    if "premature EOF" in message:
        return "is cut off"
    return "holds a number out of all proportion" if "overflow" in message else "is not well-formed JSON"


def pass_over(events: Iterator[Event], event: Event) -> None:
    """Read to the end of the value that `event` begins."""
    depth = 1 if event[0] in _OPENING else 0
    while depth:
        kind = next(events)[0]
        depth += 1 if kind in _OPENING else -1 if kind in _CLOSING else 0


def small_value(events: Iterator[Event], event: Event) -> object:
    """Return the value that `event` begins, built in memory; members beyond 256 of one container are passed over."""
    kind, value = event
    if kind == "start_map":
        members: dict[str, Any] = {}
        for name_event in iter(lambda: next(events), ("end_map", None)):
            _keep(events, members, name_event[1])
        return members
    if kind == "start_array":
        items: list[Any] = []
        for item_event in iter(lambda: next(events), ("end_array", None)):
            item = small_value(events, item_event)
            if len(items) < _MOST_MEMBERS:
                items.append(item)
        return items
    return value


def _keep(events: Iterator[Event], members: dict[str, Any], name: str) -> None:
    value = small_value(events, next(events))
    if len(members) < _MOST_MEMBERS:
        members[name] = value
