"""When each key was last used: noted in memory, written at most once a minute, after an answer has gone out."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from django.db import DatabaseError
from django.db.models import Q

from shelterwood.web.provider.keys.models import ApiKey

if TYPE_CHECKING:
    import uuid
    from datetime import datetime

__all__ = ["after_request", "forget", "note", "write"]

SECONDS_BETWEEN_WRITES = 60.0

_noted: dict[uuid.UUID, datetime] = {}
_written_at = float("-inf")


def note(key: uuid.UUID, *, now: datetime) -> None:
    """Remember that `key` was used."""
    _noted[key] = now


def write() -> None:
    """Write what was noted; a database that is busy is asked again a minute later, since no answer depends on it."""
    while _noted:
        key, at = _noted.popitem()
        never_or_before = Q(last_used_at__isnull=True) | Q(last_used_at__lt=at)
        try:
            ApiKey.objects.filter(never_or_before, pk=key).update(last_used_at=at)
        except DatabaseError:
            _noted.setdefault(key, at)
            return


def after_request(**_signal: object) -> None:
    """Write if there is something to write and a minute has gone by."""
    global _written_at  # noqa: PLW0603 - the worker's own clock
    now = time.monotonic()
    if _noted and now - _written_at >= SECONDS_BETWEEN_WRITES:
        _written_at = now
        write()


def forget() -> None:
    """Forget what was noted and when it was written."""
    global _written_at  # noqa: PLW0603 - the worker's own clock
    _noted.clear()
    _written_at = float("-inf")
