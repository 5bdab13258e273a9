"""What a request may hold: raw bytes, one file of a form, or fingerprints in JSON; all else is refused, in words.

Headers are read before the body: what is too large or of a type that is not taken in is refused unread.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from shelterwood.errors import ShelterwoodError
from shelterwood.fingerprints.hexadecimal import MalformedFingerprint, canonical
from shelterwood.policy import Medium
from shelterwood.scanning.rows import FramePrint, Traits

if TYPE_CHECKING:
    from collections.abc import Mapping

    from django.http import HttpRequest

__all__ = [
    "ITEM",
    "ITEM_FORM",
    "LONGEST_JSON",
    "GivenPrints",
    "HeaderNotUnderstood",
    "Heading",
    "LengthNotSaid",
    "PrintsNotUnderstood",
    "TypeNotTaken",
    "heading_of",
    "read_prints",
]

LONGEST_JSON = 4096
ITEM = re.compile(r"[A-Za-z0-9._~:@-]{1,200}")
"""A platform's id of an item or of an account."""
ITEM_FORM = "1 to 200 letters, digits and . _ ~ : @ -"
_IDEMPOTENCY = re.compile(r"[\x21-\x7e]{1,200}")
_MEDIA: Final = {
    "image": Medium.IMAGE,
    "video": Medium.VIDEO,
    "audio": Medium.AUDIO,  # taken to the legal basis, which refuses it by name
}
_HEX_BITS: Final = {"md5": 128, "sha1": 160, "sha256": 256, "pdq": 256}
_FIELDS: Final = frozenset({*_HEX_BITS, "quality", "size", "medium"})


class TypeNotTaken(ShelterwoodError):
    """The content type of a request is none that is taken in here."""


class LengthNotSaid(ShelterwoodError):
    """A request does not say how long its body is."""


class HeaderNotUnderstood(ShelterwoodError):
    """A header of a request has a form that is not accepted."""


