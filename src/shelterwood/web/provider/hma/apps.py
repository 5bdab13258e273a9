"""The Django app of the HMA routes; in the keeper's rounds content that was off for a while is switched on again."""

from __future__ import annotations

from datetime import timedelta
from importlib import import_module
from importlib.util import find_spec

from django.apps import AppConfig

__all__ = ["HmaConfig"]

_KEEPER = "shelterwood.web.hall.running.keeper"


class HmaConfig(AppConfig):
    """The routes, and the numbers that they give out."""

    name = "shelterwood.web.provider.hma"
    label = "hma"

    def ready(self) -> None:
        """Join the rounds of the keeper."""
        from shelterwood.web.provider.hma import services  # noqa: PLC0415 - needs the models

        if find_spec(_KEEPER) is not None:
            keeper = import_module(_KEEPER)
            keeper.register("hma.enable-due", every=timedelta(minutes=1), run=services.enable_due)
