"""The page of detections: counts by day, no pictures, no items."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from shelterwood.web.hall.access.declarations import needs
from shelterwood.web.hall.access.permissions import Permission
from shelterwood.web.provider.scan import queries

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

__all__ = ["detections"]


@needs(Permission.DELIVERIES_SEE)
@require_safe
def detections(request: HttpRequest) -> HttpResponse:
    """Show the latest days on which something was found."""
    days = queries.days()
    most = max((day.found for day in days), default=0)
    variants = len(queries.variants_said(timezone.now()))
    return render(request, "detections/detections.html", {"days": days, "most": most, "variants": variants})
