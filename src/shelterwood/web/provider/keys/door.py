"""The door that API keys open: who is this, may they, not too fast. People's sessions do not open it.

    @key_door(scope=Scope.SCAN)
    def scan(request: HttpRequest, *, key: KeyHeld) -> HttpResponse: ...

An unknown key, a wrong secret, an ended and a retired key get the same answer after the same work.
"""

from __future__ import annotations

import functools
import hmac
import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt

from shelterwood.web.hall.access.declarations import for_keys
from shelterwood.web.hall.ui.problems import problem
from shelterwood.web.provider.keys import buckets, last_used
from shelterwood.web.provider.keys.holding import KeyHeld, look_up
from shelterwood.web.provider.keys.wording import KeyText, read

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from django.http import HttpRequest, HttpResponse

    from shelterwood.web.provider.keys.scopes import Scope

__all__ = ["NotAdmitted", "admit", "key_door"]

_NOBODY = KeyText(prefix="", secret="").digest


@dataclass(frozen=True, slots=True, kw_only=True)
class NotAdmitted:
    """The answer to a key that opens nothing here; `wait` is in seconds, for keys that came too often."""

    status: int
    title: str
    detail: str
    code: str
    wait: float = 0.0

    def answer(self) -> HttpResponse:
        """Return the problem document."""
        response = problem(status=self.status, title=self.title, detail=self.detail, code=self.code)
        if self.status == 401:
            response.headers["WWW-Authenticate"] = 'Bearer realm="shelterwood"'
        if self.wait:
            response.headers["Retry-After"] = str(math.ceil(self.wait))
        return response


_UNKNOWN = NotAdmitted(
    status=401,
    title="This API key opens nothing here.",
    detail="Send 'Authorization: Bearer swk_...' with a key of this service that has not ended.",
    code="key_not_accepted",
)


def admit(header: str, *, scope: Scope, now: datetime) -> KeyHeld | NotAdmitted:
    """Return the key in an Authorization header if it is live, holds `scope` and is within its limit."""
    text = read(header)
    held = look_up(text.prefix) if text else None
    # The digest is computed and compared also where the key is unknown: the time says nothing.
    given = text.digest if text else _NOBODY
    same = hmac.compare_digest(given, held.digest if held else "0" * 64)
    if held is None or not same or held.ends_at <= now:
        return _UNKNOWN
    return _within_limits(held.key, scope)


def _within_limits(key: KeyHeld, scope: Scope) -> KeyHeld | NotAdmitted:
    if scope not in key.scopes:
        return NotAdmitted(
            status=403,
            title=f"This API key does not hold the scope '{scope}'.",
            detail="Ask an administrator of this service for a key that does.",
            code="scope_not_held",
        )
    wait = buckets.seconds_to_wait(key.id, per_second=key.per_second)
    if wait:
        return NotAdmitted(
            status=429,
            title=f"This API key is used more than {key.per_second} times a second.",
            detail="Wait as long as Retry-After says, or ask an administrator for a higher limit.",
            code="too_often",
            wait=wait,
        )
    return key


def key_door(*, scope: Scope) -> Callable[[Callable[..., HttpResponse]], Callable[..., HttpResponse]]:
    """Declare a view as a door for keys with `scope`, and hand it the key as `key=`."""

    def guard(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
        @for_keys(scope=scope)
        @csrf_exempt  # no cookie opens this door, so no browser can be made to
        @functools.wraps(view)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:  # noqa: ANN401 - the view's own
            now = timezone.now()
            admitted = admit(request.headers.get("Authorization", ""), scope=scope, now=now)
            if isinstance(admitted, NotAdmitted):
                return admitted.answer()
            last_used.note(admitted.id, now=now)
            return view(request, *args, key=admitted, **kwargs)

        return guarded

    return guard
