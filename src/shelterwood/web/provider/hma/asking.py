"""What a request to an HMA route asks for: parameters and JSON, read strictly; names of HMA become our kinds."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final

from shelterwood.errors import ShelterwoodError
from shelterwood.fingerprints.hexadecimal import canonical
from shelterwood.web.provider.scan.patience import Body
from shelterwood.web.provider.scan.spool import BodyTooLong, held_whole

if TYPE_CHECKING:
    from collections.abc import Mapping

    from django.http import HttpRequest

__all__ = [
    "CONTENT_TYPES", "KINDS", "AskedNotUnderstood", "content_type_in", "fingerprint", "flag", "json_body", "kind_of",
    "names_in", "on_or_off", "quality_in", "refuse_ratio", "signals_in", "types_in",
]  # fmt: skip

LONGEST_JSON = 64 * 1024

KINDS: Final[dict[str, str]] = {"pdq": "pdq", "video_md5": "md5", "md5": "md5", "sha1": "sha1", "sha256": "sha256"}
"""HMA's names of signal types, and those that are added here, with the kind that each is."""

CONTENT_TYPES: Final[dict[str, tuple[str, ...]]] = {
    "photo": ("pdq", "md5", "sha1", "sha256"),
    "video": ("video_md5", "sha1", "sha256"),
}
"""HMA's content types, with the signal types that a look-up of such a file answers under, HMA's own first."""

_BITS: Final = {"pdq": 256, "md5": 128, "sha1": 160, "sha256": 256}
_YES = {"true", "1", "yes"}
_NO = {"false", "0", "no"}


class AskedNotUnderstood(ShelterwoodError):
    """A parameter or the JSON of a request to an HMA route is not what was asked for."""


def kind_of(signal_type: str) -> str:
    """Return the kind of a signal type; raise AskedNotUnderstood for one that is not known here."""
    if signal_type not in KINDS:
        raise AskedNotUnderstood(
            "This signal type is not known here.", remedy=f"Use one of: {', '.join(sorted(KINDS))}."
        )
    return KINDS[signal_type]


def fingerprint(signal_type: str, text: object) -> str:
    """Return `text` in lower case; raise AskedNotUnderstood or MalformedFingerprint (a trailing newline is one)."""
    kind = kind_of(signal_type)
    if not isinstance(text, str):
        raise AskedNotUnderstood(f"The signal {signal_type} is not a text.", remedy="Send hexadecimal digits.")
    return canonical(text, bits=_BITS[kind], title=f"{kind} fingerprint")


def types_in(request: HttpRequest) -> tuple[str, ...] | None:
    """Return the signal types that `types=` names, or None: all."""
    names = names_in(request, "types")
    for name in names:
        kind_of(name)
    return names or None


def names_in(request: HttpRequest, parameter: str) -> tuple[str, ...]:
    """Return the names in a parameter that separates them with commas."""
    return tuple(dict.fromkeys(filter(None, request.GET.get(parameter, "").split(","))))


def content_type_in(name: str) -> str:
    """Return a content type of HMA; raise AskedNotUnderstood."""
    if name not in CONTENT_TYPES:
        raise AskedNotUnderstood("The content type is not one that is taken in.", remedy="Use photo or video.")
    return name


def flag(value: object, name: str) -> bool:
    """Return what a flag says; raise AskedNotUnderstood for anything but true and false."""
    text = str(value).lower()
    if isinstance(value, bool | str | int) and text in _YES | _NO:
        return text in _YES
    raise AskedNotUnderstood(f"'{name}' is neither true nor false.", remedy="Send true or false.")


def quality_in(request: HttpRequest) -> int | None:
    """Return the quality (0 to 100) that a client may send with a PDQ; a parameter that HMA does not have."""
    text = request.GET.get("quality")
    if text is None:
        return None
    if text.isascii() and text.isdigit() and len(text) < 4 and int(text) <= 100:
        return int(text)
    raise AskedNotUnderstood("'quality' is not a whole number from 0 to 100.", remedy="Leave it out if unknown.")


def refuse_ratio(value: object) -> bool:
    """Return whether a ratio is 1; raise AskedNotUnderstood unless it is 0 or 1."""
    if isinstance(value, int | float) and not isinstance(value, bool) and value in (0, 1):
        return value == 1
    raise AskedNotUnderstood("The ratio is neither 0 nor 1: a list is looked up, or it is not.", remedy="Send 0 or 1.")


def on_or_off(body: Mapping[str, Any]) -> bool | None:
    """Return what `enabled` and `enabled_ratio` say, None if neither is there; raise AskedNotUnderstood."""
    said = [flag(body["enabled"], "enabled")] if "enabled" in body else []
    said += [refuse_ratio(body["enabled_ratio"])] if "enabled_ratio" in body else []
    if len(set(said)) > 1:
        raise AskedNotUnderstood("'enabled' and 'enabled_ratio' contradict each other.", remedy="Send one of them.")
    return said[0] if said else None


def signals_in(body: Mapping[str, Any]) -> dict[str, str]:
    """Return the fingerprints in a body `{"pdq": hex, ...}` by kind; raise AskedNotUnderstood, MalformedFingerprint."""
    found = {kind_of(name): fingerprint(name, value) for name, value in body.items()}
    if not found:
        raise AskedNotUnderstood("No signal is given.", remedy='Send {"pdq": "..."}.')
    return found


def json_body(request: HttpRequest) -> dict[str, Any]:
    """Return the JSON object that a request sends; raise AskedNotUnderstood, BodyEnded, BodyTooLong, TooSlow."""
    try:
        read = json.loads(_body(request), parse_constant=_no_constant)
    except (ValueError, RecursionError) as error:
        raise AskedNotUnderstood("The body is not JSON.", remedy="Send a JSON object.") from error
    if not isinstance(read, dict):
        raise AskedNotUnderstood("The body is not a JSON object.", remedy="Send an object.")
    return read


def _body(request: HttpRequest) -> bytes:
    said = request.META.get("CONTENT_LENGTH") or "0"
    length = int(said) if said.isascii() and said.isdigit() and len(said) < 16 else 0
    if length > LONGEST_JSON:
        raise BodyTooLong(f"The body has more than {LONGEST_JSON:,} bytes.", remedy="Send less at a time.")
    return held_whole(Body(request), length=length)


def _no_constant(name: str) -> None:
    raise ValueError(name)
