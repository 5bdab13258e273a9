"""The verbs of webhooks, and the only writers of their tables: register, rotate, end, and tell what happened.

A named person answers for what is set up here: the actor, or `person`, in whose name the operator of the machine acts.
"""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any, Final

from django.db import transaction

from shelterwood.errors import ShelterwoodError
from shelterwood.web.hall.access.actors import ActorKind
from shelterwood.web.hall.access.permissions import Permission, Role, permissions_of
from shelterwood.web.hall.audit.services import record
from shelterwood.web.hall.outbox import services as outbox
from shelterwood.web.hall.ui.sizes import padded_json
from shelterwood.web.provider.basis.models import DeclaredService
from shelterwood.web.provider.webhooks import actions, addresses, sealing, signing
from shelterwood.web.provider.webhooks.models import Endpoint, EndpointSecret, Event
from shelterwood.web.provider.webhooks.states import Told

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from shelterwood.web.hall.access.actors import Actor
    from shelterwood.web.hall.accounts.models import Account

__all__ = [
    "KEPT", "KEPT_HEARD", "KIND", "EndpointIssued", "EndpointNotValid", "drop", "end", "forget",
    "note_told", "register", "rotate", "send_test", "tell",
]  # fmt: skip

KIND: Final = "webhook.deliver"
"""The kind of the outbox job that sends one event."""

KEPT: Final = timedelta(days=30)
"""So long an event stays that was not heard: so long a dead delivery can be tried again."""

KEPT_HEARD: Final = timedelta(days=1)
"""So long the moment stays at which an event was heard; there is one for every upload that waited."""


class EndpointNotValid(ShelterwoodError):
    """A webhook cannot be registered, or be changed, as asked."""


@dataclass(frozen=True, slots=True, kw_only=True)
class EndpointIssued:
    """An endpoint and the only copy of its new secret: show it once."""

    endpoint: Endpoint
    key: signing.SigningKey


def endpoint_ref(endpoint: Endpoint) -> str:
    """Return how the record names `endpoint`."""
    return f"webhook:{endpoint.pk}"


@transaction.atomic
def register(*, service: str, url: str, person: Account | None = None, actor: Actor, now: datetime) -> EndpointIssued:
    """Have what happens in `service` told to `url` from now on; raise EndpointNotValid, AddressNotCalled."""
    answers = _answers(actor, person)
    addresses.place_of(url)
    if not DeclaredService.objects.filter(name=service).exists():
        raise EndpointNotValid("This service is not declared here.", remedy="Declare it on the page Legal basis.")
    if Endpoint.objects.filter(service=service, ended_at__isnull=True).exists():
        raise EndpointNotValid(
            "There is a webhook for this service.", remedy="End it first; one server hears of a service."
        )
    endpoint = Endpoint.objects.create(service=service, url=url, registered_by_id=answers, registered_at=now)
    issued = _new_secret(endpoint, now=now)
    codes = {"service": service, "key": issued.key.key_id} | _named(person)
    record(action=actions.WEBHOOK_REGISTERED, actor=actor, object_ref=endpoint_ref(endpoint), now=now, codes=codes)
    return issued


@transaction.atomic
def rotate(
    *, endpoint: Endpoint, overlap: timedelta, person: Account | None = None, actor: Actor, now: datetime
) -> EndpointIssued:
    """Give the endpoint a new secret; the one in use signs beside it for `overlap`. Raises EndpointNotValid."""
    _answers(actor, person)
    _refuse_ended(endpoint)
    endpoint.secrets.filter(ends_at__isnull=True).update(ends_at=now + overlap)
    issued = _new_secret(endpoint, now=now)
    codes = {"key": issued.key.key_id, "old_ends_at": (now + overlap).isoformat(timespec="seconds")} | _named(person)
    record(action=actions.WEBHOOK_ROTATED, actor=actor, object_ref=endpoint_ref(endpoint), now=now, codes=codes)
    return issued


