"""The Django app of the webhooks."""

from __future__ import annotations

from datetime import timedelta

from django.apps import AppConfig

from shelterwood.web.hall.access.navigation import Door, register
from shelterwood.web.hall.access.permissions import Permission
from shelterwood.web.hall.outbox import kinds
from shelterwood.web.hall.running import keeper

__all__ = ["WebhooksConfig"]


class WebhooksConfig(AppConfig):
    """Endpoints, their secrets, and what they are told."""

    name = "shelterwood.web.provider.webhooks"
    label = "webhooks"

    def ready(self) -> None:
        """Hang the door, have events sent, and forget old ones."""
        from shelterwood.web.provider.webhooks import services, work  # noqa: PLC0415 - needs the models

        kinds.register(services.KIND, work.send_event, words="Messages to your server", kept=services.KEPT_HEARD)
        keeper.register("webhooks.forget", every=timedelta(hours=1), run=services.forget)
        register(
            Door(
                label="Webhooks",
                route="webhooks",
                permission=Permission.SERVICE_SET_UP,
                purpose="Have your own server told what is to be hidden and shown, signed.",
                place=65,
            )
        )
