"""The doors of a service: each room registers its own once, and a person sees those that their permissions open.

    register(Door(label="Legal basis", route="basis", permission=Permission.BASIS_READ, purpose="On what ground ..."))

Called from the room's `apps.py` in `ready()`; the page frame and the first page draw them, in the order of `place`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.urls import reverse

from shelterwood.web.hall.access.gate import visitor_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.http import HttpRequest

    from shelterwood.web.hall.access.permissions import Permission
    from shelterwood.web.hall.access.visitor import Visitor

__all__ = ["Door", "DoorSeen", "PublicPage", "doors_of", "of_every_page", "public_pages", "register", "register_public",
           "waiting_for"]  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Door:
    """One entry of the navigation: `route` is the name of a URL without parameters, `purpose` a short sentence.

    `waiting` counts what waits behind it for this visitor; the first page says so.
    """

    label: str
    route: str
    permission: Permission
    purpose: str
    place: int = 50  # smaller comes first: 10 daily work, 50 what work rests on, 90 the house
    waiting: Callable[[Visitor], int] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class DoorSeen:
    """A door as one page draws it; `here`: the page lies behind it."""

    label: str
    address: str
    purpose: str
    here: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class PublicPage:
    """A page that anyone may read, named on the page about this service; `route` as that of a door."""

    label: str
    route: str

    @property
    def address(self) -> str:
        """Where it is."""
        return reverse(self.route)


_DOORS: dict[str, Door] = {}
_PUBLIC: dict[str, PublicPage] = {}


def register_public(page: PublicPage) -> None:
    """Name a page that anyone may read; the same route again replaces it."""
    _PUBLIC[page.route] = page


def public_pages() -> list[PublicPage]:
    """Return the pages that anyone may read, by label."""
    return sorted(_PUBLIC.values(), key=lambda page: page.label)


def register(door: Door) -> None:
    """Add a door; the same route again replaces it (apps are made ready more than once in tests)."""
    _DOORS[door.route] = door


def doors_of(request: HttpRequest) -> list[DoorSeen]:
    """Return the doors that whoever made `request` may open."""
    visitor = visitor_of(request)
    found = []
    for door in sorted(_DOORS.values(), key=lambda each: (each.place, each.label)):
        if visitor.may(door.permission):
            address = reverse(door.route)
            here = request.path == address or request.path.startswith(f"{address.rstrip('/')}/")
            found.append(DoorSeen(label=door.label, address=address, purpose=door.purpose, here=here))
    return found


def waiting_for(visitor: Visitor) -> dict[str, int]:
    """Return how many things wait for `visitor`, by the label of the door behind which they do; not where none does."""
    counted = {d.label: d.waiting(visitor) for d in _DOORS.values() if d.waiting and visitor.may(d.permission)}
    return {label: count for label, count in counted.items() if count}


def of_every_page(request: HttpRequest) -> dict[str, Any]:
    """Return the doors for the page frame."""
    return {"doors": doors_of(request)}
