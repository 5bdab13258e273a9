"""The Django app of the legal basis."""

from __future__ import annotations

from datetime import timedelta

from django.apps import AppConfig

from shelterwood.web.hall.access.navigation import Door, register
from shelterwood.web.hall.access.permissions import Permission
from shelterwood.web.hall.running import keeper

__all__ = ["BasisConfig"]


class BasisConfig(AppConfig):
    """Services, keys, tokens, measured errors."""

    name = "shelterwood.web.provider.basis"
    label = "basis"

    def ready(self) -> None:
        """Hang the door, and have the keeper write what bursts of refusals came to."""
        from shelterwood.web.provider.basis import queries, refusals  # noqa: PLC0415 - needs the models

        register(
            Door(
                label="Legal basis",
                route="basis",
                permission=Permission.BASIS_READ,
                purpose="On what ground this service looks at what people upload, and until when.",
                place=50,
                waiting=queries.waiting_for,
            )
        )
        keeper.register("basis.refusals", every=timedelta(minutes=1), run=refusals.close_bursts)
