"""The Django app of the HMA routes; in the keeper's rounds content that was off for a while is switched on again."""

from __future__ import annotations

from datetime import timedelta

from django.apps import AppConfig

from shelterwood.web.hall.running import keeper

__all__ = ["HmaConfig"]


class HmaConfig(AppConfig):
    """The routes, and the numbers that they give out."""

    name = "shelterwood.web.provider.hma"
    label = "hma"

    def ready(self) -> None:
        """Join the rounds of the keeper."""
        from shelterwood.web.provider.hma import counting, services  # noqa: PLC0415 - needs the models

        counting.register()
        keeper.register("hma.enable-due", every=timedelta(minutes=1), run=services.enable_due)
