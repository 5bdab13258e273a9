"""A strict S3-compatible server for tests: it recomputes every signature and digest, and keeps objects in memory.

It speaks what `S3Store` uses and refuses what S3 would refuse: a wrong signature, a clock that is off, a body that is
not the signed one, small parts in the middle, overwriting under If-None-Match.
"""

from __future__ import annotations

import base64
import contextlib
import hashlib
import re
import threading
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl, unquote, urlsplit

from shelterwood.vault.s3_signing import signature

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["FakeS3", "running_s3"]

ACCESS, SECRET, BUCKET = "test-access", "test-secret", "evidence"


@dataclass
class FakeS3:
    """What the server holds, and how it misbehaves when told to."""

    url: str = ""
    least_part: int = 5 << 20
    page: int = 1000
    refuse_with: str = ""  # an S3 error code for every write
    objects: dict[str, bytes] = field(default_factory=dict)
    uploads: dict[str, dict[int, bytes]] = field(default_factory=dict)
    requests: list[str] = field(default_factory=list)


@contextlib.contextmanager
def running_s3() -> Iterator[FakeS3]:
    held = FakeS3()
    handler = type("Handler", (_Handler,), {"held": held})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    held.url = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    try:
        yield held
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


class _Handler(BaseHTTPRequestHandler):
    held: FakeS3
    protocol_version = "HTTP/1.1"

    def log_message(self, *_: object) -> None:
        """Say nothing."""

    def _take(self) -> None:
        length = int(self.headers.get("content-length") or 0)
        body = self.rfile.read(length) if self.command in {"PUT", "POST"} else b""
        parts = urlsplit(self.path)
        query = dict(parse_qsl(parts.query, keep_blank_values=True))
        self.held.requests.append(f"{self.command} {self.path}")
        wrong = self._wrong(parts.path, query, body)
        if wrong:
            self._error(403, wrong)
        elif self.held.refuse_with and self.command in {"PUT", "POST"}:
            self._error(507 if self.held.refuse_with == "QuotaExceeded" else 403, self.held.refuse_with)
        else:
            getattr(self, f"_{self.command.lower()}")(
                unquote(parts.path).removeprefix(f"/{BUCKET}").lstrip("/"), query, body
            )

    do_GET = do_PUT = do_POST = do_DELETE = do_HEAD = _take  # noqa: N815 - names of the standard library

    def _wrong(self, path: str, query: dict[str, str], body: bytes) -> str:
        given = re.fullmatch(
            r"AWS4-HMAC-SHA256 Credential=([^/]+)/(\S+),SignedHeaders=(\S+),Signature=([0-9a-f]{64})",
            self.headers.get("authorization", ""),
        )
        if not given or given[1] != ACCESS:
            return "InvalidAccessKeyId"
        signed = {name: self.headers.get(name, "") for name in given[3].split(";")}
        if not {"host", "x-amz-date", "x-amz-content-sha256"} <= set(signed):
            return "SignatureDoesNotMatch"
        sent = datetime.strptime(signed["x-amz-date"], "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC)
        if abs(datetime.now(UTC) - sent) > timedelta(minutes=15):
            return "RequestTimeTooSkewed"
        if signed["x-amz-content-sha256"] != hashlib.sha256(body).hexdigest():
            return "XAmzContentSHA256Mismatch"
        checksum = self.headers.get("x-amz-checksum-sha256")
        if checksum and base64.b64decode(checksum) != hashlib.sha256(body).digest():
            return "BadDigest"
        right = signature(method=self.command, path=path, query=query, headers=signed, secret=SECRET, scope=given[2])
        return "" if right == given[4] else "SignatureDoesNotMatch"

    def _put(self, key: str, query: dict[str, str], body: bytes) -> None:
        if "uploadId" in query:
            self.held.uploads[query["uploadId"]][int(query["partNumber"])] = body
            self._answer(200, etag=f'"{hashlib.md5(body, usedforsecurity=False).hexdigest()}"')
        elif self.headers.get("if-none-match") == "*" and key in self.held.objects:
            self._error(412, "PreconditionFailed")
        else:
            self.held.objects[key] = body
            self._answer(200)

    def _post(self, key: str, query: dict[str, str], body: bytes) -> None:
        if "uploads" in query:
            upload = f"upload-{len(self.held.requests)}"
            self.held.uploads[upload] = {}
            text = f'<R xmlns="http://s3.amazonaws.com/doc/2006-03-01/"><UploadId>{upload}</UploadId></R>'
            self._answer(200, text.encode())
            return
        parts = self.held.uploads[query["uploadId"]]
        numbers = [int(n) for n in re.findall(rb"<PartNumber>(\d+)<", body)]
        if numbers != sorted(parts):
            self._error(400, "InvalidPart")
        elif any(len(parts[number]) < self.held.least_part for number in numbers[:-1]):
            self._error(400, "EntityTooSmall")
        elif self.headers.get("if-none-match") == "*" and key in self.held.objects:
            self._error(412, "PreconditionFailed")
        else:
            self.held.objects[key] = b"".join(parts[number] for number in numbers)
            del self.held.uploads[query["uploadId"]]
            self._answer(200, b"<CompleteMultipartUploadResult/>")

    def _get(self, key: str, query: dict[str, str], _body: bytes) -> None:
        if not key:
            self._list(query)
        elif key not in self.held.objects:
            self._error(404, "NoSuchKey")
        else:
            first, last = re.fullmatch(r"bytes=(\d+)-(\d+)", self.headers["range"]).groups()  # type: ignore[union-attr]
            self._answer(206, self.held.objects[key][int(first) : int(last) + 1])

    def _list(self, query: dict[str, str]) -> None:
        found = sorted(key for key in self.held.objects if key.startswith(query["prefix"]))
        start = int(query.get("continuation-token", 0))
        page = found[start : start + self.held.page]
        text = "".join(f"<Contents><Key>{key}</Key></Contents>" for key in page)
        if start + self.held.page < len(found):
            text += f"<NextContinuationToken>{start + self.held.page}</NextContinuationToken>"
        self._answer(200, f'<L xmlns="http://s3.amazonaws.com/doc/2006-03-01/">{text}</L>'.encode())

    def _head(self, key: str, _query: dict[str, str], _body: bytes) -> None:
        there = key in self.held.objects
        self.send_response(200 if there else 404)
        self.send_header("content-length", str(len(self.held.objects.get(key, b""))))
        self.end_headers()

    def _delete(self, key: str, query: dict[str, str], _body: bytes) -> None:
        if "uploadId" in query:
            self.held.uploads.pop(query["uploadId"], None)
        else:
            self.held.objects.pop(key, None)
        self._answer(204)

    def _error(self, status: int, code: str) -> None:
        self._answer(status, f"<Error><Code>{code}</Code></Error>".encode())

    def _answer(self, status: int, body: bytes = b"", **headers: str) -> None:
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)
