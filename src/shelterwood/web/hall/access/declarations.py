"""Every route says who may use it; a route that says nothing is closed to everyone (gate.py) and fails a test.

    @open_to_all(because="the page says what the service waives")
    @for_enrolling              # a password or an invitation is enough: setting up the second factor
    @for_enrolling_or_fresh     # adding a second factor: the first at once, another only after fresh proof
    @for_signed_in              # anyone with an account here; add fresh=True for what must be proved again
    @needs(Permission.CASE_SEE)
    @for_keys(scope="scan")     # an API key's door: the view itself checks the key, its scope and its limits

`declared(patterns, access)` does the same for a whole list of URL patterns that another library made.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeVar

from django.urls import URLPattern, URLResolver

from shelterwood.web.hall.access.visitor import Standing

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from shelterwood.web.hall.access.permissions import Permission

__all__ = [
    "Access",
    "access_of",
    "declared",
    "for_enrolling",
    "for_enrolling_or_fresh",
    "for_keys",
    "for_signed_in",
    "needs",
    "open_to_all",
]

View = TypeVar("View", bound="Callable[..., Any]")


@dataclass(frozen=True, slots=True, kw_only=True)
class Access:
    """Who may use a route: at least this standing, and this permission if one is named.

    `key_scope` marks a door for API keys: people's sessions do not open it and the view checks the key.
    `because` says why a route without permission has none.
    """

    standing: Standing
    permission: Permission | None = None
    fresh_once_enrolled: bool = False  # setting up the first second factor needs none; a further one needs the first
    key_scope: str = ""
    because: str = ""

    def least(self, standing: Standing) -> Standing:
        """Return what is asked of a visitor who has come as far as `standing`."""
        return Standing.FRESH if self.fresh_once_enrolled and standing >= Standing.SIGNED_IN else self.standing


def open_to_all(*, because: str) -> Callable[[View], View]:
    """Declare a route that anyone may use, and why."""
    return _declare(Access(standing=Standing.STRANGER, because=because))


def for_keys(*, scope: str) -> Callable[[View], View]:
    """Declare a door for API keys with `scope`; the view refuses everything else itself."""
    return _declare(Access(standing=Standing.STRANGER, key_scope=scope))


def for_enrolling(view: View) -> View:
    """Declare a route for setting up the second factor."""
    return _declare(Access(standing=Standing.ENROLLING, because="without it nobody could finish signing in"))(view)


def for_enrolling_or_fresh(view: View) -> View:
    """Declare a route that adds a second factor: the first at once, another only after fresh proof."""
    access = Access(standing=Standing.ENROLLING, fresh_once_enrolled=True, because="it makes signing in possible")
    return _declare(access)(view)


def for_signed_in(*, because: str, fresh: bool = False) -> Callable[[View], View]:
    """Declare a route for everyone with an account; `fresh`: who proved it again within the last minutes."""
    return _declare(Access(standing=Standing.FRESH if fresh else Standing.SIGNED_IN, because=because))


def needs(permission: Permission, *, fresh: bool = False) -> Callable[[View], View]:
    """Declare a route for those who hold `permission`; `fresh`: and proved it again within the last minutes."""
    return _declare(Access(standing=Standing.FRESH if fresh else Standing.SIGNED_IN, permission=permission))


def declared(patterns: Sequence[URLPattern | URLResolver], access: Access) -> list[URLPattern | URLResolver]:
    """Give every view below `patterns` the same declaration, in place, and return them."""
    for pattern in patterns:
        if isinstance(pattern, URLPattern):
            _declare(access)(pattern.callback)
        else:
            declared(pattern.url_patterns, access)
    return list(patterns)


def access_of(view: Callable[..., Any]) -> Access | None:
    """Return the declaration of `view`, or None if it has none."""
    found = getattr(view, "access", None)
    return found if isinstance(found, Access) else None


def _declare(access: Access) -> Callable[[View], View]:
    def mark(view: View) -> View:
        view.access = access  # type: ignore[attr-defined]  # as Django's own decorators mark views
        return view

    return mark
