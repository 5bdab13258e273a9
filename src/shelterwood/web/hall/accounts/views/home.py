"""The first page after signing in: what this person can do here, and nothing that is not there yet."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.shortcuts import render

from shelterwood.web.hall.access.declarations import for_signed_in

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

__all__ = ["home"]


@for_signed_in(because="it shows each person their own work only")
def home(request: HttpRequest) -> HttpResponse:
    """Show what the visitor's roles give them."""
    return render(request, "accounts/home.html")
