"""How lines hang together: each carries the digest of the one before, so that no line can change unseen.

Pure functions over values: the same check runs over the database, over an exported file and in another's program.
docs/reference/record.md gives the bytes exactly. A chain shows what was altered *within* it; that its end was not cut
off and written anew only a signed head kept elsewhere shows (heads.py).
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from shelterwood.errors import ShelterwoodError
from shelterwood.policy.canonical import canonical, parse_strict

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["GENESIS", "ChainedLine", "LineNotReadable", "line_from_json", "line_to_json", "moment"]

GENESIS = "0" * 64
"""What the first line names as the digest before it."""

_DOMAIN = b"shelterwood record line 1\n"
_FIELDS = frozenset(
    {"seq", "previous", "action", "actor", "object", "codes", "at", "personal", "digest"},
)


class LineNotReadable(ShelterwoodError):
    """A line of an exported record is not of the documented form."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ChainedLine:
    """One line as it is stored; `personal` is the commitment to its encrypted payload, or empty."""

    seq: int
    previous: str
    action: str
    actor: str
    object_ref: str
    codes: Mapping[str, str]
    at: str
    personal: str = ""
    digest: str = ""

    def computed(self) -> str:
        """Return the digest that this line must carry: SHA-256, lower-case hex, over everything else in it."""
        return hashlib.sha256(_DOMAIN + canonical(self.content())).hexdigest()

    def content(self) -> dict[str, Any]:
        """Return everything that the digest covers, under the names of the documented form."""
        return {
            "seq": self.seq,
            "previous": self.previous,
            "action": self.action,
            "actor": self.actor,
            "object": self.object_ref,
            "codes": dict(self.codes),
            "at": self.at,
            "personal": self.personal,
        }


def moment(at: datetime) -> str:
    """Write an instant as a line has it: UTC, always six digits of a second, Z."""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def line_to_json(line: ChainedLine) -> bytes:
    """Return one line of an export, without the line feed: canonical JSON of the line and its digest."""
    return canonical(line.content() | {"digest": line.digest})


def line_from_json(data: bytes) -> ChainedLine:
    """Read one line of an export; raise LineNotReadable."""
    try:
        fields = parse_strict(data)
    except ValueError as error:
        raise LineNotReadable(f"A line is no JSON object: {error}.", remedy="Export the record again.") from error
    if not isinstance(fields, dict) or set(fields) != _FIELDS or not _typed(fields):
        raise LineNotReadable("A line has not the fields of a record.", remedy="Export the record again.")
    return ChainedLine(object_ref=fields.pop("object"), **fields)


def _typed(fields: Mapping[str, Any]) -> bool:
    words = all(isinstance(fields[name], str) for name in _FIELDS - {"seq", "codes"})
    return words and type(fields["seq"]) is int and isinstance(fields["codes"], dict)
