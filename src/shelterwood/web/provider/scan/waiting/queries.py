"""What is said of uploads that wait or waited: where one is, and how many there are."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db.models import Count, Sum

from shelterwood.web.provider.keys.scopes import Scope
from shelterwood.web.provider.scan.models import DetectionMatch, WaitingScan
from shelterwood.web.provider.scan.states import WaitingState

if TYPE_CHECKING:
    import uuid

    from shelterwood.web.provider.keys.holding import KeyHeld

__all__ = ["Load", "Waits", "load", "state_of", "told"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Waits:
    """How many uploads wait, and how many bytes they have together."""

    uploads: int = 0
    size: int = 0

    def is_over(self, most: int, most_bytes: int, *, length: int) -> bool:
        """Tell whether one more, of `length` bytes, is more than may wait."""
        return self.uploads >= most or self.size + length > most_bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Load:
    """What waits of all keys together, and of one."""

    all: Waits
    of_key: Waits


def load(*, key: KeyHeld) -> Load:
    """Return what waits now; read from an index alone, because it is asked at every upload."""
    rows = WaitingScan.objects.filter(state=WaitingState.WAITING).values("key_id").order_by()
    by_key = {row["key_id"]: row for row in rows.annotate(uploads=Count("key_id"), bytes=Sum("size"))}
    found = {name: Waits(uploads=row["uploads"], size=row["bytes"]) for name, row in by_key.items()}
    everything = Waits(uploads=sum(e.uploads for e in found.values()), size=sum(e.size for e in found.values()))
    return Load(all=everything, of_key=found.get(key.id, Waits()))


def state_of(scan_id: uuid.UUID, *, key: KeyHeld) -> dict[str, Any] | None:
    """Return where an upload of this key is; None for one that is another's, was never sent, or is forgotten."""
    row = WaitingScan.objects.filter(pk=scan_id, key_id=key.id).first()
    return None if row is None else told(row, matches=Scope.REVIEWER in key.scopes)


def told(row: WaitingScan, *, matches: bool = False) -> dict[str, Any]:
    """Return what a sender is told: the same shape before and after the look."""
    is_over = row.state == WaitingState.FINISHED
    return {"scan": str(row.pk), "state": row.state, "answer": _answer(row, matches=matches) if is_over else None}


def _answer(row: WaitingScan, *, matches: bool) -> dict[str, Any]:
    found = _matches(row.event) if matches and row.event else []
    return {
        "outcome": row.outcome,
        "reason": row.reason or None,
        "event": None if row.event is None else str(row.event),
        "checked": row.checked,
        "matches": [_match(match) for match in found],
        "truncated": any(match.detection.more_matches for match in found),
    }


def _matches(event: uuid.UUID) -> list[DetectionMatch]:
    return list(DetectionMatch.objects.filter(detection_id=event).select_related("detection").order_by("place"))


def _match(match: DetectionMatch) -> dict[str, Any]:
    """Return a match as the synchronous answer has it (`Match.as_json`)."""
    return {
        "list": match.list_name,
        "list_version": match.list_version,
        "source": match.source,
        "entry": match.entry,
        "algorithm": match.algorithm,
        "distance": match.distance,
        "radius": match.radius,
        "orientation": match.orientation or None,
        "frame": match.frame,
        "class": {"scheme": match.scheme, "label": match.label} if match.label else None,
    }
