"""Calls to other hosts: one deadline for all of it, the certificate of the name, the address that was checked."""

from __future__ import annotations

import contextlib
import ipaddress
import socket
import ssl
import threading
import time
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from shelterwood.web.hall import outgoing
from shelterwood.web.hall.outgoing import AddressNotCalled, HostNotReached, Place

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path


@contextlib.contextmanager
def listening(serve: Callable[[socket.socket], None]) -> Iterator[int]:
    """Answer one connection with `serve`, in a thread."""
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def once() -> None:
            with contextlib.suppress(OSError):
                connection, _ = listener.accept()
                with connection:
                    serve(connection)

        thread = threading.Thread(target=once, daemon=True)
        thread.start()
        yield listener.getsockname()[1]
        thread.join(5)


def drip(connection: socket.socket) -> None:
    """Send a header that never ends, a byte at a time."""
    connection.sendall(b"HTTP/1.1 200 OK\r\nX: ")
    with contextlib.suppress(OSError):
        for _ in range(100):
            connection.sendall(b"x")
            time.sleep(0.1)


def test_a_host_that_sends_a_byte_now_and_then_holds_nobody_longer_than_the_deadline() -> None:
    begun = time.monotonic()

    with listening(drip) as port:
        place = Place(scheme="http", host="slow.test", port=port, address="127.0.0.1")
        with pytest.raises(HostNotReached), outgoing.called(place, "GET", "/", seconds=0.5):
            pytest.fail("it never answers")

    assert time.monotonic() - begun < 5


def certificate(folder: Path, name: str) -> Path:
    """Return a key and a certificate for `name`, signed by itself, in one file."""
    key, now = ec.generate_private_key(ec.SECP256R1()), datetime.now(UTC)
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    made = (
        x509.CertificateBuilder(subject, subject, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(name)]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    plain = serialization.NoEncryption()
    text = key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, plain)
    path = folder / f"{name}.pem"
    path.write_bytes(text + made.public_bytes(serialization.Encoding.PEM))
    return path


@pytest.mark.parametrize(("asked", "status"), [("hooks.test", 204), ("other.test", 0)])
def test_the_certificate_must_be_that_of_the_name_and_the_name_is_never_resolved(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, asked: str, status: int
) -> None:
    path = certificate(tmp_path, "hooks.test")
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(path)
    monkeypatch.setenv("SSL_CERT_FILE", str(path))

    def serve(connection: socket.socket) -> None:
        with context.wrap_socket(connection, server_side=True) as wrapped:
            came = b""
            while not came.endswith(b"{}"):
                came += wrapped.recv(65536)
            wrapped.sendall(b"HTTP/1.1 204 No Content\r\n\r\n")

    with listening(serve) as port:
        place = Place(scheme="https", host=asked, port=port, address="127.0.0.1")
        heard = 0
        with contextlib.suppress(HostNotReached), outgoing.called(place, "POST", "/", body=b"{}") as answer:
            heard = answer.status

    assert heard == status


@pytest.mark.parametrize("address", ["224.0.0.1", "64:ff9b::a00:1", "169.254.169.254", "192.168.0.1", "fc00::1"])
def test_addresses_that_are_no_public_host_are_not_called(monkeypatch: pytest.MonkeyPatch, address: str) -> None:
    kind = socket.AF_INET if ipaddress.ip_address(address).version == 4 else socket.AF_INET6
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_a, **_k: [(kind, 1, 6, "", (address, 443))])
    place = Place(scheme="https", host="hooks.test", port=443)

    with pytest.raises(AddressNotCalled, match="private"), outgoing.called(place, "GET", "/"):
        pytest.fail("it was called")
