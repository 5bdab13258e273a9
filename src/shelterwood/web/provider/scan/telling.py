"""What this room tells a platform's server: an item is to be hidden, may be shown again, an upload was scanned.

Ids, moments and outcomes; nothing of a list, an entry, a class or a distance. Each is told in the transaction in which
it happens.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from shelterwood.web.provider.scan.states import HoldState
from shelterwood.web.provider.webhooks.services import tell
from shelterwood.web.provider.webhooks.states import Told

if TYPE_CHECKING:
    import uuid
    from datetime import datetime

    from shelterwood.web.provider.scan.matching import Finding
    from shelterwood.web.provider.scan.models import Detection

__all__ = ["tell_finished", "tell_hold"]


def tell_hold(detection: Detection, *, now: datetime) -> None:
    """Tell that an item is held or was released; nothing where the token orders no quarantine."""
    data = {"item": detection.item or None, "event": str(detection.pk)}
    if detection.hold == HoldState.HELD and detection.release_at is not None:
        data["release_at"] = detection.release_at.isoformat(timespec="seconds")
        tell(service=detection.service, what=Told.ITEM_HELD, data=data, now=now)
    elif detection.hold == HoldState.RELEASED:
        data["why"] = detection.why_released
        tell(service=detection.service, what=Told.ITEM_RELEASED, data=data, now=now)


def tell_finished(
    *, service: str, scan: uuid.UUID, item: str, finding: Finding, event: uuid.UUID | None, now: datetime
) -> None:
    """Tell what became of an upload that waited."""
    data = {
        "scan": str(scan),
        "item": item or None,
        "outcome": str(finding.outcome),
        "reason": None if finding.reason is None else str(finding.reason),
        "event": None if event is None else str(event),
    }
    tell(service=service, what=Told.SCAN_FINISHED, data=data, now=now)
