"""The legal regimes that this installation knows, and how a signed one comes in from elsewhere."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.http import HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from shelterwood.errors import ShelterwoodError
from shelterwood.web.hall.access.declarations import needs
from shelterwood.web.hall.access.gate import visitor_of
from shelterwood.web.hall.access.permissions import Permission
from shelterwood.web.provider.basis import registered, services
from shelterwood.web.provider.basis.models import RegisteredProfile
from shelterwood.web.provider.basis.signing_forms import SignedTextForm

if TYPE_CHECKING:
    import uuid
    from collections.abc import Callable

    from django.http import HttpRequest, HttpResponse

__all__ = ["bring_in", "confirm", "profiles", "refuse", "revoke"]


@needs(Permission.BASIS_READ)
@require_safe
def profiles(request: HttpRequest) -> HttpResponse:
    """Show every regime: law first, then proposals, each with what it asks for."""
    return _page(request)


def _page(request: HttpRequest, *, refusal: str = "") -> HttpResponse:
    visitor, now = visitor_of(request), timezone.now()
    context = {
        "profiles": registered.profiles_seen(now=now),
        "waiting": registered.profiles_from_elsewhere(),
        "me": visitor.account_id,
        "proposes": visitor.may(Permission.BASIS_PROPOSE),
        "refusal": refusal,
    }
    return render(request, "basis/profiles.html", context, status=409 if refusal else 200)


@needs(Permission.BASIS_PROPOSE, fresh=True)
@require_http_methods(["GET", "POST"])
def bring_in(request: HttpRequest) -> HttpResponse:
    """Bring in a profile that a registered publisher signed."""
    form = SignedTextForm(request.POST or None)
    if form.is_valid():
        try:
            services.bring_in_profile(
                text=form.cleaned_data["text"], actor=visitor_of(request).actor, now=timezone.now()
            )
        except ShelterwoodError as error:
            form.add_error(None, error.explain())
        else:
            return HttpResponseRedirect(reverse("basis_profiles"))
    return render(request, "basis/bring_in_profile.html", {"form": form})


@needs(Permission.BASIS_PROPOSE, fresh=True)
@require_POST
def confirm(request: HttpRequest, profile_id: uuid.UUID) -> HttpResponse:
    """Let a profile count."""
    return _act(request, profile_id, services.confirm_profile)


@needs(Permission.BASIS_PROPOSE, fresh=True)
@require_POST
def refuse(request: HttpRequest, profile_id: uuid.UUID) -> HttpResponse:
    """Refuse a profile."""
    return _act(request, profile_id, services.refuse_profile)


@needs(Permission.BASIS_PROPOSE, fresh=True)
@require_POST
def revoke(request: HttpRequest, profile_id: uuid.UUID) -> HttpResponse:
    """End a profile from elsewhere, and what rests on it."""
    return _act(request, profile_id, services.revoke_profile)


def _act(request: HttpRequest, profile_id: uuid.UUID, verb: Callable[..., object]) -> HttpResponse:
    row = get_object_or_404(RegisteredProfile, pk=profile_id)
    try:
        verb(profile_id=row.pk, actor=visitor_of(request).actor, now=timezone.now())
    except ShelterwoodError as error:
        return _page(request, refusal=error.explain())
    return HttpResponseRedirect(reverse("basis_profiles"))
