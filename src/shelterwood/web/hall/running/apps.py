"""The Django app of running a service: its own rounds, and what makes a service unready."""

from __future__ import annotations

from django.apps import AppConfig

__all__ = ["RunningConfig"]


class RunningConfig(AppConfig):
    """Counters, the keeper's rounds, what watches the service."""

    name = "shelterwood.web.hall.running"
    label = "running"

    def ready(self) -> None:
        """Register the rounds of the hall, and the keeper's and the outbox's conditions."""
        from shelterwood.web.hall.running import readiness, the_rounds, watching  # noqa: PLC0415 - needs the models

        the_rounds.register_own()
        readiness.register("keeper", watching.why_keeper_is_not_well)
        readiness.register("outbox", watching.why_outbox_is_stuck)
