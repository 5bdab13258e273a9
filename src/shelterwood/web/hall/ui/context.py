"""What every page knows: the role of the service, and whoever looks at it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from shelterwood.web.hall.settings.facts import facts

if TYPE_CHECKING:
    from django.http import HttpRequest

__all__ = ["of_every_page"]


def of_every_page(request: HttpRequest) -> dict[str, Any]:
    """Return the names that every template may use."""
    return {"service_role": facts().role, "demo": facts().demo, "visitor": getattr(request, "visitor", None)}
