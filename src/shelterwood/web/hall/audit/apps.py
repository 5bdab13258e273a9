"""The Django app of the audit record."""

from __future__ import annotations

from django.apps import AppConfig

from shelterwood.web.hall.access.navigation import Door, register
from shelterwood.web.hall.access.permissions import Permission

__all__ = ["AuditConfig"]


class AuditConfig(AppConfig):
    """Lines of the record."""

    name = "shelterwood.web.hall.audit"
    label = "audit"

    def ready(self) -> None:
        """Hang the door."""
        register(
            Door(
                label="Record",
                route="record",
                permission=Permission.RECORD_READ,
                purpose="What was done and seen here, by whom and when.",
                place=80,
            )
        )
