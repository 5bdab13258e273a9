"""Check a copy of a record that `shelterwood log export` made: anywhere, without the service and its database."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shelterwood.web.hall.audit.chain import ChainedLine, line_from_json
from shelterwood.web.hall.audit.checking import Finding, find_faults
from shelterwood.web.hall.audit.statements import read_head

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from pathlib import Path

__all__ = ["verify"]


def verify(path: Path, signed: Iterable[str], *, key: str, progress: Callable[[int], None]) -> Finding:
    """Check the copy at `path` against heads signed by `key` (64 hex digits).

    Raises LineNotReadable, HeadNotAccepted.
    """
    kept = [read_head(text, public=key) for text in signed]
    return find_faults(_lines(path), head=None, signed=kept, progress=progress)


def _lines(path: Path) -> Iterator[ChainedLine]:
    with path.open("rb") as file:
        for data in file:
            yield line_from_json(data.rstrip(b"\n"))
