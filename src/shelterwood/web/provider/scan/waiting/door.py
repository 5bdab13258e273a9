"""`GET /api/v1/scans/{id}`: what became of an upload that was accepted for later, for the key that sent it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shelterwood.web.hall.ui.problems import problem
from shelterwood.web.provider.keys.door import key_door
from shelterwood.web.provider.keys.scopes import Scope
from shelterwood.web.provider.scan.answers import answer, takes_only
from shelterwood.web.provider.scan.waiting import queries

if TYPE_CHECKING:
    import uuid

    from django.http import HttpRequest, HttpResponse

    from shelterwood.web.provider.keys.holding import KeyHeld

__all__ = ["waiting_state"]


@key_door(scope=Scope.SCAN)
def waiting_state(request: HttpRequest, scan_id: uuid.UUID, *, key: KeyHeld) -> HttpResponse:
    """Say where the upload is; what another key sent, and what is forgotten, is as if it had never been."""
    if request.method != "GET":
        return takes_only("GET")
    told = queries.state_of(scan_id, key=key)
    if told is None:
        return problem(
            status=404,
            title="This key sent no such upload, or its outcome is forgotten.",
            detail="Outcomes are kept for 24 hours.",
            code="no_such_scan",
        )
    return answer(told)
