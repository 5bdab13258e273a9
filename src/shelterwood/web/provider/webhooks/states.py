"""What can be told; a receiver that does not know a word ignores it."""

from __future__ import annotations

from enum import StrEnum

__all__ = ["Told"]


class Told(StrEnum):
    """The type of an event, as it stands in its body."""

    SCAN_FINISHED = "scan.finished"
    """An upload that was accepted for later has its outcome."""
    ITEM_HELD = "item.held"
    """An item is to be out of the public's sight."""
    ITEM_RELEASED = "item.released"
    """It may be seen again."""
    TEST = "endpoint.test"
    """A person here wanted to see whether you hear."""
