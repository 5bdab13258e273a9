"""The address a request comes from, for throttling only: it is never stored and never logged."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shelterwood.web.hall.settings.facts import facts

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.http import HttpRequest, HttpResponse

__all__ = ["ClientAddressMiddleware"]


class ClientAddressMiddleware:
    """Behind a proxy of ours (SHELTERWOOD_PROXY) the last entry of X-Forwarded-For is the client; else it is ignored.

    The last one, because a client can write any number of others in front of what the proxy appends.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Put the believed address into REMOTE_ADDR and remove the header, so that nobody believes the wrong one."""
        forwarded = request.META.pop("HTTP_X_FORWARDED_FOR", "")
        if forwarded:
            request.META["SHELTERWOOD_FORWARDED"] = "yes"  # no header can make this name
        if facts().behind_proxy and forwarded:
            request.META["REMOTE_ADDR"] = forwarded.rsplit(",", 1)[-1].strip()
        return self.get_response(request)
