"""The body of a request as a door reads it: where it stalled, the door says so, and not that the connection broke."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shelterwood.errors import ShelterwoodError
from shelterwood.web.hall.running.patience import Stalled

if TYPE_CHECKING:
    from django.http import HttpRequest

__all__ = ["Body", "TooSlow"]


class TooSlow(ShelterwoodError):
    """The body of a request stalled, or came at less than the least rate."""


class Body:
    """The body of `request` as a stream."""

    def __init__(self, request: HttpRequest) -> None:
        self._request = request

    def read(self, size: int, /) -> bytes:
        """Return `size` bytes, fewer at the end; raise TooSlow, or OSError where the connection breaks."""
        try:
            return self._request.read(size)
        except OSError as error:
            if isinstance(error.__cause__, Stalled):  # Django puts an error of its own around it
                remedy = "Send it again, whole, over a connection that does not stall."
                raise TooSlow("The body came too slowly.", remedy=remedy) from error
            raise
