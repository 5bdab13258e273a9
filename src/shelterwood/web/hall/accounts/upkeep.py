"""What the keeper clears away now and then; nothing depends on it, all limits are enforced where they are read."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shelterwood.web.hall.accounts.models import AttemptMark, Invitation, Session
from shelterwood.web.hall.settings.facts import facts

if TYPE_CHECKING:
    from datetime import datetime

__all__ = ["clear"]


def clear(*, now: datetime) -> None:
    """Delete sessions that are over, throttle marks whose window has ended, and links too old to work."""
    Session.objects.filter(ends_at__lte=now).delete()
    Session.objects.filter(last_seen_at__lte=now - facts().session_idle).delete()
    AttemptMark.objects.filter(window_ends_at__lte=now).delete()
    Invitation.objects.filter(expires_at__lte=now).delete()
