"""What a door says: one shape and one size for every outcome, so that a length on the wire says nothing.

A scan key learns the outcome and the id of the event. List, entry, class and distance need the reviewer scope.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.http import HttpResponse

from shelterwood.web.hall.ui.problems import problem
from shelterwood.web.hall.ui.sizes import padded_json
from shelterwood.web.provider.keys.scopes import Scope

if TYPE_CHECKING:
    from collections.abc import Mapping

    from shelterwood.web.provider.keys.holding import KeyHeld
    from shelterwood.web.provider.scan.matching import Finding

__all__ = ["answer", "said", "takes_only"]


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
    return HttpResponse(padded_json(data), status=status, content_type="application/json")


def takes_only(method: str) -> HttpResponse:
    """Return the refusal of every other method."""
    refusal = problem(status=405, title=f"This door takes {method} only.", code="method_not_allowed")
    refusal.headers["Allow"] = method
    return refusal
