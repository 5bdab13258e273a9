"""Find out who makes a request, and how sure we are: see access/visitor.py for the steps."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

from allauth.account.authentication import get_authentication_records
from allauth.mfa.models import Authenticator
from django.contrib.auth import logout

from shelterwood.web.hall.access.permissions import Role
from shelterwood.web.hall.access.visitor import ANYONE, Standing, Visitor
from shelterwood.web.hall.accounts.models import Account

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.http import HttpRequest, HttpResponse

__all__ = ["FRESH_SECONDS", "VisitorMiddleware"]

FRESH_SECONDS = 300


class VisitorMiddleware:
    """Set `request.visitor` once."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer with the visitor known."""
        request.visitor = _look(request)  # type: ignore[attr-defined]  # read by access.gate.visitor_of
        return self.get_response(request)


def _look(request: HttpRequest) -> Visitor:
    account = request.user
    if not isinstance(account, Account):
        return ANYONE
    proofs = [record for record in get_authentication_records(request, account) if _is_second_factor(record)]
    enrolled = Authenticator.objects.filter(user_id=account.pk).exists()
    if enrolled and not proofs:
        # Signed in by password before a second factor was set up elsewhere: this session proved too little.
        logout(request)
        return ANYONE
    return Visitor(
        standing=_standing(proofs, enrolled=enrolled),
        account_id=str(account.pk),
        name=account.name,
        roles=frozenset(Role(held.role) for held in account.roles_held.all()),
    )


def _is_second_factor(record: dict[str, Any]) -> bool:
    return record.get("method") == "mfa" or bool(record.get("second_factor"))


def _standing(proofs: list[dict[str, Any]], *, enrolled: bool) -> Standing:
    if not enrolled or not proofs:
        return Standing.ENROLLING
    age = time.time() - max(float(proof["at"]) for proof in proofs)
    return Standing.FRESH if age < FRESH_SECONDS else Standing.SIGNED_IN
