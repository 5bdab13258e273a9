"""The Django app of the scan door."""

from __future__ import annotations

from django.apps import AppConfig

__all__ = ["ScanConfig"]


class ScanConfig(AppConfig):
    """Uploads in, findings out; what was found is kept."""

    name = "shelterwood.web.provider.scan"
    label = "scan"
