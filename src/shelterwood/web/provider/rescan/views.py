"""The page of looking again: what was started, how far it is, what came of it; starting is done on the machine."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.shortcuts import render
from django.views.decorators.http import require_safe

from shelterwood.web.hall.access.declarations import needs
from shelterwood.web.hall.access.permissions import Permission
from shelterwood.web.provider.rescan import queries

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

__all__ = ["rescans"]


@needs(Permission.LIST_READ)
@require_safe
def rescans(request: HttpRequest) -> HttpResponse:
    """Show the latest runs."""
    return render(request, "rescan/rescans.html", {"runs": queries.runs()})
