"""The addresses that every service has, whatever its role."""

from __future__ import annotations

from django.urls import include, path

from shelterwood.web.hall.running import health, metrics

urlpatterns = [
    path("healthz", health.healthz, name="healthz"),
    path("readyz", health.readyz, name="readyz"),
    path("metrics", metrics.metrics, name="metrics"),
    path("", include("shelterwood.web.hall.outbox.urls")),
    path("", include("shelterwood.web.hall.audit.urls")),
    path("", include("shelterwood.web.hall.accounts.urls")),
]
