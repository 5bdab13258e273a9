"""What the first of two people does: declare a service, propose a token for it, renew one, bring in an order."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.http import HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from shelterwood.errors import ShelterwoodError
from shelterwood.policy import EndToEnd
from shelterwood.web.hall.access.declarations import needs
from shelterwood.web.hall.access.gate import visitor_of
from shelterwood.web.hall.access.permissions import Permission
from shelterwood.web.provider.basis import drafts, services, wording
from shelterwood.web.provider.basis.forms import ProposeForm, ServiceForm
from shelterwood.web.provider.basis.models import DeclaredService, Token
from shelterwood.web.provider.basis.signing_forms import SignedTextForm

if TYPE_CHECKING:
    import uuid

    from django.http import HttpRequest, HttpResponse

__all__ = ["declare", "declare_again", "order", "propose", "renew"]


@needs(Permission.BASIS_PROPOSE, fresh=True)
@require_http_methods(["GET", "POST"])
def declare(request: HttpRequest) -> HttpResponse:
    """Declare a service."""
    return _declare(request, ServiceForm(request.POST or None))


@needs(Permission.BASIS_PROPOSE, fresh=True)
@require_http_methods(["GET", "POST"])
def declare_again(request: HttpRequest, service_id: uuid.UUID) -> HttpResponse:
    """Declare a service anew: other surfaces, another state of encryption."""
    service = get_object_or_404(DeclaredService, pk=service_id)
    names = ("name", "title", "service_type", "surfaces", "end_to_end")
    form = ServiceForm(request.POST or None, initial={name: getattr(service, name) for name in names})
    form.fields["name"].disabled = True
    return _declare(request, form)


def _declare(request: HttpRequest, form: ServiceForm) -> HttpResponse:
    if form.is_valid():
        try:
            services.declare_service(**form.cleaned_data, actor=visitor_of(request).actor, now=timezone.now())
        except ShelterwoodError as error:
            form.add_error(None, error.explain())
        else:
            return HttpResponseRedirect(reverse("basis"))
    return render(request, "basis/declare.html", {"form": form})


@needs(Permission.BASIS_PROPOSE, fresh=True)
@require_http_methods(["GET", "POST"])
def propose(request: HttpRequest, service_id: uuid.UUID) -> HttpResponse:
    """Fill in a proposal, look at what would be signed, propose it."""
    service = get_object_or_404(DeclaredService, pk=service_id)
    initial = ProposeForm.usual(service=service, today=timezone.now().date())
    form = ProposeForm(request.POST or None, service=service, initial=initial)
    return _propose(request, form, replaces=None)


@needs(Permission.BASIS_PROPOSE, fresh=True)
@require_http_methods(["GET", "POST"])
def renew(request: HttpRequest, token_id: uuid.UUID) -> HttpResponse:
    """Propose a token that takes another's place when it is issued."""
    old = get_object_or_404(Token.objects.select_related("service"), pk=token_id)
    initial = ProposeForm.as_before(drafts.claims_shown(old), today=timezone.now().date())
    form = ProposeForm(request.POST or None, service=old.service, initial=initial)
    return _propose(request, form, replaces=old)


def _propose(request: HttpRequest, form: ProposeForm, *, replaces: Token | None) -> HttpResponse:
    context: dict[str, Any] = {"form": form, "service": form.service, "replaces": replaces}
    if form.is_valid():
        try:
            if request.POST.get("act") == "propose":
                return _stored(request, form, replaces=replaces)
            context |= _preview(request, form)
        except ShelterwoodError as error:
            form.add_error(None, error.explain())
    return render(request, "basis/propose.html", context)


def _stored(request: HttpRequest, form: ProposeForm, *, replaces: Token | None) -> HttpResponse:
    said: dict[str, Any] = {"proposal": form.proposal(), "actor": visitor_of(request).actor, "now": timezone.now()}
    token = services.renew_token(token_id=replaces.pk, **said) if replaces else services.propose_token(**said)
    return HttpResponseRedirect(reverse("basis_token", args=[token.pk]))


def _preview(request: HttpRequest, form: ProposeForm) -> dict[str, Any]:
    now = timezone.now()
    claims = services.claims_proposed(
        form.proposal(), name="made when you propose", actor=visitor_of(request).actor, now=now
    )
    drafts.rehearse(claims, end_to_end=EndToEnd(form.service.end_to_end), now=now)
    return {
        "preview": drafts.pretty(claims),
        "allowed": wording.allowed(claims, title=form.service.title),
        "kept": wording.kept(claims),
        "looked_with": wording.looked_with(claims.technology),
    }


@needs(Permission.BASIS_PROPOSE, fresh=True)
@require_http_methods(["GET", "POST"])
def order(request: HttpRequest) -> HttpResponse:
    """Bring in a signed order of a registered authority."""
    form = SignedTextForm(request.POST or None)
    if form.is_valid():
        try:
            token = services.accept_order(
                text=form.cleaned_data["text"], actor=visitor_of(request).actor, now=timezone.now()
            )
        except ShelterwoodError as error:
            form.add_error(None, error.explain())
        else:
            return HttpResponseRedirect(reverse("basis_token", args=[token.pk]))
    return render(request, "basis/order.html", {"form": form})
