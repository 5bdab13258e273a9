"""The page of evidence: how much is sealed, until when, what is held, what ends next."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from shelterwood.web.hall.access.declarations import needs
from shelterwood.web.hall.access.permissions import Permission
from shelterwood.web.provider.evidence import queries

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

__all__ = ["evidence"]


@needs(Permission.EVIDENCE_READ)
@require_safe
def evidence(request: HttpRequest) -> HttpResponse:
    """Show what is kept."""
    return render(request, "evidence/evidence.html", {"kept": queries.overview(now=timezone.now())})