class PrintsNotUnderstood(ShelterwoodError):
    """The JSON of a look-up is not what was asked for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Heading:
    """What the headers of a request say, before anything of the body is read."""

    content_type: str
    medium: Medium
    length: int
    item: str
    account: str
    idempotency: str
    later: bool

    @property
    def is_prints(self) -> bool:
        """Whether fingerprints are sent, and no bytes."""
        return self.content_type == "application/json"

    @property
    def is_form(self) -> bool:
        """Whether the bytes are a file of a form."""
        return self.content_type == "multipart/form-data"


@dataclass(frozen=True, slots=True, kw_only=True)
class GivenPrints:
    """Fingerprints that the sender computed; at least one is there."""

    md5: str | None = None
    sha1: str | None = None
    sha256: str | None = None
    size: int | None = None
    pdq: bytes | None = None
    quality: int | None = None
    medium: Medium = Medium.IMAGE

    def has(self, kind: str) -> bool:
        """Return whether a fingerprint of this kind was given."""
        return getattr(self, kind) is not None

    @property
    def traits(self) -> Traits:
        """The fingerprints as a finding keeps them."""
        frames = () if self.pdq is None else (FramePrint(index=0, pdq=self.pdq.hex(), quality=self.quality or 0),)
        return Traits(size=self.size, md5=self.md5, sha1=self.sha1, sha256=self.sha256, frames=frames)


def heading_of(request: HttpRequest) -> Heading:
    """Read the headers; raise TypeNotTaken, LengthNotSaid or HeaderNotUnderstood."""
    kind = (request.content_type or "").lower()
    medium = _medium(kind)
    return Heading(
        content_type=kind,
        medium=medium,
        length=_length(request),
        item=_matching(request, "Shelterwood-Item", ITEM, ITEM_FORM),
        account=_matching(request, "Shelterwood-Account", ITEM, ITEM_FORM),
        idempotency=_matching(request, "Idempotency-Key", _IDEMPOTENCY, "1 to 200 visible ASCII characters"),
        later=_wants_later(request),
    )


def _medium(content_type: str) -> Medium:
    family = content_type.partition("/")[0]
    if family in _MEDIA and "/" in content_type:
        return _MEDIA[family]
    if content_type in {"application/octet-stream", "multipart/form-data", "application/json"}:
        return Medium.IMAGE if content_type != "application/octet-stream" else Medium.OTHER
    raise TypeNotTaken(
        "This content type is not taken in.",
        remedy="Send image/..., video/..., application/octet-stream, one file as multipart/form-data, or fingerprints "
        "as application/json.",
    )


def _length(request: HttpRequest) -> int:
    said = request.META.get("CONTENT_LENGTH", "")
    if not (said.isascii() and said.isdigit() and len(said) < 16):
        raise LengthNotSaid("The request does not say how long it is.", remedy="Send Content-Length.")
    return int(said)


def _wants_later(request: HttpRequest) -> bool:
    """Return whether the sender prefers an answer before the look (RFC 7240, `Prefer: respond-async`)."""
    wishes = re.split(r"[,;]", request.headers.get("Prefer", "").lower())
    return "respond-async" in {wish.strip() for wish in wishes}


def _matching(request: HttpRequest, name: str, form: re.Pattern[str], words: str) -> str:
    value = request.headers.get(name)
    if value is not None and not form.fullmatch(value):
        raise HeaderNotUnderstood(f"The header {name} is not of the expected form.", remedy=f"It is {words}.")
    return value or ""


def read_prints(body: bytes) -> GivenPrints:
    """Read `{"pdq": hex, "quality": n, "md5": hex, "sha1": hex, "sha256": hex, "size": n}`, or PrintsNotUnderstood."""
    try:
        read = json.loads(body, parse_constant=_no_constant)
    except (ValueError, RecursionError) as error:
        raise _wrong("This is not JSON.") from error
    if not isinstance(read, dict) or not read.keys() <= _FIELDS:
        raise _wrong("This is not an object of the fields that are known here.")
    prints = {kind: _hex(read, kind) for kind in _HEX_BITS}
    if not any(prints.values()):
        raise _wrong("There is no fingerprint in it.")
    code = prints.pop("pdq")
    return GivenPrints(
        **prints,
        pdq=None if code is None else bytes.fromhex(code),
        size=_number(read, "size", most=1 << 62),
        quality=_number(read, "quality", most=100),
        medium=_medium_said(read.get("medium", "image")),
    )


def _no_constant(name: str) -> None:
    raise ValueError(name)


def _hex(read: Mapping[str, Any], kind: str) -> str | None:
    value = read.get(kind)
    if value is None:
        return None
    try:
        return canonical(value, bits=_HEX_BITS[kind], title=kind) if isinstance(value, str) else _not_text(kind)
    except MalformedFingerprint as error:
        raise _wrong(f"The field {kind} is not {_HEX_BITS[kind] // 4} hexadecimal digits.") from error


def _not_text(kind: str) -> str:
    raise _wrong(f"The field {kind} is not a text.")


def _number(read: Mapping[str, Any], name: str, *, most: int) -> int | None:
    value = read.get(name)
    whole = int(value) if isinstance(value, float) and value.is_integer() else value  # JSON has one kind of number
    if whole is None or (type(whole) is int and 0 <= whole <= most):
        return whole
    raise _wrong(f"The field {name} is not a whole number from 0 to {most}.")


def _medium_said(value: object) -> Medium:
    if isinstance(value, str) and value in {Medium.IMAGE, Medium.VIDEO, Medium.OTHER}:
        return Medium(value)
    raise _wrong("The field medium is image, video or other.")


def _wrong(fact: str) -> PrintsNotUnderstood:
    return PrintsNotUnderstood(fact, remedy="Send an object with pdq, md5, sha1 or sha256 in hexadecimal.")
