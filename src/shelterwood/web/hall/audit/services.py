"""The only way to write into the record: call it as the last statement of the transaction that did the thing."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shelterwood.web.hall.audit.actions import Action, ActionNotRegistered, registered
from shelterwood.web.hall.audit.models import Line

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from shelterwood.web.hall.access.actors import Actor

__all__ = ["record"]


def record(
    *, action: Action, actor: Actor, object_ref: str, now: datetime, codes: Mapping[str, str] | None = None
) -> Line:
    """Append one line: `actor` did `action` to `object_ref` ("account:UUID", or "" if there is no object) at `now`.

    `codes` are fixed words (a role, a reason), never free text, names, addresses or content.
    Raises ActionNotRegistered if `action` did not come from `actions.register`.
    """
    if registered().get(action.name) is not action:
        raise ActionNotRegistered(f"The action '{action.name}' is not registered.", remedy="Use actions.register.")
    return Line.objects.create(
        action=action.name, actor=str(actor), object_ref=object_ref, codes=dict(codes or {}), recorded_at=now
    )
