"""The one table of running: what was counted, minute by minute, so that figures need not read the whole record."""

from __future__ import annotations

from django.db import models

__all__ = ["CounterMinute"]


class CounterMinute(models.Model):
    """What all workers counted in one minute: `totals` maps the name of a counter to how often, never to nothing."""

    minute = models.DateTimeField(unique=True)
    totals = models.JSONField(default=dict)

    def __str__(self) -> str:
        return f"{self.minute:%Y-%m-%d %H:%M} {self.totals}"
