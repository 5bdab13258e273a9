"""One's own account: roles, second factors, sessions, password."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Any

from django.contrib.auth import update_session_auth_hash
from django.http import HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from shelterwood.web.hall.access.declarations import for_signed_in
from shelterwood.web.hall.access.gate import visitor_of
from shelterwood.web.hall.accounts import services
from shelterwood.web.hall.accounts.forms import OwnPasswordForm
from shelterwood.web.hall.accounts.models import Account, Session
from shelterwood.web.hall.accounts.queries import factors_of, sessions_of
from shelterwood.web.hall.settings.facts import facts

if TYPE_CHECKING:
    import uuid

    from django.http import HttpRequest, HttpResponse

__all__ = ["account", "end_others", "end_session", "password"]


def _digest(request: HttpRequest) -> str:
    return hashlib.sha256((request.session.session_key or "").encode()).hexdigest()


@for_signed_in(because="one's own account")
@require_safe
def account(request: HttpRequest) -> HttpResponse:
    """Show what is known of the visitor here."""
    visitor = visitor_of(request)
    context: dict[str, Any] = {
        "roles": sorted(visitor.roles),
        "factors": factors_of(visitor.account_id),
        "sessions": sessions_of(visitor.account_id, digest=_digest(request), now=timezone.now()),
        "facts": facts(),
        "idle_minutes": int(facts().session_idle.total_seconds() // 60),
        "longest_hours": int(facts().session_longest.total_seconds() // 3600),
    }
    return render(request, "accounts/account.html", context)


@for_signed_in(because="one's own sessions only")
@require_POST
def end_session(request: HttpRequest, number: uuid.UUID) -> HttpResponse:
    """End one of one's own sessions; somebody else's is not found."""
    visitor = visitor_of(request)
    session = get_object_or_404(Session, number=number, account_id=visitor.account_id)
    services.end_session(session=session, actor=visitor.actor, now=timezone.now())
    return HttpResponseRedirect(reverse("mfa_index"))


@for_signed_in(because="one's own sessions only")
@require_POST
def end_others(request: HttpRequest) -> HttpResponse:
    """End every session of one's own but this one."""
    visitor = visitor_of(request)
    own = get_object_or_404(Account, pk=visitor.account_id)
    current = get_object_or_404(Session, digest=_digest(request)).number
    services.end_other_sessions(account=own, current=current, actor=visitor.actor, now=timezone.now())
    return HttpResponseRedirect(reverse("mfa_index"))


@for_signed_in(because="one's own password", fresh=True)
@require_http_methods(["GET", "POST"])
@sensitive_post_parameters("password", "again")
def password(request: HttpRequest) -> HttpResponse:
    """Choose another password; every other session ends."""
    own = get_object_or_404(Account, pk=visitor_of(request).account_id)
    form = OwnPasswordForm(request.POST or None, account=own)
    if not form.is_valid():
        return render(request, "accounts/password.html", {"form": form})
    changed = services.change_password(account=own, password=form.cleaned_data["password"], now=timezone.now())
    update_session_auth_hash(request, changed)
    return HttpResponseRedirect(reverse("mfa_index"))
