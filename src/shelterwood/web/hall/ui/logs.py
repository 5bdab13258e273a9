"""What log lines never hold: the path of a request, where ids of a platform, words of strangers and secrets stand.

Django's request log names it. In its place we name the route: which door it was, and nothing that came through it.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from logging import LogRecord

__all__ = ["WithoutSecrets", "without_secrets"]

_SECRET = re.compile(r"(/invitation/)[^/\s?]+")


def without_secrets(text: str) -> str:
    """Return `text` with the secret of every invitation link left out."""
    return _SECRET.sub(r"\1...", text)


class WithoutSecrets:
    """A logging filter that lets every line through, with routes for paths and without the secrets of links."""

    def filter(self, record: LogRecord) -> bool:
        """Clean the message and its arguments."""
        request = getattr(record, "request", None)
        path, route = getattr(request, "path", None), _route_of(request)
        record.msg = without_secrets(record.msg) if isinstance(record.msg, str) else record.msg
        if isinstance(record.args, tuple):
            args = (route if arg == path else arg for arg in record.args)
            record.args = tuple(without_secrets(arg) if isinstance(arg, str) else arg for arg in args)
        return True


def _route_of(request: object) -> str:
    """Return the route as declared, without a value: `/api/v1/items/<str:item>/state`."""
    match = getattr(request, "resolver_match", None)
    return "(no such address)" if match is None else f"/{match.route}"
