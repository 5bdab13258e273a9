"""One token: what it allows, who made it; and what the second person does with it."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from django.http import HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from shelterwood.errors import ShelterwoodError
from shelterwood.web.hall.access.declarations import needs
from shelterwood.web.hall.access.gate import visitor_of
from shelterwood.web.hall.access.permissions import Permission
from shelterwood.web.hall.accounts.throttling import Limit, may_try
from shelterwood.web.provider.basis import drafts, queries, services, wording
from shelterwood.web.provider.basis.models import Token
from shelterwood.web.provider.basis.signing_forms import IssueForm

if TYPE_CHECKING:
    import uuid
    from collections.abc import Callable

    from django.http import HttpRequest, HttpResponse

    from shelterwood.policy import TokenClaims

__all__ = ["TooManyPassphrases", "issue", "refuse", "token", "withdraw"]

PASSPHRASE = Limit(kind="passphrase", attempts=10)


class TooManyPassphrases(ShelterwoodError):
    """Somebody who sits at an officer's session guesses."""

    def __init__(self) -> None:
        super().__init__("Too many passphrases were tried.", remedy="Wait a quarter of an hour.")


@needs(Permission.BASIS_READ)
@require_safe
def token(request: HttpRequest, token_id: uuid.UUID) -> HttpResponse:
    """Show one token."""
    return _page(request, get_object_or_404(Token.objects.select_related("service"), pk=token_id))


def _page(request: HttpRequest, row: Token, *, refusal: str = "") -> HttpResponse:
    visitor = visitor_of(request)
    context = {
        "token": queries.token_seen(row.pk, now=timezone.now()),
        "proposes": visitor.may(Permission.BASIS_PROPOSE),
        "issues": visitor.may(Permission.BASIS_ISSUE),
        "sets_up": visitor.may(Permission.SERVICE_SET_UP),
        "own": str(row.proposed_by_id) == visitor.account_id,
        "refusal": refusal,
        **_read(drafts.claims_shown(row), title=row.service.title),
    }
    return render(request, "basis/token.html", context, status=409 if refusal else 200)


def _read(claims: TokenClaims, *, title: str) -> dict[str, Any]:
    return {
        "claims": claims,
        "allowed": wording.allowed(claims, title=title),
        "kept": wording.kept(claims),
        "stops": wording.stops(claims),
        "looked_with": wording.looked_with(claims.technology),
        "kind": wording.words(claims.kind),
        "consultation": wording.words(claims.prior_consultation),
        "pretty": drafts.pretty(claims),
        "key_address": _where_its_key_is_made(claims),
    }


def _where_its_key_is_made(claims: TokenClaims) -> str:
    """Return the page on which an API key is made, with what the token says; a surface where there is one only."""
    said = {"token_id": claims.id, "service": claims.service, "service_type": claims.service_type}
    said |= {"component": claims.component} if claims.component else {}
    said |= {"surface": next(iter(claims.surfaces))} if len(claims.surfaces) == 1 else {}
    return f"{reverse('make_key')}?{urlencode(said)}"


@needs(Permission.BASIS_ISSUE, fresh=True)
@require_http_methods(["GET", "POST"])
def issue(request: HttpRequest, token_id: uuid.UUID) -> HttpResponse:
    """Show the second person exactly what they would sign, and sign it."""
    row = get_object_or_404(Token.objects.select_related("service", "proposed_by"), pk=token_id)
    visitor, refusal = visitor_of(request), ""
    form = IssueForm(request.POST or None)
    try:
        if form.is_valid():
            if not may_try(PASSPHRASE, visitor.account_id, now=timezone.now()):
                raise TooManyPassphrases  # counted outside the transaction that a wrong one ends
            services.issue_token(token_id=row.pk, **form.cleaned_data, actor=visitor.actor, now=timezone.now())
            return HttpResponseRedirect(reverse("basis"))
    except ShelterwoodError as error:
        refusal = error.explain()
    return _to_sign(request, row, refusal=refusal)


def _to_sign(request: HttpRequest, row: Token, *, refusal: str) -> HttpResponse:
    now = datetime.now(UTC).replace(microsecond=0)
    try:
        claims = services.preview_of(token=row, actor=visitor_of(request).actor, now=now)
    except ShelterwoodError as error:
        return _page(request, row, refusal=error.explain())
    form = IssueForm(initial={"shown_at": now.isoformat(), "digest": drafts.digest_of_claims(claims)})
    context = {
        "token": queries.token_seen(row.pk, now=now),
        "form": form,
        "refusal": refusal,
        **_read(claims, title=row.service.title),
    }
    return render(request, "basis/issue.html", context, status=409 if refusal else 200)


@needs(Permission.BASIS_PROPOSE, fresh=True)
@require_POST
def refuse(request: HttpRequest, token_id: uuid.UUID) -> HttpResponse:
    """Refuse a proposal, or take one's own back."""
    return _act(request, token_id, services.refuse_token)


@needs(Permission.BASIS_PROPOSE, fresh=True)
@require_POST
def withdraw(request: HttpRequest, token_id: uuid.UUID) -> HttpResponse:
    """End detection under a token, at once."""
    return _act(request, token_id, services.withdraw_token)


def _act(request: HttpRequest, token_id: uuid.UUID, verb: Callable[..., object]) -> HttpResponse:
    row = get_object_or_404(Token.objects.select_related("service"), pk=token_id)
    try:
        verb(token_id=row.pk, actor=visitor_of(request).actor, now=timezone.now())
    except ShelterwoodError as error:
        return _page(request, row, refusal=error.explain())
    return HttpResponseRedirect(reverse("basis"))
