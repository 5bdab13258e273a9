"""The answer about one file, and its JSON form: the contract of docs/reference/scan-results.md.

A row says what the file is, what was checked, and what it matched. Field names are those of the scan answer over HTTP
(DESIGN.md section 4), so that a program reads both with the same code.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from shelterwood.scanning.names import spell

if TYPE_CHECKING:
    from collections.abc import Mapping

    from shelterwood.scanning.outcomes import Outcome

__all__ = ["FramePrint", "Match", "Row", "Traits", "as_json"]


@dataclass(frozen=True, slots=True, kw_only=True)
class FramePrint:
    """The PDQ fingerprint of one frame: 64 hexadecimal digits, and its quality from 0 to 100."""

    index: int
    pdq: str
    quality: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Traits:
    """What the bytes are, whether or not they are a picture; None where it could not be known."""

    size: int | None = None
    md5: str | None = None
    sha1: str | None = None
    sha256: str | None = None
    format: str | None = None
    width: int | None = None
    height: int | None = None
    frames: tuple[FramePrint, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Match:
    """One entry of one list that the file matched.

    `distance` is in bits, 0 for exact kinds; `orientation` says how the file would have to be turned to look like the
    entry, and `frame` which frame came nearest (both None for exact kinds).
    """

    list: str
    list_version: int | str
    entry: str
    source: str
    algorithm: str
    distance: int
    radius: int
    orientation: str | None = None
    frame: int | None = None
    scheme: str | None = None
    label: str | None = None

    def as_json(self) -> dict[str, Any]:
        """Return the match as the HTTP answer spells it: `class` is null where the list gives none."""
        return {
            "list": self.list,
            "list_version": self.list_version,
            "source": self.source,
            "entry": self.entry,
            "algorithm": self.algorithm,
            "distance": self.distance,
            "radius": self.radius,
            "orientation": self.orientation,
            "frame": self.frame,
            "class": None if self.label is None else {"scheme": self.scheme, "label": self.label},
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """Everything a scan says about one file, one member of an archive, or one thing it could not read.

    `more_matches` counts those beyond the nearest that are kept: a list with many equal entries would drown the row.
    """

    path: str
    outcome: Outcome
    container: str | None = None
    reason: str | None = None
    detail: str | None = None
    traits: Traits = field(default_factory=Traits)
    checked: Mapping[str, bool | str] = field(default_factory=dict)
    matches: tuple[Match, ...] = ()
    more_matches: int = 0


def as_json(row: Row) -> str:
    """Return the row as one line of JSON Lines, without the line's end."""
    path = spell(row.path)
    shown: dict[str, Any] = {"path": path.text}
    if path.escaped:
        shown["path_escaped"] = True
    if row.container is not None:
        shown["container"] = spell(row.container).text
    shown |= {"outcome": row.outcome, "reason": row.reason, "detail": row.detail}
    shown |= traits_as_json(row.traits)
    shown |= {"checked": dict(row.checked), "matches": [match.as_json() for match in row.matches]}
    if row.more_matches:
        shown["more_matches"] = row.more_matches
    return json.dumps(shown, ensure_ascii=False)


def traits_as_json(traits: Traits) -> dict[str, Any]:
    """Return size, digests, picture and fingerprint; `frames` only where there is more than one."""
    first = traits.frames[0] if traits.frames else None
    shown: dict[str, Any] = {
        "size": traits.size,
        "md5": traits.md5,
        "sha1": traits.sha1,
        "sha256": traits.sha256,
        "format": traits.format,
        "width": traits.width,
        "height": traits.height,
        "pdq": first.pdq if first else None,
        "quality": first.quality if first else None,
    }
    if len(traits.frames) > 1:
        shown["frames"] = [{"frame": f.index, "pdq": f.pdq, "quality": f.quality} for f in traits.frames]
    return shown
