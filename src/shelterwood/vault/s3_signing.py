"""Sign a request to an S3-compatible bucket: AWS Signature Version 4, header form, every body signed by its digest.

Two hundred bytes of arithmetic do not need a client library of thirty megabytes. The form is that of "Authenticating
Requests: Using the Authorization Header (AWS Signature Version 4)", Amazon S3 API Reference.
"""

from __future__ import annotations

import hashlib
import hmac
from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from urllib.parse import quote

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

__all__ = ["Credentials", "Request", "authorize", "canonical_query", "signature"]

_ALGORITHM = "AWS4-HMAC-SHA256"


@dataclass(frozen=True, slots=True, kw_only=True)
class Credentials:
    """An access key and its secret; the secret shows up in no message."""

    access_key: str
    secret_key: str = field(repr=False)


def canonical_query(query: Mapping[str, str]) -> str:
    """Return the query as it is signed and sent: sorted, every reserved character escaped."""
    return "&".join(f"{quote(name, safe='-_.~')}={quote(query[name], safe='-_.~')}" for name in sorted(query))


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """A request before it is signed: `path` is escaped and starts with a slash; names of headers are in lower case."""

    method: str
    path: str
    query: Mapping[str, str]
    headers: Mapping[str, str]
    body: bytes


def authorize(request: Request, *, credentials: Credentials, region: str, now: datetime) -> dict[str, str]:
    """Return the headers of `request` (`host` among them) with date, body digest and Authorization; `now` in UTC."""
    signed = {
        **request.headers,
        "x-amz-date": now.strftime("%Y%m%dT%H%M%SZ"),
        "x-amz-content-sha256": hashlib.sha256(request.body).hexdigest(),
    }
    scope = f"{now:%Y%m%d}/{region}/s3/aws4_request"
    proof = signature(
        method=request.method,
        path=request.path,
        query=request.query,
        headers=signed,
        secret=credentials.secret_key,
        scope=scope,
    )
    credential, names = f"{credentials.access_key}/{scope}", ";".join(sorted(signed))
    signed["authorization"] = f"{_ALGORITHM} Credential={credential},SignedHeaders={names},Signature={proof}"
    return signed


def signature(
    *, method: str, path: str, query: Mapping[str, str], headers: Mapping[str, str], secret: str, scope: str
) -> str:
    """Return the signature over a request whose `headers` are all signed (date and body digest among them)."""
    names = sorted(headers)
    request = "\n".join(
        [
            method,
            path,
            canonical_query(query),
            *(f"{name}:{' '.join(headers[name].split())}" for name in names),
            "",
            ";".join(names),
            headers["x-amz-content-sha256"],
        ]
    )
    digest = hashlib.sha256(request.encode()).hexdigest()
    text = "\n".join([_ALGORITHM, headers["x-amz-date"], scope, digest])
    key = f"AWS4{secret}".encode()
    for part in scope.split("/"):
        key = hmac.digest(key, part.encode(), "sha256")
    return hmac.digest(key, text.encode(), "sha256").hex()
