"""The first page of the legal basis: each service, whether it is looked at and why; the history."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from shelterwood.web.hall.access.declarations import needs
from shelterwood.web.hall.access.gate import visitor_of
from shelterwood.web.hall.access.permissions import Permission
from shelterwood.web.provider.basis import queries

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

__all__ = ["history", "overview"]


@needs(Permission.BASIS_READ)
@require_safe
def overview(request: HttpRequest) -> HttpResponse:
    """Show every service with the ground it is looked at on."""
    visitor = visitor_of(request)
    context = {
        "services": queries.services_seen(now=timezone.now()),
        "waiting": queries.waiting(now=timezone.now()),
        "proposes": visitor.may(Permission.BASIS_PROPOSE),
        "stopped": queries.stopped(now=timezone.now()),
    }
    return render(request, "basis/overview.html", context)


@needs(Permission.BASIS_READ)
@require_safe
def history(request: HttpRequest) -> HttpResponse:
    """Show every token that was ever proposed."""
    return render(request, "basis/history.html", {"tokens": queries.history(now=timezone.now())})
