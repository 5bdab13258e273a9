"""The Django app of the pages' common parts."""

from __future__ import annotations

from django.apps import AppConfig

__all__ = ["UiConfig"]


class UiConfig(AppConfig):
    """Templates and static files; no models."""

    name = "shelterwood.web.hall.ui"
    label = "ui"
