"""The pages of the API keys: list, make, show once, rotate, retire."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from django.http import HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from shelterwood.errors import ShelterwoodError
from shelterwood.policy import ServiceId, ServiceType, Surface, TokenId
from shelterwood.web.hall.access.declarations import needs
from shelterwood.web.hall.access.gate import visitor_of
from shelterwood.web.hall.access.permissions import Permission
from shelterwood.web.provider.keys import queries, services
from shelterwood.web.provider.keys.forms import FILLED_IN, MakeForm, RotateForm
from shelterwood.web.provider.keys.models import ApiKey

if TYPE_CHECKING:
    import uuid

    from django.http import HttpRequest, HttpResponse

__all__ = ["key", "keys", "make", "retire", "rotate"]


@needs(Permission.SERVICE_SET_UP)
@require_safe
def keys(request: HttpRequest) -> HttpResponse:
    """List every key."""
    return render(request, "keys/keys.html", {"keys": queries.keys(now=timezone.now())})


@needs(Permission.SERVICE_SET_UP, fresh=True)
@require_http_methods(["GET", "POST"])
def make(request: HttpRequest) -> HttpResponse:
    """Make a key and show its secret, once."""
    filled_in = {name: request.GET[name] for name in FILLED_IN if name in request.GET}
    form = MakeForm(request.POST or None, initial=filled_in)
    if form.is_valid():
        try:
            issued = services.make(
                name=form.cleaned_data["name"],
                purpose=_purpose(form),
                lasts=timedelta(days=form.cleaned_data["days"]),
                actor=visitor_of(request).actor,
                now=timezone.now(),
            )
        except ShelterwoodError as error:
            form.add_error(None, error.explain())
        else:
            return render(request, "keys/secret.html", {"issued": issued})
    return render(request, "keys/make.html", {"form": form})


def _purpose(form: MakeForm) -> services.KeyPurpose:
    given = form.cleaned_data
    return services.KeyPurpose(
        token_id=TokenId(given["token_id"]),
        service=ServiceId(given["service"]),
        component=given["component"] or None,
        service_type=ServiceType(given["service_type"]),
        surface=Surface(given["surface"]),
        scopes=given["scopes"],
        per_second=given["per_second"],
    )


@needs(Permission.SERVICE_SET_UP)
@require_safe
def key(request: HttpRequest, key_id: uuid.UUID) -> HttpResponse:
    """Show one key."""
    return _page(request, get_object_or_404(ApiKey, pk=key_id), RotateForm())


@needs(Permission.SERVICE_SET_UP, fresh=True)
@require_POST
def rotate(request: HttpRequest, key_id: uuid.UUID) -> HttpResponse:
    """Give the key a new secret and show it, once."""
    found, form = get_object_or_404(ApiKey, pk=key_id), RotateForm(request.POST)
    if form.is_valid():
        overlap = timedelta(hours=form.cleaned_data["hours"])
        try:
            issued = services.rotate(key=found, overlap=overlap, actor=visitor_of(request).actor, now=timezone.now())
        except ShelterwoodError as error:
            return _page(request, found, RotateForm(), refusal=error.explain())
        return render(request, "keys/secret.html", {"issued": issued})
    return _page(request, found, form)


@needs(Permission.SERVICE_SET_UP, fresh=True)
@require_POST
def retire(request: HttpRequest, key_id: uuid.UUID) -> HttpResponse:
    """End the key; where it has ended already, say so on its page."""
    found = get_object_or_404(ApiKey, pk=key_id)
    try:
        services.retire(key=found, actor=visitor_of(request).actor, now=timezone.now())
    except ShelterwoodError as error:
        return _page(request, found, RotateForm(), refusal=error.explain())
    return HttpResponseRedirect(reverse("keys"))


def _page(request: HttpRequest, found: ApiKey, form: RotateForm, *, refusal: str = "") -> HttpResponse:
    context = {"key": queries.seen(found, now=timezone.now()), "form": form, "refusal": refusal}
    return render(request, "keys/key.html", context, status=409 if refusal else 200)
