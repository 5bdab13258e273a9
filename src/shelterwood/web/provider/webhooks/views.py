"""The pages of the webhooks: list, register, show the secret once, rotate, try out, end."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from django.contrib import messages
from django.http import HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from shelterwood.errors import ShelterwoodError
from shelterwood.web.hall.access.declarations import needs
from shelterwood.web.hall.access.gate import visitor_of
from shelterwood.web.hall.access.permissions import Permission
from shelterwood.web.provider.webhooks import queries, services
from shelterwood.web.provider.webhooks.forms import RegisterForm, RotateForm
from shelterwood.web.provider.webhooks.models import Endpoint

if TYPE_CHECKING:
    import uuid

    from django.http import HttpRequest, HttpResponse

__all__ = ["end", "register", "rotate", "send_test", "webhook", "webhooks"]


@needs(Permission.SERVICE_SET_UP)
@require_safe
def webhooks(request: HttpRequest) -> HttpResponse:
    """List every webhook."""
    context = {"endpoints": queries.endpoints(now=timezone.now()), "services": queries.services_without()}
    return render(request, "webhooks/webhooks.html", context)


@needs(Permission.SERVICE_SET_UP, fresh=True)
@require_http_methods(["GET", "POST"])
def register(request: HttpRequest) -> HttpResponse:
    """Register a webhook and show its secret, once."""
    form = RegisterForm(request.POST or None)
    if form.is_valid():
        try:
            issued = services.register(
                service=form.cleaned_data["service"],
                url=form.cleaned_data["url"],
                actor=visitor_of(request).actor,
                now=timezone.now(),
            )
        except ShelterwoodError as error:
            form.add_error("url", error.explain())
        else:
            return render(request, "webhooks/secret.html", {"issued": issued})
    return render(request, "webhooks/register.html", {"form": form})


@needs(Permission.SERVICE_SET_UP)
@require_safe
def webhook(request: HttpRequest, endpoint_id: uuid.UUID) -> HttpResponse:
    """Show one webhook."""
    return _page(request, get_object_or_404(Endpoint, pk=endpoint_id), RotateForm())


@needs(Permission.SERVICE_SET_UP, fresh=True)
@require_POST
def rotate(request: HttpRequest, endpoint_id: uuid.UUID) -> HttpResponse:
    """Give the webhook a new secret and show it, once."""
    found, form = get_object_or_404(Endpoint, pk=endpoint_id), RotateForm(request.POST)
    if form.is_valid():
        overlap = timedelta(hours=form.cleaned_data["hours"])
        try:
            issued = services.rotate(
                endpoint=found, overlap=overlap, actor=visitor_of(request).actor, now=timezone.now()
            )
        except ShelterwoodError as error:
            return _page(request, found, RotateForm(), refusal=error.explain())
        return render(request, "webhooks/secret.html", {"issued": issued})
    return _page(request, found, form)


@needs(Permission.SERVICE_SET_UP)
@require_POST
def send_test(request: HttpRequest, endpoint_id: uuid.UUID) -> HttpResponse:
    """Send a test event."""
    found = get_object_or_404(Endpoint, pk=endpoint_id)
    try:
        services.send_test(endpoint=found, actor=visitor_of(request).actor, now=timezone.now())
    except ShelterwoodError as error:
        return _page(request, found, RotateForm(), refusal=error.explain())
    messages.success(request, "A test event is on its way. Load this page again to see whether it was heard.")
    return HttpResponseRedirect(reverse("webhook", args=[endpoint_id]))


@needs(Permission.SERVICE_SET_UP, fresh=True)
@require_POST
def end(request: HttpRequest, endpoint_id: uuid.UUID) -> HttpResponse:
    """End the webhook; where it has ended already, say so on its page."""
    found = get_object_or_404(Endpoint, pk=endpoint_id)
    try:
        services.end(endpoint=found, actor=visitor_of(request).actor, now=timezone.now())
    except ShelterwoodError as error:
        return _page(request, found, RotateForm(), refusal=error.explain())
    return HttpResponseRedirect(reverse("webhooks"))


def _page(request: HttpRequest, found: Endpoint, form: RotateForm, *, refusal: str = "") -> HttpResponse:
    context = {"endpoint": queries.seen(found, now=timezone.now()), "form": form, "refusal": refusal}
    return render(request, "webhooks/webhook.html", context, status=409 if refusal else 200)
