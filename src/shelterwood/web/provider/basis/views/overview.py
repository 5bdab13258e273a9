"""The first page of the legal basis: each service, whether it is looked at, and why or why not."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.shortcuts import render
from django.views.decorators.http import require_safe

from shelterwood.web.hall.access.declarations import needs
from shelterwood.web.hall.access.permissions import Permission

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

__all__ = ["overview"]


@needs(Permission.BASIS_READ)
@require_safe
def overview(request: HttpRequest) -> HttpResponse:
    """Show every service with the ground it is looked at on."""
    return render(request, "basis/overview.html")
