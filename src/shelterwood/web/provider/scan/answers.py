"""What a door says: one shape and one size for every outcome, so that a length on the wire says nothing.

A scan key learns the outcome and the id of the event. List, entry, class and distance need the reviewer scope.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from django.http import HttpResponse

from shelterwood.web.hall.ui.problems import problem
from shelterwood.web.provider.keys.scopes import Scope

if TYPE_CHECKING:
    from collections.abc import Mapping

    from shelterwood.web.provider.keys.holding import KeyHeld
    from shelterwood.web.provider.scan.matching import Finding

__all__ = ["SIZE_CLASS", "answer", "said", "takes_only"]

SIZE_CLASS = 1024
"""Answers are padded with blanks, which JSON allows, to a multiple of this many bytes."""


def said(finding: Finding, *, key: KeyHeld, event: str | None) -> dict[str, Any]:
    """Return the answer as data: what `key` may know of the finding."""
    open_to_key = Scope.REVIEWER in key.scopes
    return {
        "outcome": str(finding.outcome),
        "reason": None if finding.reason is None else str(finding.reason),
        "event": event,
        "checked": dict(finding.checked),
        "matches": [match.as_json() for match in finding.matches] if open_to_key else [],
        "truncated": open_to_key and finding.more_matches > 0,
    }


def answer(data: Mapping[str, Any], *, status: int = 200) -> HttpResponse:
    """Return the answer as it goes out, padded."""
    # Sorted: PostgreSQL forgets the order of a remembered answer, which must go out byte for byte again.
    body = json.dumps(data, separators=(",", ":"), sort_keys=True).encode()
    padded = body + b" " * (-len(body) % SIZE_CLASS)
    return HttpResponse(padded, status=status, content_type="application/json")


def takes_only(method: str) -> HttpResponse:
    """Return the refusal of every other method."""
    refusal = problem(status=405, title=f"This door takes {method} only.", code="method_not_allowed")
    refusal.headers["Allow"] = method
    return refusal
