"""The Django app of running a service."""

from __future__ import annotations

from django.apps import AppConfig

__all__ = ["RunningConfig"]


class RunningConfig(AppConfig):
    """Counters, the keeper's rounds, what watches the service."""

    name = "shelterwood.web.hall.running"
    label = "running"
