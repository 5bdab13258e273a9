"""The question of every door, with what this installation knows; a refusal is recorded before it is given."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

from shelterwood.policy import (
    DetectionRequest,
    EndToEnd,
    Permitted,
    Refused,
    ServiceType,
    Technology,
    TokenId,
    may_detect,
)
from shelterwood.web.hall.settings.facts import facts
from shelterwood.web.provider.basis import live
from shelterwood.web.provider.basis.refusals import note_refusal

if TYPE_CHECKING:
    from datetime import datetime

__all__ = ["answer", "decide"]


def decide(
    *, token_id: TokenId | None, request: DetectionRequest, technology: Technology, now: datetime
) -> Permitted | Refused:
    """Say whether content may be looked at now; the caller reads nothing before it holds a Permitted.

    `technology` is what is configured. What the provider declared of the service decides on encryption: a service that
    nobody declared is refused, whatever the request attests. Call it outside a transaction: a refusal writes to the
    record, and must stay there.
    """
    found = answer(token_id=token_id, request=request, technology=technology, now=now)
    if isinstance(found, Refused):
        known = live.current(now=now)
        # What nobody here issued or declared is a text of a stranger, and does not go into the record.
        token = token_id or ""
        token = token if not token or token in known.tokens else "unknown"
        service = request.service if request.service in known.services else "undeclared"
        note_refusal(found, token=token, service=service, now=now)
    return found


def answer(
    *, token_id: TokenId | None, request: DetectionRequest, technology: Technology, now: datetime
) -> Permitted | Refused:
    """Answer as `decide` does, for pages: nothing is recorded, because nobody wanted to look."""
    known_here = live.current(now=now)
    known = None if token_id is None else known_here.tokens.get(token_id)
    return may_detect(
        None if known is None else known.token,
        profile=known_here.profile(_profile_for(request.service_type)) if known is None else known.profile,
        request=dataclasses.replace(request, end_to_end=_attested(request, known_here.services)),
        technology=technology,
        now=now,
        demo=facts().demo,
        rates=() if known is None else known.rates,
    )


def _attested(request: DetectionRequest, services: live.Services) -> EndToEnd:
    """Return what the declaration says; a door may know worse of one surface, never better."""
    declared = services.get(request.service)
    if declared is None or request.surface not in declared.surfaces:
        encrypted = request.end_to_end not in {EndToEnd.NEVER, EndToEnd.NOT_ATTESTED}
        return request.end_to_end if encrypted else EndToEnd.NOT_ATTESTED
    worse = request.end_to_end not in {EndToEnd.NEVER, EndToEnd.NOT_ATTESTED}
    return request.end_to_end if worse else declared.end_to_end


def _profile_for(service_type: ServiceType) -> str:
    """Return the law under which a token for such a service would be asked for, so that a refusal can name it."""
    names = {ServiceType.HOSTING: "NATIONAL_HOSTING", ServiceType.NUMBER_INDEPENDENT_MESSAGING: "INTERIM2026"}
    return names.get(service_type, "NONE")
