"""The page behind a one-time link: choose a password, then set up a second factor."""

from __future__ import annotations

from typing import TYPE_CHECKING

from allauth.account.adapter import get_adapter
from django.http import HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from shelterwood.web.hall.access.declarations import open_to_all
from shelterwood.web.hall.accounts import services
from shelterwood.web.hall.accounts.forms import NewPasswordForm
from shelterwood.web.hall.accounts.throttling import INVITATION, may_try
from shelterwood.web.hall.ui.errors import too_often

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

__all__ = ["invitation"]


@open_to_all(because="the link itself is the proof")
@require_http_methods(["GET", "POST"])
@sensitive_post_parameters("password", "again")
def invitation(request: HttpRequest, token: str) -> HttpResponse:
    """Show whom the link is for; with a password accept it and begin a session that can only enrol."""
    now = timezone.now()
    if not may_try(INVITATION, request.META["REMOTE_ADDR"], now=now):
        return too_often(request)
    try:
        account = services.find_invitation(token=token, now=now).account
        form = NewPasswordForm(request.POST or None, account=account)
        if not form.is_valid():
            return render(request, "accounts/invitation.html", {"form": form, "account": account})
        account = services.accept(token=token, password=form.cleaned_data["password"], now=now)
    except services.InvitationNotUsable as error:
        return render(request, "accounts/invitation_over.html", {"error": error}, status=410)
    request.session.flush()  # whoever was signed in here before is not any more
    get_adapter(request).login(request, account)
    return HttpResponseRedirect(reverse("account_second_factor"))
