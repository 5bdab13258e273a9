"""What a key may be used for. A key holds the fewest scopes that its program needs."""

from __future__ import annotations

from enum import StrEnum

__all__ = ["Scope"]


class Scope(StrEnum):
    """One use of a key, as the record and the API spell it."""

    SCAN = "scan"
    """Send what is to be checked; learn the outcome, and nothing of what a list says."""
    REVIEWER = "reviewer"
    """Also see lists, entries, classes and distances."""
    LISTS = "lists"
    """Change lists of one's own."""

    @property
    def meaning(self) -> str:
        """What a page says beside the box."""
        return _MEANINGS[self]


_MEANINGS = {
    Scope.SCAN: "scan: send uploads, learn the outcome",
    Scope.REVIEWER: "reviewer: also see which list and entry matched, and how near",
    Scope.LISTS: "lists: change lists of your own",
}
