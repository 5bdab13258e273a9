"""The description of HMA's routes for programs that read one, beside that of the scan API (OpenAPI 3.1)."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from django.http import HttpResponse
from django.views.decorators.http import require_safe

from shelterwood.web.hall.access.declarations import open_to_all

if TYPE_CHECKING:
    from django.http import HttpRequest

__all__ = ["openapi"]

_OPENAPI = Path(__file__).with_name("openapi.json").read_bytes()


@open_to_all(because="it says how to ask, and nothing of what is known here")
@require_safe
def openapi(_request: HttpRequest) -> HttpResponse:
    """Return the OpenAPI 3.1 description of HMA's routes."""
    return HttpResponse(_OPENAPI, content_type="application/json")
