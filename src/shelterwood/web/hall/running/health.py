"""Two questions for whoever watches the service: is the process alive, and may it be sent work."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.http import HttpResponse, JsonResponse
from django.views.decorators.http import require_safe

from shelterwood.web.hall.access.declarations import open_to_all
from shelterwood.web.hall.running.readiness import reasons_not_ready

if TYPE_CHECKING:
    from django.http import HttpRequest

__all__ = ["healthz", "readyz"]


@open_to_all(because="it says one word about the process")
@require_safe
def healthz(_request: HttpRequest) -> HttpResponse:
    """Answer 200 as long as the process answers at all."""
    return HttpResponse("ok\n", content_type="text/plain; charset=utf-8")


@open_to_all(because="it says whether work may be sent, without details")
@require_safe
def readyz(_request: HttpRequest) -> JsonResponse:
    """Answer 200 if every condition holds, else 503 with the reasons."""
    reasons = reasons_not_ready()
    return JsonResponse({"ready": not reasons, "reasons": reasons}, status=503 if reasons else 200)
