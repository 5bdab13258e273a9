"""The first page of the legal basis: each service, whether it is looked at and why; profiles and history."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from shelterwood.policy import shipped_profiles
from shelterwood.web.hall.access.declarations import needs
from shelterwood.web.hall.access.gate import visitor_of
from shelterwood.web.hall.access.permissions import Permission
from shelterwood.web.provider.basis import queries, wording

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

__all__ = ["history", "overview", "profiles"]


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
def profiles(request: HttpRequest) -> HttpResponse:
    """Show the regimes that this version knows: law first, then proposals, each with what it asks for."""
    now = timezone.now()
    seen = [
        {
            "profile": profile,
            "in_force": profile.in_force(now),
            "kinds": wording.joined(profile.token_kinds),
            "surfaces": wording.joined(profile.surfaces),
            "services": [wording.words(each) for each in sorted(profile.service_types)],
            "requires": [wording.words(each) for each in sorted(profile.requires)],
        }
        for profile in shipped_profiles()
    ]
    return render(request, "basis/profiles.html", {"profiles": seen})


@needs(Permission.BASIS_READ)
@require_safe
def history(request: HttpRequest) -> HttpResponse:
    """Show every token that was ever proposed."""
    return render(request, "basis/history.html", {"tokens": queries.history(now=timezone.now())})
