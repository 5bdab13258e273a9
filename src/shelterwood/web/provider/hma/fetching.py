"""Fetch one file by its address: only from origins that the operator lists, one request, no redirect.

`SHELTERWOOD_FETCH_FROM` lists origins, `https://media.example.org`, or `http://store.internal:9000=10.0.0.7` for a host
of the operator's own network. How such a call is made: `hall.outgoing`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from shelterwood.errors import ShelterwoodError
from shelterwood.web.hall import outgoing
from shelterwood.web.hall.settings.facts import facts
from shelterwood.web.provider.scan.spool import Spooling

if TYPE_CHECKING:
    import http.client
    from urllib.parse import SplitResult

    from shelterwood.web.provider.scan.spool import Spooled

__all__ = ["AddressNotFetched", "FetchingFailed", "fetch"]

_SECONDS: Final = 20.0
_CHUNK = 256 * 1024


class AddressNotFetched(ShelterwoodError):
    """An address is not one that may be fetched here."""


class FetchingFailed(ShelterwoodError):
    """An address may be fetched, and the file could not be had."""


def fetch(url: str) -> Spooled:
    """Return the file at `url` in the spool; raise AddressNotFetched, FetchingFailed, BodyTooLong or NoRoom."""
    try:
        parts = outgoing.split(url)
        target = outgoing.target_of(parts)
        headers = {"Accept-Encoding": "identity"}
        with outgoing.called(_listed(parts), "GET", target, headers=headers, seconds=_SECONDS) as answer:
            return _received(answer)
    except outgoing.AddressNotCalled as error:
        raise AddressNotFetched(error.fact, remedy=f"{error.remedy} Or send the file itself.") from error
    except outgoing.HostNotReached as error:
        raise FetchingFailed("The file could not be fetched.", remedy="Look whether the host answers.") from error


def _received(answer: http.client.HTTPResponse) -> Spooled:
    if answer.status != 200:
        moved = " Redirects are not followed." if 300 <= answer.status < 400 else ""
        raise FetchingFailed(
            f"The host answered with status {answer.status}.{moved}", remedy="Send the address of the file itself."
        )
    with Spooling(most=facts().longest_upload) as spooling:
        while piece := answer.read(_CHUNK):
            spooling.write(piece)
        if answer.length:
            raise FetchingFailed("The file ended early.", remedy="Ask again.")
        return spooling.done()


def _listed(parts: SplitResult) -> outgoing.Place:
    place = outgoing.listed(parts, facts().fetch_from)
    if place is None:
        raise AddressNotFetched(
            "Nothing is fetched from this host.",
            remedy="Send the file itself, or ask the operator to list the host in SHELTERWOOD_FETCH_FROM.",
        )
    return place
