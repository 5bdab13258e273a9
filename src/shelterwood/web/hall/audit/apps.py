"""The Django app of the audit record."""

from __future__ import annotations

from django.apps import AppConfig

__all__ = ["AuditConfig"]


class AuditConfig(AppConfig):
    """Lines of the record."""

    name = "shelterwood.web.hall.audit"
    label = "audit"