@transaction.atomic
def end(*, endpoint: Endpoint, person: Account | None = None, actor: Actor, now: datetime) -> None:
    """End the endpoint: nothing more is told there, not even what waits. Raises EndpointNotValid."""
    answers = _answers(actor, person)
    _refuse_ended(endpoint)
    endpoint.ended_at, endpoint.ended_by_id = now, answers
    endpoint.save(update_fields=["ended_at", "ended_by"])
    endpoint.secrets.filter(ends_at__isnull=True).update(ends_at=now)
    ref = endpoint_ref(endpoint)
    record(action=actions.WEBHOOK_ENDED, actor=actor, object_ref=ref, now=now, codes=_named(person))


@transaction.atomic
def send_test(*, endpoint: Endpoint, person: Account | None = None, actor: Actor, now: datetime) -> Event:
    """Tell the endpoint a word that means nothing. Raises EndpointNotValid."""
    _answers(actor, person)
    _refuse_ended(endpoint)
    event = _tell(endpoint, Told.TEST, {}, now=now)
    codes = {"event": str(event.pk)} | _named(person)
    record(action=actions.WEBHOOK_TESTED, actor=actor, object_ref=endpoint_ref(endpoint), now=now, codes=codes)
    return event


@transaction.atomic(savepoint=False)
def tell(*, service: str, what: Told, data: Mapping[str, Any], now: datetime) -> Event | None:
    """Tell whoever hears of `service`, in the caller's transaction; None where nobody does.

    `data` holds ids, moments and outcomes: nothing of a list, an entry, a class or a distance.
    """
    endpoint = Endpoint.objects.filter(service=service, ended_at__isnull=True).first()
    return None if endpoint is None else _tell(endpoint, what, data, now=now)


def _tell(endpoint: Endpoint, what: Told, data: Mapping[str, Any], *, now: datetime) -> Event:
    said = {"type": what, "timestamp": now.isoformat(timespec="seconds"), "data": dict(data)}
    event = Event.objects.create(id=uuid.uuid4(), endpoint=endpoint, type=what, body=padded_json(said), made_at=now)
    outbox.put(kind=KIND, key=str(event.pk), payload={"event": str(event.pk)}, now=now)
    return event


def note_told(*, event: Event, now: datetime) -> None:
    """Note that the receiver has said that it heard; what was said is forgotten."""
    Event.objects.filter(pk=event.pk, told_at__isnull=True).update(told_at=now, body="")


def drop(*, event: Event) -> None:
    """Forget an event that nobody is to be told any more."""
    Event.objects.filter(pk=event.pk).delete()


def forget(now: datetime) -> int:
    """Forget events that were heard a day ago, and those that are older than KEPT; return how many there were."""
    heard = Event.objects.filter(told_at__lte=now - KEPT_HEARD).delete()[0]
    return heard + Event.objects.filter(made_at__lte=now - KEPT).delete()[0]


def _new_secret(endpoint: Endpoint, *, now: datetime) -> EndpointIssued:
    key = signing.make()
    EndpointSecret.objects.create(endpoint=endpoint, key_id=key.key_id, sealed=sealing.seal(key), made_at=now)
    return EndpointIssued(endpoint=endpoint, key=key)


def _refuse_ended(endpoint: Endpoint) -> None:
    if endpoint.ended_at is not None:
        raise EndpointNotValid("This webhook has ended.", remedy="Register another for the service.")


def _answers(actor: Actor, person: Account | None) -> str:
    """Return the id of the account that answers for it; raise EndpointNotValid where there is none that may."""
    if actor.kind is ActorKind.PERSON:  # the gate has asked what they may do
        return actor.id
    roles = frozenset(Role(held.role) for held in person.roles_held.all()) if person is not None else frozenset[Role]()
    if person is None or not person.is_active or Permission.SERVICE_SET_UP not in permissions_of(roles):
        raise EndpointNotValid(
            "A webhook is set up by a named person who may set up this service.",
            remedy="An administrator answers for it.",
        )
    return str(person.pk)


def _named(person: Account | None) -> dict[str, str]:
    return {} if person is None else {"person": str(person.pk)}
