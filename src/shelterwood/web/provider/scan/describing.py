"""Descriptions of what programs may ask, for programs that read one (OpenAPI 3.1)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from shelterwood.web.hall.access.declarations import open_to_all

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

__all__ = ["described_in"]


def described_in(file: Path) -> Callable[[HttpRequest], HttpResponse]:
    """Return the view that serves a description that is shipped in `file`."""
    description = file.read_bytes()

    @open_to_all(because="it says how to ask, and nothing of what is known here")
    @require_safe
    def view(_request: HttpRequest) -> HttpResponse:
        return HttpResponse(description, content_type="application/json")

    return view
