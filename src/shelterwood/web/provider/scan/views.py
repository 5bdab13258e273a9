"""The page of detections (counts by day, no pictures, no items), and the description of the API for programs."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from shelterwood.web.hall.access.declarations import needs, open_to_all
from shelterwood.web.hall.access.permissions import Permission
from shelterwood.web.provider.scan import queries

if TYPE_CHECKING:
    from django.http import HttpRequest

__all__ = ["detections", "openapi"]

_OPENAPI = Path(__file__).with_name("openapi.json").read_bytes()


@needs(Permission.DELIVERIES_SEE)
@require_safe
def detections(request: HttpRequest) -> HttpResponse:
    """Show the latest days on which something was found."""
    return render(request, "detections/detections.html", {"days": queries.days()})


@open_to_all(because="it says how to ask, and nothing of what is known here")
@require_safe
def openapi(_request: HttpRequest) -> HttpResponse:
    """Return the OpenAPI 3.1 description of the API."""
    return HttpResponse(_OPENAPI, content_type="application/json")
