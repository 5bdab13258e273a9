"""The addresses of the legal basis."""

from __future__ import annotations

from django.urls import path

from shelterwood.web.provider.basis.views import overview

urlpatterns = [
    path("", overview.overview, name="basis"),
]
