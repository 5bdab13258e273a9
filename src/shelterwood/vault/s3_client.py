"""Ask an S3-compatible bucket: one signed request, one answer, over TLS except on this machine itself."""

from __future__ import annotations

import http.client
import ssl
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING
from urllib.parse import quote, urlsplit

from shelterwood.vault.durable import VaultFull, VaultNotUsable
from shelterwood.vault.s3_signing import Credentials, Request, authorize, canonical_query

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["Answer", "Bucket"]

_SECONDS = 60
_LONGEST_ANSWER = 8 << 20
_LOOPBACK = {"localhost", "127.0.0.1", "::1"}
_NO_ROOM = {"QuotaExceeded", "InsufficientStorage", "XMinioStorageFull", "EntityTooLarge"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """Status, headers (lower-case names) and body of an answer, however bad."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def good(self) -> bool:
        """Whether the request was done."""
        return 200 <= self.status < 300


@dataclass(frozen=True, slots=True, kw_only=True)
class Bucket:
    """A bucket at `endpoint` (https://host[:port]), addressed by path, as every S3-compatible server understands."""

    endpoint: str
    name: str
    credentials: Credentials
    region: str = "us-east-1"
    prefix: str = ""

    def __post_init__(self) -> None:
        parts = urlsplit(self.endpoint)
        plain = parts.scheme == "http" and parts.hostname in _LOOPBACK
        if not parts.hostname or parts.path.strip("/") or not (plain or parts.scheme == "https"):
            raise VaultNotUsable(
                "The address of the bucket is not usable.",
                remedy="Give https://HOST[:PORT]; http only on this machine.",
            )

    def ask(
        self,
        method: str,
        key: str = "",
        *,
        query: Mapping[str, str] | None = None,
        headers: Mapping[str, str] | None = None,
        body: bytes = b"",
    ) -> Answer:
        """Send one request about `key` (empty: the bucket) and return the answer; VaultNotUsable if none comes."""
        path = "/" + quote(f"{self.name}/{self.prefix}{key}" if key else self.name, safe="/-_.~")
        request = Request(
            method=method,
            path=path,
            query=query or {},
            headers={"host": urlsplit(self.endpoint).netloc, **(headers or {})},
            body=body,
        )
        # The server compares the time with its own clock.
        sent = authorize(request, credentials=self.credentials, region=self.region, now=datetime.now(UTC))
        target = f"{path}?{canonical_query(query)}" if query else path
        try:
            return self._exchange(method, target, sent, body)
        except (OSError, http.client.HTTPException) as error:
            raise VaultNotUsable(
                f"The evidence bucket does not answer: {type(error).__name__}.",
                remedy="Check its address and that it runs.",
            ) from error

    def _exchange(self, method: str, target: str, headers: Mapping[str, str], body: bytes) -> Answer:
        connection = self._connection()
        try:
            connection.request(method, target, body=body if method in {"PUT", "POST"} else None, headers=dict(headers))
            answer = connection.getresponse()
            content = answer.read(_LONGEST_ANSWER)
            return Answer(status=answer.status, headers={n.lower(): v for n, v in answer.getheaders()}, body=content)
        finally:
            connection.close()

    def _connection(self) -> http.client.HTTPConnection:
        parts = urlsplit(self.endpoint)
        assert parts.hostname  # noqa: S101 - checked when it was made
        if parts.scheme == "http":
            return http.client.HTTPConnection(parts.hostname, parts.port, timeout=_SECONDS)
        context = ssl.create_default_context()
        return http.client.HTTPSConnection(parts.hostname, parts.port, timeout=_SECONDS, context=context)

    def refuse(self, answer: Answer, *, what: str) -> VaultNotUsable | VaultFull:
        """Return the error that a bad answer means; it names the server's code and nothing of the request."""
        code = _between(answer.body, b"<Code>", b"</Code>")
        if code in _NO_ROOM or answer.status == http.HTTPStatus.INSUFFICIENT_STORAGE:
            return VaultFull("The evidence bucket is full.", remedy="Make room, then send it again.")
        return VaultNotUsable(
            f"The evidence bucket did not {what}: {answer.status} {code}".rstrip() + ".",
            remedy="Check its name, its keys and what they may do.",
        )


def _between(text: bytes, before: bytes, after: bytes) -> str:
    found = text.partition(before)[2].partition(after)[0]
    return "".join(c for c in found[:40].decode("ascii", "replace") if c.isalnum())
