"""The Django app of the legal basis."""

from __future__ import annotations

from datetime import timedelta
from importlib import import_module
from importlib.util import find_spec

from django.apps import AppConfig

from shelterwood.web.hall.access.navigation import Door, register
from shelterwood.web.hall.access.permissions import Permission

__all__ = ["BasisConfig"]

_KEEPER = "shelterwood.web.hall.running.keeper"


class BasisConfig(AppConfig):
    """Services, keys, tokens, measured errors."""

    name = "shelterwood.web.provider.basis"
    label = "basis"

    def ready(self) -> None:
        """Hang the door, and have the keeper write what bursts of refusals came to."""
        from shelterwood.web.provider.basis import refusals  # noqa: PLC0415 - needs the models

        register(
            Door(
                label="Legal basis",
                route="basis",
                permission=Permission.BASIS_READ,
                purpose="On what ground this service looks at what people upload, and until when.",
                place=50,
            )
        )
        # A keeper is still to come; without one the next refusal of the same kind writes the number.
        if find_spec(_KEEPER) is not None:
            import_module(_KEEPER).register("basis.refusals", every=timedelta(minutes=1), run=refusals.close_bursts)
