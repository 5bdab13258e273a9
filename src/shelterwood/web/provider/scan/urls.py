"""The addresses of the scan API and of the page of detections."""

from __future__ import annotations

from django.urls import path

from shelterwood.web.provider.scan import api

urlpatterns = [
    path("api/v1/scan", api.scan, name="api_scan"),
]
