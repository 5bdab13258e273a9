"""What anyone may know about this service: its role, and what a service of one person waives. And switching that."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.http import HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

import shelterwood
from shelterwood.errors import ShelterwoodError
from shelterwood.web.hall.access import navigation
from shelterwood.web.hall.access.declarations import needs, open_to_all
from shelterwood.web.hall.access.gate import visitor_of
from shelterwood.web.hall.access.permissions import Permission
from shelterwood.web.hall.accounts import solo
from shelterwood.web.hall.accounts.forms import SoloForm

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

__all__ = ["about", "solo_mode"]


@open_to_all(because="what is waived is waived in public")
@require_safe
def about(request: HttpRequest) -> HttpResponse:
    """Say what this service is, and what it waives."""
    context = {
        "mode": solo.current(),
        "waived": solo.WAIVED,
        "version": shelterwood.__version__,
        "pages": navigation.public_pages(),
    }
    return render(request, "accounts/about.html", context)


@needs(Permission.PEOPLE_MANAGE, fresh=True)
@require_http_methods(["GET", "POST"])
def solo_mode(request: HttpRequest) -> HttpResponse:
    """Begin solo mode, name another outside body, or end it."""
    mode, actor, now = solo.current(), visitor_of(request).actor, timezone.now()
    named = {"outside_body": mode.outside_body, "outside_contact": mode.outside_contact} if mode else None
    form = SoloForm(request.POST if request.POST.get("act") == "begin" else None, initial=named)
    try:
        if request.POST.get("act") == "end":
            solo.end(actor=actor, now=now)
            return HttpResponseRedirect(reverse("about"))
        if form.is_valid():
            solo.begin(**form.cleaned_data, actor=actor, now=now)
            return HttpResponseRedirect(reverse("about"))
        refusal = ""
    except ShelterwoodError as error:
        refusal = error.explain()
    context = {"form": form, "mode": mode, "waived": solo.WAIVED, "refusal": refusal}
    return render(request, "accounts/solo_mode.html", context)
