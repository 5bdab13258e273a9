"""Where events may be sent: https; in the operator's own network only where the operator says which address is meant.

Plain http is for trying out: to this machine itself, in a service that says on every page that it is a demo.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from shelterwood.web.hall import outgoing
from shelterwood.web.hall.outgoing import AddressNotCalled, Place
from shelterwood.web.hall.settings.facts import facts

if TYPE_CHECKING:
    from urllib.parse import SplitResult

__all__ = ["place_of", "target_of"]


def place_of(url: str) -> Place:
    """Return where an event for `url` goes; raise AddressNotCalled. Nothing is resolved here, and nothing called."""
    parts = outgoing.split(url)
    if parts.fragment:
        raise AddressNotCalled("The address has a part after '#'.", remedy="Leave that out.")
    if parts.hostname in outgoing.LOOPBACK:
        return _own_machine(parts)
    if parts.scheme != "https":
        raise AddressNotCalled("The address is not https.", remedy="Give an https address: what is told is private.")
    return outgoing.listed(parts, facts().webhook_hosts) or Place.of(parts)


def target_of(url: str) -> str:
    """Return path and query of an address, as they stand in a request."""
    return outgoing.target_of(outgoing.split(url))


def _own_machine(parts: SplitResult) -> Place:
    if not facts().demo:
        raise AddressNotCalled(
            "The address is this machine itself, which only a demo may tell.",
            remedy="Give an https address, and list it with its address in SHELTERWOOD_WEBHOOK_HOSTS.",
        )
    place = Place.of(parts)
    address = "::1" if parts.hostname == "::1" else "127.0.0.1"
    return Place(scheme=place.scheme, host=place.host, port=place.port, address=address)
