"""Sealed objects in an S3-compatible bucket: put only where nothing is, whole or not at all, digests checked there.

What fits into one part is one conditional PUT. What does not is a multipart upload that becomes an object only when it
is completed, and is aborted when it cannot be. Versioning must be off for the bucket (docs/howto/keep-evidence.md):
a purge destroys keys, so an old version is unreadable, but nobody should have to believe that.
"""

from __future__ import annotations

import base64
import contextlib
import hashlib
import xml.etree.ElementTree as ET  # answers with a document type are refused before they are parsed
from dataclasses import dataclass
from http import HTTPStatus
from typing import TYPE_CHECKING
from xml.sax.saxutils import escape

from shelterwood.vault.durable import VaultNotUsable
from shelterwood.vault.faults import VaultFault
from shelterwood.vault.storing import ObjectExists, StoredName, object_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from shelterwood.vault.codes import Week
    from shelterwood.vault.s3_client import Answer, Bucket

__all__ = ["PART_SIZE", "S3Store"]

PART_SIZE = 8 << 20
"""Bytes of one part; S3 wants at least 5 MiB for every part but the last, and at most 10,000 parts."""

_ONLY_NEW = {"if-none-match": "*"}
_TAKEN = {HTTPStatus.PRECONDITION_FAILED, HTTPStatus.CONFLICT}


@dataclass(frozen=True, slots=True, kw_only=True)
class S3Store:
    """A `Store` in a bucket; `part_size` is smaller in tests only."""

    bucket: Bucket
    part_size: int = PART_SIZE

    def put(self, name: StoredName, pieces: Iterable[bytes]) -> None:
        """Send the parts, one in memory at a time."""
        parts = _parts(pieces, size=self.part_size)
        first, second = next(parts, b""), next(parts, None)
        if second is None:
            answer = self.bucket.ask("PUT", name, headers=_checked(first) | _ONLY_NEW, body=first)
            self._kept(answer)
            return
        upload = self._begin(name)
        try:
            self._send_parts(name, upload, _again(first, second, parts))
        except BaseException:
            with contextlib.suppress(VaultFault):
                self.bucket.ask("DELETE", name, query={"uploadId": upload})
            raise

    def _begin(self, name: StoredName) -> str:
        answer = self.bucket.ask("POST", name, query={"uploads": ""})
        found = self._xml(answer, what="begin an upload").findtext("{*}UploadId")
        if not found:
            raise self.bucket.refuse(answer, what="begin an upload")
        return found

    def _send_parts(self, name: StoredName, upload: str, parts: Iterable[bytes]) -> None:
        tags = []
        for number, part in enumerate(parts, start=1):
            query = {"partNumber": str(number), "uploadId": upload}
            answer = self.bucket.ask("PUT", name, query=query, headers=_checked(part), body=part)
            if not answer.good or "etag" not in answer.headers:
                raise self.bucket.refuse(answer, what="take a part")
            tags.append(f"<Part><PartNumber>{number}</PartNumber><ETag>{escape(answer.headers['etag'])}</ETag></Part>")
        body = f"<CompleteMultipartUpload>{''.join(tags)}</CompleteMultipartUpload>".encode()
        answer = self.bucket.ask("POST", name, query={"uploadId": upload}, headers=_ONLY_NEW, body=body)
        self._kept(answer)
        if self._xml(answer, what="keep the object").tag.endswith("Error"):  # S3 may say 200 and then fail
            raise self.bucket.refuse(answer, what="keep the object")

    def _kept(self, answer: Answer) -> None:
        if answer.status in _TAKEN:
            raise ObjectExists("An object of this name is already sealed.", remedy="Seal under a new id.")
        if not answer.good:
            raise self.bucket.refuse(answer, what="keep the object")

    def size(self, name: StoredName) -> int | None:
        """Ask for the headers."""
        answer = self.bucket.ask("HEAD", name)
        if answer.status == HTTPStatus.NOT_FOUND:
            return None
        if not answer.good:
            raise self.bucket.refuse(answer, what="say the size")
        return int(answer.headers["content-length"])

    def read(self, name: StoredName, *, most: int | None = None) -> Iterator[bytes]:
        """Yield the object in ranges of a part; each is one request, so a long read survives a short silence."""
        size = self.size(name)
        end = min(size or 0, most if most is not None else size or 0)
        for start in range(0, end, self.part_size):
            last = min(start + self.part_size, end) - 1
            answer = self.bucket.ask("GET", name, headers={"range": f"bytes={start}-{last}"})
            if not answer.good or len(answer.body) != last - start + 1:
                raise self.bucket.refuse(answer, what="give the object")
            yield answer.body

    def delete(self, name: StoredName) -> bool:
        """Delete the object; S3 does not say whether there was one, so it is asked before."""
        there = self.size(name) is not None
        answer = self.bucket.ask("DELETE", name)
        if not answer.good and answer.status != HTTPStatus.NOT_FOUND:
            raise self.bucket.refuse(answer, what="delete the object")
        return there

    def names(self, week: Week) -> Iterator[StoredName]:
        """Yield the objects of a week, page by page; strange names are passed over."""
        query = {"list-type": "2", "prefix": f"{self.bucket.prefix}{week}/"}
        while True:
            page = self._xml(self.bucket.ask("GET", query=query), what="list its objects")
            for key in page.iterfind("{*}Contents/{*}Key"):
                name = (key.text or "").removeprefix(self.bucket.prefix)
                if object_of(name) is not None:
                    yield StoredName(name)
            token = page.findtext("{*}NextContinuationToken")
            if not token:
                return
            query["continuation-token"] = token

    def check(self) -> None:
        """Write and remove a small object."""
        body = b"check"
        answer = self.bucket.ask("PUT", "check", headers=_checked(body), body=body)
        if not answer.good:
            raise self.bucket.refuse(answer, what="take an object")
        self.bucket.ask("DELETE", "check")

    def _xml(self, answer: Answer, *, what: str) -> ET.Element:
        if not answer.good:
            raise self.bucket.refuse(answer, what=what)
        try:
            if b"<!DOCTYPE" in answer.body:
                raise ET.ParseError("a document type")  # noqa: TRY301 - it is one of the ways of not being an answer
            return ET.fromstring(answer.body)  # noqa: S314 - no document type, so no entity can be declared
        except ET.ParseError as error:
            raise VaultNotUsable(
                "The evidence bucket answered with something that is not S3.", remedy="Check its address."
            ) from error


def _checked(body: bytes) -> dict[str, str]:
    """Return headers by which the server itself checks what arrived."""
    digest = base64.b64encode(hashlib.sha256(body).digest()).decode()
    return {"x-amz-checksum-sha256": digest, "content-length": str(len(body))}


def _parts(pieces: Iterable[bytes], *, size: int) -> Iterator[bytes]:
    """Yield the same bytes cut anew: every part of `size` bytes but the last."""
    kept = bytearray()
    for piece in pieces:
        kept += piece
        while len(kept) >= size:
            yield bytes(kept[:size])
            del kept[:size]
    if kept:
        yield bytes(kept)


def _again(first: bytes, second: bytes, others: Iterator[bytes]) -> Iterator[bytes]:
    yield first
    yield second
    yield from others
