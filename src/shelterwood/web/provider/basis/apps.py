"""The Django app of the legal basis."""

from __future__ import annotations

from django.apps import AppConfig

from shelterwood.web.hall.access.navigation import Door, register
from shelterwood.web.hall.access.permissions import Permission

__all__ = ["BasisConfig"]


class BasisConfig(AppConfig):
    """Services, keys, tokens, measured errors."""

    name = "shelterwood.web.provider.basis"
    label = "basis"

    def ready(self) -> None:
        """Hang the door."""
        register(
            Door(
                label="Legal basis",
                route="basis",
                permission=Permission.BASIS_READ,
                purpose="On what ground this service looks at what people upload, and until when.",
                place=50,
            )
        )
