"""The job that sends one event: signed with every secret in use, one request, retried for days, then a person looks.

Any answer from 200 to 299 means heard. Nothing is sent without a signature.
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Final

from django.utils import timezone

from shelterwood.web.hall import faults, outgoing
from shelterwood.web.hall.outbox.outcomes import Done, GiveUp, Outcome, TryAgain
from shelterwood.web.provider.webhooks import addresses, sealing, services, signing
from shelterwood.web.provider.webhooks.models import Event

if TYPE_CHECKING:
    import uuid

    from shelterwood.web.hall.outbox.at_work import JobAtWork
    from shelterwood.web.provider.webhooks.models import Endpoint

__all__ = ["forget_rests", "send_event"]

HEARD: Final = faults.register("webhooks.heard")

_SECONDS = 10.0
_REST = 30.0
_resting: dict[uuid.UUID, float] = {}  # endpoints that kept us waiting, and until when nothing is sent there


def send_event(job: JobAtWork) -> Outcome:
    """Send the event that `job` names, unless its endpoint has ended or has just kept us waiting."""
    event = Event.objects.select_related("endpoint").filter(pk=str(job.payload["event"])).first()
    if event is None:
        return GiveUp("event_forgotten")
    if event.endpoint.ended_at is not None:
        services.drop(event=event)
    if event.endpoint.ended_at is not None or event.told_at is not None:
        return Done()
    if time.monotonic() < _resting.get(event.endpoint.pk, 0.0):
        return TryAgain("receiver_is_slow")
    return _send(event, event.endpoint)


def _send(event: Event, endpoint: Endpoint) -> Outcome:
    body, now = event.body.encode(), timezone.now()
    try:
        headers = signing.headers_of(event=event.pk, body=body, keys=sealing.keys_of(endpoint, now=now), now=now)
        place, target = addresses.place_of(endpoint.url), addresses.target_of(endpoint.url)
        with outgoing.called(place, "POST", target, body=body, headers=headers, seconds=_SECONDS) as answer:
            status = answer.status
    except signing.NothingToSignWith:
        return TryAgain("nothing_to_sign_with")
    except outgoing.AddressNotCalled:
        return TryAgain("address_not_allowed")
    except outgoing.HostNotReached:
        _resting[endpoint.pk] = time.monotonic() + _REST
        return TryAgain("receiver_not_reached")
    if not 200 <= status < 300:
        return TryAgain(f"receiver_answered_{status}")
    faults.step(HEARD)
    services.note_told(event=event, now=now)
    return Done()


def forget_rests() -> None:
    """Send to every endpoint again."""
    _resting.clear()
