"""The first page after signing in: what this person's roles are for, and nothing that is not there yet."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.shortcuts import render

from shelterwood.web.hall.access.declarations import for_signed_in
from shelterwood.web.hall.access.gate import visitor_of
from shelterwood.web.hall.access.navigation import doors_of, waiting_for
from shelterwood.web.hall.access.permissions import Role
from shelterwood.web.hall.accounts.queries import factors_of

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

__all__ = ["home"]

_PURPOSE = {
    Role.REVIEWER: "You look at what was found and decide what it is.",
    Role.SENIOR_REVIEWER: "You review, give second opinions, and decide again on complaints about others' decisions.",
    Role.FILING_OFFICER: "You check reports before they go out, and follow them until they are acknowledged.",
    Role.ADMINISTRATOR: "You let people in and keep the service running. You do not see cases.",
    Role.AUDITOR: "You read the record of what was done and seen here, and change nothing.",
}


@for_signed_in(because="it shows each person their own work only")
def home(request: HttpRequest) -> HttpResponse:
    """Show what the visitor's roles are for, the doors that exist, and what waits behind each for this person."""
    visitor = visitor_of(request)
    waiting = waiting_for(visitor)
    context = {
        "roles": [(role, _PURPOSE[role]) for role in sorted(visitor.roles)],
        "factors": factors_of(visitor.account_id),
        "rooms": [(door, waiting.get(door.label, 0)) for door in doors_of(request)],
    }
    return render(request, "accounts/home.html", context)
