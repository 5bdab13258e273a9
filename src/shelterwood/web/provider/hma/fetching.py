"""Fetch one file by its address: only from origins that the operator lists, one request, no redirect.

`SHELTERWOOD_FETCH_FROM` lists origins. `https://media.example.org` is resolved here, every address found must be a
public one, and the connection goes to the address that was checked (so that a name cannot change its mind in between).
`http://store.internal:9000=10.0.0.7` says where a host of the operator's own network is; nothing is resolved then.
"""

from __future__ import annotations

import http.client
import ipaddress
import socket
import ssl
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

from shelterwood.errors import ShelterwoodError
from shelterwood.web.hall.settings.facts import facts
from shelterwood.web.provider.scan.spool import Spooling

if TYPE_CHECKING:
    from urllib.parse import SplitResult

    from shelterwood.web.provider.scan.spool import Spooled

__all__ = ["AddressNotFetched", "FetchingFailed", "fetch"]

_PORTS: Final = {"http": 80, "https": 443}
_SECONDS_OF_SILENCE = 5.0
_SECONDS: Final = 20.0
_CHUNK = 256 * 1024
_LONGEST_ADDRESS = 2000


class AddressNotFetched(ShelterwoodError):
    """An address is not one that may be fetched here."""


class FetchingFailed(ShelterwoodError):
    """An address may be fetched, and the file could not be had."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Origin:
    """A listed origin; `address` where the operator says it, else it is resolved."""

    scheme: str
    host: str
    port: int
    address: str = ""


def fetch(url: str) -> Spooled:
    """Return the file at `url` in the spool; raise AddressNotFetched, FetchingFailed, BodyTooLong or NoRoom."""
    parts = _split(url)
    origin = _listed(parts)
    connection = _connection(origin)
    try:
        connection.connect()
        path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        connection.request("GET", path, headers={"Accept-Encoding": "identity", "User-Agent": "shelterwood"})
        return _received(connection.getresponse())
    except (OSError, http.client.HTTPException, ValueError) as error:
        raise FetchingFailed("The file could not be fetched.", remedy="Look whether the host answers.") from error
    finally:
        connection.close()


def _received(answer: http.client.HTTPResponse) -> Spooled:
    if answer.status != 200:
        moved = " Redirects are not followed." if 300 <= answer.status < 400 else ""
        raise FetchingFailed(
            f"The host answered with status {answer.status}.{moved}", remedy="Send the address of the file itself."
        )
    begun = time.monotonic()
    with Spooling(most=facts().longest_upload) as spooling:
        while piece := answer.read(_CHUNK):
            spooling.write(piece)
            if time.monotonic() - begun > _SECONDS:
                raise FetchingFailed("The host is too slow.", remedy="Send the file itself.")
        if answer.length:
            raise FetchingFailed("The file ended early.", remedy="Ask again.")
        return spooling.done()


def _split(url: str) -> SplitResult:
    try:
        if len(url) > _LONGEST_ADDRESS or not url.isascii() or not url.isprintable() or " " in url:
            raise _not_an_address()
        parts = urlsplit(url)
        port = parts.port  # raises for what is no number
    except ValueError:
        raise _not_an_address() from None
    if parts.scheme not in _PORTS or not parts.hostname or parts.username is not None or port == 0:
        raise _not_an_address()
    return parts


def _not_an_address() -> AddressNotFetched:
    return AddressNotFetched("This is not an address that is fetched here.", remedy="Send the file itself.")


def _listed(parts: SplitResult) -> _Origin:
    asked = (parts.scheme, parts.hostname, parts.port or _PORTS[parts.scheme])
    for origin in map(_origin_of, sorted(facts().fetch_from)):
        if (origin.scheme, origin.host, origin.port) == asked:
            return origin
    raise AddressNotFetched(
        "Nothing is fetched from this host.",
        remedy="Send the file itself, or ask the operator to list the host in SHELTERWOOD_FETCH_FROM.",
    )


def _origin_of(listed: str) -> _Origin:
    text, _, address = listed.partition("=")
    parts = urlsplit(text)
    return _Origin(
        scheme=parts.scheme, host=parts.hostname or "", port=parts.port or _PORTS.get(parts.scheme, 0), address=address
    )


def _connection(origin: _Origin) -> http.client.HTTPConnection:
    address = origin.address or _public_address(origin)
    if origin.scheme == "https":
        return _PinnedTls(origin, address)
    return _Pinned(origin, address)


def _public_address(origin: _Origin) -> str:
    """Resolve a host once, and return an address of it; raise AddressNotFetched where any of them is not public."""
    try:
        found = socket.getaddrinfo(origin.host, origin.port, type=socket.SOCK_STREAM)
    except OSError as error:
        raise FetchingFailed("The host has no address.", remedy="Look at its name.") from error
    addresses = [str(each[4][0]) for each in found]
    if not all(ipaddress.ip_address(each.partition("%")[0]).is_global for each in addresses):
        raise AddressNotFetched(
            "The host has an address inside a private network.",
            remedy="The operator can say which one is meant: https://HOST=ADDRESS in SHELTERWOOD_FETCH_FROM.",
        )
    return addresses[0]


class _Pinned(http.client.HTTPConnection):
    """A connection to a host at the address that was checked."""

    def __init__(self, origin: _Origin, address: str) -> None:
        super().__init__(origin.host, origin.port, timeout=_SECONDS_OF_SILENCE)
        self._address = address

    def connect(self) -> None:
        self.sock = socket.create_connection((self._address, self.port), self.timeout)


class _PinnedTls(_Pinned):
    """The same with TLS; the certificate must be that of the host's name."""

    def connect(self) -> None:
        super().connect()
        self.sock = ssl.create_default_context().wrap_socket(self.sock, server_hostname=self.host)
