"""The Django app of the outbox."""

from __future__ import annotations

from django.apps import AppConfig

__all__ = ["OutboxConfig"]


class OutboxConfig(AppConfig):
    """Jobs and messages as rows."""

    name = "shelterwood.web.hall.outbox"
    label = "outbox"
