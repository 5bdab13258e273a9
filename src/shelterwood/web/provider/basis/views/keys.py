"""The keys that may sign: one's own, those of authorities, and the second person who confirms them."""

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
from shelterwood.web.provider.basis.models import Key
from shelterwood.web.provider.basis.signing_forms import AuthorityKeyForm, OfficerKeyForm

if TYPE_CHECKING:
    import uuid
    from collections.abc import Callable

    from django.http import HttpRequest, HttpResponse

__all__ = ["confirm", "keys", "make", "refuse", "register", "revoke"]


@needs(Permission.BASIS_READ)
@require_safe
def keys(request: HttpRequest) -> HttpResponse:
    """Show every key."""
    return _page(request)


def _page(request: HttpRequest, *, refusal: str = "") -> HttpResponse:
    visitor = visitor_of(request)
    context = {
        "keys": registered.keys_seen(),
        "me": visitor.account_id,
        "proposes": visitor.may(Permission.BASIS_PROPOSE),
        "issues": visitor.may(Permission.BASIS_ISSUE),
        "refusal": refusal,
    }
    return render(request, "basis/keys.html", context, status=409 if refusal else 200)


@needs(Permission.BASIS_ISSUE, fresh=True)
@require_http_methods(["GET", "POST"])
def make(request: HttpRequest) -> HttpResponse:
    """Make one's own key."""
    form = OfficerKeyForm(request.POST or None)
    if form.is_valid():
        try:
            services.make_officer_key(
                passphrase=form.cleaned_data["passphrase"], actor=visitor_of(request).actor, now=timezone.now()
            )
        except ShelterwoodError as error:
            form.add_error(None, error.explain())
        else:
            return HttpResponseRedirect(reverse("basis_keys"))
    return render(request, "basis/make_key.html", {"form": form})


@needs(Permission.BASIS_PROPOSE, fresh=True)
@require_http_methods(["GET", "POST"])
def register(request: HttpRequest) -> HttpResponse:
    """Propose the key of an authority."""
    form = AuthorityKeyForm(request.POST or None)
    if form.is_valid():
        try:
            services.register_key(**form.key(), actor=visitor_of(request).actor, now=timezone.now())
        except ShelterwoodError as error:
            form.add_error(None, error.explain())
        else:
            return HttpResponseRedirect(reverse("basis_keys"))
    return render(request, "basis/register_key.html", {"form": form})


@needs(Permission.BASIS_PROPOSE, fresh=True)
@require_POST
def confirm(request: HttpRequest, key_id: uuid.UUID) -> HttpResponse:
    """Let somebody else's key count."""
    return _act(request, key_id, services.confirm_key)


@needs(Permission.BASIS_PROPOSE, fresh=True)
@require_POST
def refuse(request: HttpRequest, key_id: uuid.UUID) -> HttpResponse:
    """Refuse a proposed key."""
    return _act(request, key_id, services.refuse_key)


@needs(Permission.BASIS_PROPOSE, fresh=True)
@require_POST
def revoke(request: HttpRequest, key_id: uuid.UUID) -> HttpResponse:
    """End a key at once."""
    return _act(request, key_id, services.revoke_key)


def _act(request: HttpRequest, key_id: uuid.UUID, verb: Callable[..., object]) -> HttpResponse:
    key = get_object_or_404(Key, pk=key_id)
    try:
        verb(key_id=key.pk, actor=visitor_of(request).actor, now=timezone.now())
    except ShelterwoodError as error:
        return _page(request, refusal=error.explain())
    return HttpResponseRedirect(reverse("basis_keys"))
