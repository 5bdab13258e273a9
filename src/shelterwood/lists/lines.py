"""Lines of a file that may be hostile: bounded in memory, numbered, and one bad line loses only itself."""

from __future__ import annotations

from typing import TYPE_CHECKING, BinaryIO

from shelterwood.lists.accounting import Reason, Skipped

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["LONGEST_LINE", "numbered_lines"]

LONGEST_LINE = 1024 * 1024
_BOM = b"\xef\xbb\xbf"


def numbered_lines(stream: BinaryIO, *, file: str) -> Iterator[tuple[int, str] | Skipped]:
    """Yield (number, text) for every line that is not blank, from 1; LF or CRLF; a byte order mark is dropped.

    A line that is not UTF-8 or longer than LONGEST_LINE becomes a Skipped and the next line is read as usual.
    """
    number = 0
    while line := stream.readline(LONGEST_LINE + 1):
        number += 1
        if len(line) > LONGEST_LINE and not line.endswith(b"\n"):
            _pass_over_rest(stream)
            yield Skipped(file=file, row=number, reason=Reason.TOO_LONG, detail=f"more than {LONGEST_LINE} bytes")
            continue
        try:
            text = (line.removeprefix(_BOM) if number == 1 else line).decode().rstrip("\r\n")
        except UnicodeDecodeError as error:
            yield Skipped(file=file, row=number, reason=Reason.NOT_TEXT, detail=f"at byte {error.start} of the row")
            continue
        if text and not text.isspace():
            yield number, text


def _pass_over_rest(stream: BinaryIO) -> None:
    while (part := stream.readline(LONGEST_LINE)) and not part.endswith(b"\n"):
        pass
