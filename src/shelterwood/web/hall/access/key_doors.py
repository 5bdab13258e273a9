"""The short way to a door for API keys: no session, no form token, no person is looked for, because none can open it.

A program asks hundreds of times a second, and each of those steps costs it time. Only a view that declares itself a
door for keys (`declarations.for_keys`) is reached this way; every other address goes the long way through the gate.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.urls import Resolver404, resolve

from shelterwood.web.hall.access.declarations import access_of
from shelterwood.web.hall.ui.problems import MACHINE_PREFIXES

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.http import HttpRequest, HttpResponse

__all__ = ["KeyDoorMiddleware"]


class KeyDoorMiddleware:
    """Call the view of a door for keys at once; stands before the sessions and after what every answer carries."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer through the view, or pass the request on."""
        if not request.path_info.startswith(MACHINE_PREFIXES):
            return self.get_response(request)
        try:
            found = resolve(request.path_info)
        except Resolver404:
            return self.get_response(request)
        access = access_of(found.func)
        if access is None or not access.key_scope:
            return self.get_response(request)
        request.resolver_match = found
        request.get_host()  # refuses a host that is not ours, as the long way does
        answer: HttpResponse = found.func(request, *found.args, **found.kwargs)
        return answer
