"""The one way in which a service calls another host by HTTP: at an address that was checked, once, without redirects.

A name is resolved here, every address that is found must be a public one, and the connection goes to the address that
was checked, so that a name cannot change its mind in between. Hosts of the operator's own network are named by the
operator with their address (`https://store.internal:9000=10.0.0.7`); nothing is resolved then. A call has one deadline
for all of it, kept by a clock beside it: a host that sends a byte now and then cannot hold a thread.

    with outgoing.called(place, "GET", "/cup.png") as answer:
        answer.status
"""

from __future__ import annotations

import contextlib
import http.client
import ipaddress
import socket
import ssl
import threading
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

from shelterwood.errors import ShelterwoodError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from urllib.parse import SplitResult

__all__ = ["LOOPBACK", "AddressNotCalled", "HostNotReached", "Place", "called", "listed", "split", "target_of"]

LOOPBACK: Final = ("localhost", "127.0.0.1", "::1")

_PORTS: Final = {"http": 80, "https": 443}
_SECONDS_OF_SILENCE = 5.0
_LONGEST_ADDRESS = 2000
_TRANSLATED = ipaddress.ip_network("64:ff9b::/96")  # RFC 6052: an IPv4 address inside, perhaps a private one


class AddressNotCalled(ShelterwoodError):
    """An address is not one that may be called from here."""


class HostNotReached(ShelterwoodError):
    """An address may be called, and no answer came from it in time."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Scheme, host and port of an address; `address` where the operator says where that is, else it is resolved."""

    scheme: str
    host: str
    port: int
    address: str = ""

    @classmethod
    def of(cls, parts: SplitResult) -> Place:
        """Return the place that an address names."""
        port = parts.port or _PORTS.get(parts.scheme, 0)
        return cls(scheme=parts.scheme, host=parts.hostname or "", port=port)


def split(url: str) -> SplitResult:
    """Return the parts of an http or https address; raise AddressNotCalled for everything else."""
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


def target_of(parts: SplitResult) -> str:
    """Return path and query of an address, as they stand in a request."""
    return (parts.path or "/") + (f"?{parts.query}" if parts.query else "")


def _not_an_address() -> AddressNotCalled:
    return AddressNotCalled("This is not an address that can be called.", remedy="Write https://HOST/PATH.")


def listed(parts: SplitResult, among: Iterable[str]) -> Place | None:
    """Return the place that `parts` name as the operator lists it (`ORIGIN` or `ORIGIN=ADDRESS`), or None."""
    asked = Place.of(parts)
    for text in sorted(among):
        origin, _, address = text.partition("=")
        if Place.of(urlsplit(origin)) == asked:
            return Place(scheme=asked.scheme, host=asked.host, port=asked.port, address=address)
    return None


@contextlib.contextmanager
def called(
    place: Place,
    method: str,
    target: str,
    *,
    body: bytes | None = None,
    headers: Mapping[str, str] | None = None,
    seconds: float = 20.0,
) -> Iterator[http.client.HTTPResponse]:
    """Make one request and lend its answer, whatever its status; all of it, the block included, within `seconds`.

    Raises AddressNotCalled where the host has a private address, HostNotReached where no answer comes, also for what
    breaks while the block reads.
    """
    connection = _connection(place)
    deadline = _Deadline(connection, seconds)
    try:
        deadline.start()
        connection.connect()
        connection.request(method, target, body=body, headers={"User-Agent": "shelterwood", **(headers or {})})
        answer = connection.getresponse()
        deadline.check()
        yield answer
        deadline.check()
    except (OSError, http.client.HTTPException, ValueError) as error:
        raise HostNotReached("The host did not answer.", remedy="Look whether it is up, and quick enough.") from error
    finally:
        deadline.cancel()
        connection.close()


class _Deadline(threading.Timer):
    """Ends both directions of a connection that takes too long.

    Whoever reads from it sees the end of what was sent, which looks like an answer to http.client: ask `check`.
    """

    def __init__(self, connection: http.client.HTTPConnection, seconds: float) -> None:
        super().__init__(seconds, self._end)
        self.daemon = True
        self._connection = connection
        self._is_over = False

    def _end(self) -> None:
        self._is_over = True
        with contextlib.suppress(OSError, AttributeError):  # it has just ended, or was never there
            self._connection.sock.shutdown(socket.SHUT_RDWR)

    def check(self) -> None:
        """Raise TimeoutError where the deadline has passed."""
        if self._is_over:
            raise TimeoutError


def _connection(place: Place) -> http.client.HTTPConnection:
    address = place.address or _public_address(place)
    return _PinnedTls(place, address) if place.scheme == "https" else _Pinned(place, address)


def _public_address(place: Place) -> str:
    """Resolve a host once, and return an address of it; raise AddressNotCalled where any of them is not public."""
    try:
        found = socket.getaddrinfo(place.host, place.port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise HostNotReached("The host has no address.", remedy="Look at its name.") from error
    addresses = [str(each[4][0]) for each in found]
    if not all(_is_public(address) for address in addresses):
        raise AddressNotCalled(
            "The host has an address inside a private network.",
            remedy="The operator can say which one is meant: https://HOST=ADDRESS in the setting that lists hosts.",
        )
    return addresses[0]


def _is_public(address: str) -> bool:
    found = ipaddress.ip_address(address.partition("%")[0])
    return found.is_global and not found.is_multicast and not (found.version == 6 and found in _TRANSLATED)


class _Pinned(http.client.HTTPConnection):
    """A connection to a host at the address that was checked."""

    def __init__(self, place: Place, address: str) -> None:
        super().__init__(place.host, place.port, timeout=_SECONDS_OF_SILENCE)
        self._address = address

    def connect(self) -> None:
        self.sock = socket.create_connection((self._address, self.port), self.timeout)


class _PinnedTls(_Pinned):
    """The same with TLS; the certificate must be that of the host's name."""

    def connect(self) -> None:
        super().connect()
        context = ssl.create_default_context()
        # The handshake comes after the new socket stands where the deadline looks for it.
        self.sock = context.wrap_socket(self.sock, server_hostname=self.host, do_handshake_on_connect=False)
        self.sock.do_handshake()
