"""The addresses of the scan API and of the page of detections."""

from __future__ import annotations

from pathlib import Path

from django.urls import path

from shelterwood.web.provider.scan import api, views
from shelterwood.web.provider.scan.describing import described_in
from shelterwood.web.provider.scan.waiting import door

openapi = described_in(Path(__file__).with_name("openapi.json"))

urlpatterns = [
    path("api/v1/scan", api.scan, name="api_scan"),
    path("api/v1/scans/<uuid:scan_id>", door.waiting_state, name="api_waiting_state"),
    path("api/v1/items/<str:item>/state", api.item_state, name="api_item_state"),
    path("api/v1/openapi.json", openapi, name="api_openapi"),
    path("detections", views.detections, name="detections"),
]
