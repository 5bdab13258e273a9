"""What a version of a list says about itself: `list.json`."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from shelterwood.lists.instants import format_instant, parse_instant
from shelterwood.lists.layout import MANIFEST, ListNotReadable
from shelterwood.lists.matchability import Counts

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime
    from pathlib import Path

__all__ = ["Manifest", "read_manifest"]

FORMAT = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Manifest:
    """Name, version and digest of a list.

    `digest` is the SHA-256 of entries.jsonl, `previous` that of the version before.
    `report` holds the counts of the import that made this version.
    """

    name: str
    owner: str | None
    version: int
    created_at: datetime
    digest: str
    previous: str | None
    delivery: str
    counts: Counts
    report: Mapping[str, Any] = field(default_factory=dict)

    def to_json(self) -> dict[str, Any]:
        """Return the members of list.json."""
        return {
            "format": FORMAT,
            "name": self.name,
            "owner": self.owner,
            "version": self.version,
            "created_at": format_instant(self.created_at),
            "digest": self.digest,
            "previous": self.previous,
            "delivery": self.delivery,
            "counts": self.counts.to_json(),
            "import": dict(self.report),
        }

    @classmethod
    def from_json(cls, stored: dict[str, Any]) -> Manifest:
        """Return a manifest from the members of list.json. Raises ValueError, TypeError or KeyError."""
        if stored.pop("format") != FORMAT:
            raise ValueError("another format")
        stored["created_at"] = parse_instant(stored["created_at"])
        stored["counts"] = Counts.from_json(stored["counts"])
        return cls(report=stored.pop("import"), **stored)


def read_manifest(folder: Path) -> Manifest:
    """Return the manifest of a version folder. Raises ListNotReadable."""
    try:
        return Manifest.from_json(json.loads((folder / MANIFEST).read_bytes()))
    except OSError as error:
        raise ListNotReadable(folder, "its list.json cannot be read") from error
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError) as error:
        raise ListNotReadable(folder, "its list.json is damaged or of another version of Shelterwood") from error
