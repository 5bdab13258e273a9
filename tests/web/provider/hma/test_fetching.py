"""Fetching by address: only what the operator lists, one request, no redirect, no private address by a name."""

from __future__ import annotations

import socket
import threading
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import TYPE_CHECKING

import pytest
from hma_clients import encoded
from uploads import picture

from shelterwood.web.hall.settings.facts import facts
from shelterwood.web.provider.hma.fetching import AddressNotFetched, FetchingFailed, fetch
from shelterwood.web.provider.scan.spool import BodyTooLong

if TYPE_CHECKING:
    from collections.abc import Iterator

    from hma_clients import HmaClient
    from pytest_django.fixtures import SettingsWrapper

    from shelterwood.web.provider.lists.models import ProviderList


class _Store(BaseHTTPRequestHandler):
    """A host with a picture; it notes what it was asked."""

    asked: list[str] = []  # noqa: RUF012 - of this test's only server

    def do_GET(self) -> None:
        self.asked.append(self.path)
        if self.path == "/moved":
            self.send_response(302)
            self.send_header("Location", "/cup.png")
            self.end_headers()
            return
        body = encoded(picture(1)) if self.path.startswith("/cup.png") else b"x" * 5000
        self.send_response(200 if self.path != "/gone" else 404)
        self.send_header("Content-Length", str(len(body) + (self.path == "/short")))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.fixture
def store(settings: SettingsWrapper) -> Iterator[str]:
    _Store.asked.clear()
    server = HTTPServer(("127.0.0.1", 0), _Store)
    threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
    origin = f"http://store.test:{server.server_port}"
    settings.FACTS = replace(facts(), fetch_from=frozenset({f"{origin}=127.0.0.1", "https://media.test"}))
    yield origin
    server.shutdown()
    server.server_close()


def test_a_listed_host_is_asked_at_the_address_that_the_operator_gave(client: HmaClient, store: str) -> None:
    told = client.get("/h/hash", url=f"{store}/cup.png?size=full")

    assert told.json() == client.post_file("/h/hash", encoded(picture(1))).json()
    assert _Store.asked == ["/cup.png?size=full"]


def test_a_bank_takes_content_by_its_address_with_what_the_client_says_of_it(
    client: HmaClient, store: str, bank: ProviderList
) -> None:
    address = f"/c/bank/{bank.name}/content"
    said = {"note": "from the store", "metadata": {"content_id": "cup-1"}}

    number = client.send("post", f"{address}?url={store}/cup.png", said).json()["id"]

    told = client.get(f"{address}/{number}").json()
    assert (told["note"], told["metadata"]["content_id"]) == ("from the store", "cup-1")
    found = client.get("/m/lookup", url=f"{store}/cup.png").json()
    assert found["pdq"] == {bank.name: [{"bank_content_id": number, "distance": "0"}]}


@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.1:{port}/cup.png",
        "https://store.test:{port}/cup.png",
        "http://store.test/cup.png",
        "http://user@store.test:{port}/cup.png",
        "http://store.test:{port}@elsewhere.test/cup.png",
        "http://store.test.elsewhere.test:{port}/cup.png",
        "file:///etc/passwd",
        "ftp://store.test/cup.png",
        "http://store.test:{port}/cup.png\r\nHost: elsewhere",
        "http://store.test:0/cup.png",
        "http://store.test:port/cup.png",
        "http://[::1/cup.png",
        "//store.test/cup.png",
        "",
    ],
)
@pytest.mark.usefixtures("store")
def test_nothing_else_is_asked(store: str, url: str) -> None:
    with pytest.raises(AddressNotFetched):
        fetch(url.format(port=store.rpartition(":")[2]))

    assert _Store.asked == []


@pytest.mark.parametrize(("path", "said"), [("/moved", "Redirects"), ("/gone", "404"), ("/short", "ended early")])
def test_redirects_errors_and_ends_in_the_middle_are_no_file(store: str, path: str, said: str) -> None:
    with pytest.raises(FetchingFailed, match=said):
        fetch(f"{store}{path}")

    assert _Store.asked == [path]


def test_a_file_longer_than_an_upload_may_be_is_refused(store: str, settings: SettingsWrapper) -> None:
    settings.FACTS = replace(facts(), longest_upload=1000)

    with pytest.raises(BodyTooLong):
        fetch(f"{store}/long")


@pytest.mark.parametrize(
    "address", ["127.0.0.1", "10.1.2.3", "169.254.169.254", "::1", "fe80::1%eth0", "::ffff:10.0.0.1"]
)
@pytest.mark.usefixtures("store")
def test_a_name_that_leads_into_a_private_network_is_refused(monkeypatch: pytest.MonkeyPatch, address: str) -> None:
    public = (socket.AF_INET, socket.SOCK_STREAM, 6, "", ("93.184.216.34", 443))
    private = (socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, 443))
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_a, **_k: [public, private])

    with pytest.raises(AddressNotFetched, match="private"):
        fetch("https://media.test/cup.png")


def test_fetching_is_off_until_a_host_is_listed(client: HmaClient) -> None:
    told = client.get("/h/hash", url="https://example.org/cup.png")

    assert told.status_code == 400
    assert "SHELTERWOOD_FETCH_FROM" in told.json()["message"]
