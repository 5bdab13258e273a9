"""The people who work here, for the administrator: invite, give roles, close, open again."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.http import HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from shelterwood.errors import ShelterwoodError
from shelterwood.web.hall.access.declarations import needs
from shelterwood.web.hall.access.gate import visitor_of
from shelterwood.web.hall.access.permissions import Permission
from shelterwood.web.hall.accounts import services
from shelterwood.web.hall.accounts.forms import InviteForm, RolesForm
from shelterwood.web.hall.accounts.models import Account
from shelterwood.web.hall.accounts.queries import colleagues

if TYPE_CHECKING:
    import uuid
    from collections.abc import Callable

    from django.http import HttpRequest, HttpResponse, QueryDict

__all__ = ["deactivate", "invite", "people", "person", "reactivate", "renew_link"]


@needs(Permission.PEOPLE_MANAGE)
@require_safe
def people(request: HttpRequest) -> HttpResponse:
    """List everybody."""
    return render(request, "accounts/people.html", {"colleagues": colleagues()})


@needs(Permission.PEOPLE_MANAGE, fresh=True)
@require_http_methods(["GET", "POST"])
def invite(request: HttpRequest) -> HttpResponse:
    """Make an account and show its link, once."""
    form = InviteForm(request.POST or None)
    if form.is_valid():
        try:
            issued = services.invite(**form.cleaned_data, actor=visitor_of(request).actor, now=timezone.now())
        except ShelterwoodError as error:
            form.add_error(None, error.explain())
        else:
            return render(request, "accounts/link.html", {"issued": issued})
    return render(request, "accounts/invite.html", {"form": form})


@needs(Permission.PEOPLE_MANAGE, fresh=True)
@require_http_methods(["GET", "POST"])
def person(request: HttpRequest, account_id: uuid.UUID) -> HttpResponse:
    """Show one colleague, and set their roles."""
    account = get_object_or_404(Account, pk=account_id)
    form = _roles_form(account, request.POST or None)
    if form.is_valid():
        try:
            services.set_roles(
                account=account, **form.cleaned_data, actor=visitor_of(request).actor, now=timezone.now()
            )
        except ShelterwoodError as error:
            form.add_error(None, error.explain())
        else:
            return HttpResponseRedirect(reverse("people"))
    return render(request, "accounts/person.html", _about(request, account) | {"form": form})


def _roles_form(account: Account, data: QueryDict | None = None) -> RolesForm:
    return RolesForm(data, initial={"roles": [held.role for held in account.roles_held.all()]})


def _about(request: HttpRequest, account: Account) -> dict[str, Any]:
    return {"account": account, "is_oneself": str(account.pk) == visitor_of(request).account_id}


def _act(request: HttpRequest, account_id: uuid.UUID, verb: Callable[..., object]) -> HttpResponse:
    """Run `verb` on the account; where it refuses, say so on the page of the person."""
    account = get_object_or_404(Account, pk=account_id)
    try:
        verb(account=account, actor=visitor_of(request).actor, now=timezone.now())
    except ShelterwoodError as error:
        context = _about(request, account) | {"form": _roles_form(account), "refusal": error.explain()}
        return render(request, "accounts/person.html", context, status=409)
    return HttpResponseRedirect(reverse("people"))


@needs(Permission.PEOPLE_MANAGE, fresh=True)
@require_POST
def deactivate(request: HttpRequest, account_id: uuid.UUID) -> HttpResponse:
    """Close an account at once."""
    return _act(request, account_id, services.deactivate)


@needs(Permission.PEOPLE_MANAGE, fresh=True)
@require_POST
def reactivate(request: HttpRequest, account_id: uuid.UUID) -> HttpResponse:
    """Open a closed account again."""
    return _act(request, account_id, services.reactivate)


@needs(Permission.PEOPLE_MANAGE, fresh=True)
@require_POST
def renew_link(request: HttpRequest, account_id: uuid.UUID) -> HttpResponse:
    """Make a new link for somebody who lost the old one, or everything, and show it once."""
    account = get_object_or_404(Account, pk=account_id)
    try:
        issued = services.renew_link(account=account, actor=visitor_of(request).actor, now=timezone.now())
    except ShelterwoodError as error:
        context = _about(request, account) | {"form": _roles_form(account), "refusal": error.explain()}
        return render(request, "accounts/person.html", context, status=409)
    return render(request, "accounts/link.html", {"issued": issued})
