"""What a person or a program is told when a request cannot be answered; never why a stranger may not see something."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db import InterfaceError, OperationalError
from django.http import HttpResponse
from django.template.loader import render_to_string

from shelterwood.web.hall.ui.problems import SECONDS_BUSY, answers_in_json, busy, problem

if TYPE_CHECKING:
    from django.http import HttpRequest

__all__ = ["bad_request", "defect", "form_not_ours", "not_allowed", "not_found", "too_often"]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Wording:
    status: int
    title: str
    advice: str


_BAD = _Wording(
    status=400,
    title="This request could not be understood.",
    advice="Go back and try again. If you followed a link, it may be incomplete.",
)
_NOT_ALLOWED = _Wording(
    status=403,
    title="Your roles do not include this page.",
    advice="If your work needs it, ask an administrator of this service for the role.",
)
_NOT_OURS = _Wording(
    status=403,
    title="This form is too old, or was not sent from this service.",
    advice="Nothing was changed. Open the page again and fill the form in once more.",
)
_NOT_FOUND = _Wording(
    status=404,
    title="There is nothing at this address.",
    advice="The link may be old, or what it led to has ended or been deleted.",
)
_TOO_OFTEN = _Wording(
    status=429,
    title="Too many attempts.",
    advice="Wait a quarter of an hour, then try again. A passkey works meanwhile.",
)
_BUSY = _Wording(
    status=503,
    title="The service is busy and could not finish this.",
    advice="Nothing was changed. Wait a few seconds, then try again; if it stays so, tell an administrator.",
)
_DEFECT = _Wording(
    status=500,
    title="The service has a defect and could not finish this.",
    advice="What you sent was not stored. Tell an administrator the time at which it happened.",
)


def _answer(request: HttpRequest, wording: _Wording) -> HttpResponse:
    if answers_in_json(request):
        return problem(status=wording.status, title=wording.title, detail=wording.advice)
    page = render_to_string("ui/error.html", {"wording": wording}, request=request)
    return HttpResponse(page, status=wording.status)


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:  # noqa: ARG001 - Django's signature
    """Answer 400."""
    return _answer(request, _BAD)


def not_allowed(request: HttpRequest, exception: Exception) -> HttpResponse:  # noqa: ARG001 - Django's signature
    """Answer 403."""
    return _answer(request, _NOT_ALLOWED)


def form_not_ours(request: HttpRequest, reason: str = "") -> HttpResponse:  # noqa: ARG001 - Django's signature
    """Answer 403 to a form without the token that this service put into it."""
    return _answer(request, _NOT_OURS)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:  # noqa: ARG001 - Django's signature
    """Answer 404."""
    return _answer(request, _NOT_FOUND)


def too_often(request: HttpRequest) -> HttpResponse:
    """Answer 429; the same whether or not what was tried exists."""
    return _answer(request, _TOO_OFTEN)


def defect(request: HttpRequest) -> HttpResponse:
    """Answer 500; or 503 where the database is what failed, which passes."""
    if not isinstance(sys.exc_info()[1], OperationalError | InterfaceError):  # Django calls this where it caught it
        return _answer(request, _DEFECT)
    refusal = busy() if answers_in_json(request) else _answer(request, _BUSY)
    refusal.headers["Retry-After"] = SECONDS_BUSY
    return refusal
