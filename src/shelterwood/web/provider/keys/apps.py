"""The Django app of the API keys."""

from __future__ import annotations

from django.apps import AppConfig
from django.core.signals import request_finished

from shelterwood.web.hall.access.navigation import Door, register
from shelterwood.web.hall.access.permissions import Permission

__all__ = ["KeysConfig"]


class KeysConfig(AppConfig):
    """Keys, their secrets, and what they may be used for."""

    name = "shelterwood.web.provider.keys"
    label = "keys"

    def ready(self) -> None:
        """Write down when keys were last used, after the answer has gone out."""
        from shelterwood.web.provider.keys import last_used  # noqa: PLC0415 - needs the models

        request_finished.connect(last_used.after_request, dispatch_uid="keys.last_used")
        register(
            Door(
                label="API keys",
                route="keys",
                permission=Permission.SERVICE_SET_UP,
                purpose="Let your own servers send uploads, each for one surface and one legal basis.",
                place=60,
            )
        )
