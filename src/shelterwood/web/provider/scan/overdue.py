"""What `shelterwood doctor` finds about detections: which should have been forgotten, and who tries out changes."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Final

from django.utils import timezone

from shelterwood.web.provider.scan import queries

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["findings"]

_PATIENCE: Final = timedelta(hours=1)
"""The keeper comes by every minute; after this it does not."""


def findings() -> Iterator[tuple[str, str]]:
    """Yield a state (`ok`, `BAD`) and a sentence each."""
    now = timezone.now()
    then = now - _PATIENCE
    prints, events = queries.prints_due(then).count(), queries.events_due(then).count()
    if prints:
        yield "BAD", f"{prints} detection events have fingerprints past their clock; is the keeper running?"
    if events:
        yield "BAD", f"{events} detection events should have ended; is the keeper running?"
    if said := len(queries.variants_said(now)):
        yield "BAD", f"In the last 7 days {said} times one account sent many near variants; the record says where."
    if not prints and not events:
        yield "ok", f"{queries.events_standing()} detection events stand, none is past its clock."
