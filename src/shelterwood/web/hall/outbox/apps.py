"""The Django app of the outbox."""

from __future__ import annotations

from django.apps import AppConfig

from shelterwood.web.hall.access.navigation import Door, register
from shelterwood.web.hall.access.permissions import Permission

__all__ = ["OutboxConfig"]


class OutboxConfig(AppConfig):
    """Jobs and messages as rows."""

    name = "shelterwood.web.hall.outbox"
    label = "outbox"

    def ready(self) -> None:
        """Hang the door."""
        from shelterwood.web.hall.outbox import queries  # noqa: PLC0415 - needs the models

        register(
            Door(
                label="Deliveries",
                route="deliveries",
                permission=Permission.DELIVERIES_SEE,
                purpose="What leaves this service, and what could not be delivered.",
                place=70,
                waiting=queries.waiting_for,
            )
        )
