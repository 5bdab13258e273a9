"""The one place where a request is let through or refused; a route without a declaration is refused to everyone."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar
from urllib.parse import urlencode

from django.core.exceptions import PermissionDenied
from django.http import HttpResponseRedirect
from django.urls import reverse

from shelterwood.web.hall.access.declarations import Access, access_of
from shelterwood.web.hall.access.visitor import ANYONE, Standing, Visitor
from shelterwood.web.hall.ui.problems import answers_in_json, problem

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.http import HttpRequest, HttpResponse

__all__ = ["GateMiddleware", "RouteNotDeclared", "visitor_of"]


class RouteNotDeclared(PermissionDenied):
    """A view says nothing about who may use it; it is refused, and the inventory test fails."""


def visitor_of(request: HttpRequest) -> Visitor:
    """Return who made `request`; a stranger before the accounts have looked."""
    return getattr(request, "visitor", ANYONE)


class GateMiddleware:
    """Compare the visitor with the declaration of the view that was found, before the view runs."""

    # Where a visitor goes to take the next step, by URL name.
    steps: ClassVar[dict[Standing, str]] = {
        Standing.STRANGER: "account_login",
        Standing.ENROLLING: "account_second_factor",
        Standing.SIGNED_IN: "mfa_reauthenticate",
    }

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Pass the request on; the decision is taken in `process_view`, where the view is known."""
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: Callable[..., Any], _args: tuple[Any, ...], _kwargs: dict[str, Any]
    ) -> HttpResponse | None:
        """Return None to let the request through, or the refusal."""
        access = access_of(view)
        if access is None:
            raise RouteNotDeclared
        visitor = visitor_of(request)
        if access.permission is not None and visitor.standing >= Standing.SIGNED_IN:
            self._require(access, visitor)
        if visitor.standing < access.least(visitor.standing):
            return self._next_step(request, visitor)
        return None

    @staticmethod
    def _require(access: Access, visitor: Visitor) -> None:
        """Refuse before asking for a fresh proof: nobody types a code to be told no."""
        if access.permission is not None and not visitor.may(access.permission):
            raise PermissionDenied

    def _next_step(self, request: HttpRequest, visitor: Visitor) -> HttpResponse:
        if answers_in_json(request):
            return problem(status=401, title="Sign in first.")
        here = request.get_full_path() if request.method == "GET" else "/"
        return HttpResponseRedirect(f"{reverse(self.steps[visitor.standing])}?{urlencode({'next': here})}")
