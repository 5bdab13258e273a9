"""What `shelterwood webhook` does on the machine itself: the verbs of the page Webhooks, one service at a time.

The operator acts, and a person of this house answers for it: the command names one who may set up the service.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from django.utils import timezone

from shelterwood.web.hall.access.actors import OPERATOR
from shelterwood.web.hall.accounts.models import Account
from shelterwood.web.provider.webhooks import queries, services
from shelterwood.web.provider.webhooks.models import Endpoint

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

__all__ = ["add", "end", "lines", "rotate", "show", "test"]


def lines() -> Iterator[str]:
    """Yield one line a webhook, those that hear first."""
    for seen in queries.endpoints(now=timezone.now()):
        stands = f"active  {seen.unheard} not heard yet" if seen.is_active else f"ended {_when(seen.ended_at)}"
        yield f"{seen.service}  {stands}  {seen.url}"


def show(service: str) -> Iterator[str]:
    """Yield what the page of the webhook of `service` says; never a secret."""
    seen = queries.seen(_found(service), now=timezone.now())
    yield f"Address: {seen.url}"
    yield f"Registered: {_when(seen.registered_at)} by {seen.registered_by}"
    yield f"Not heard yet: {seen.unheard}"
    for secret in seen.secrets:
        yield f"Secret {secret.key_id}: " + (
            f"signs too until {_when(secret.ends_at)}" if secret.ends_at else "current"
        )
    for event in seen.events:
        heard = f"heard {_when(event.told_at)}" if event.told_at else "not heard yet"
        yield f"{event.type}  {_when(event.made_at)}  {heard}  {event.id}"


def add(service: str, url: str, *, person: str) -> str:
    """Register a webhook; return its secret, the only copy, with what to do with it."""
    issued = services.register(service=service, url=url, person=_person(person), actor=OPERATOR, now=timezone.now())
    return _secret(issued)


def rotate(service: str, *, hours: int, person: str) -> str:
    """Make a new secret beside which the old one signs for `hours`; return it, as `add`."""
    issued = services.rotate(
        endpoint=_found(service),
        overlap=timedelta(hours=hours),
        person=_person(person),
        actor=OPERATOR,
        now=timezone.now(),
    )
    return _secret(issued)


def test(service: str, *, person: str) -> str:
    """Have a test event sent by the running service; return a sentence with its id."""
    event = services.send_test(endpoint=_found(service), person=_person(person), actor=OPERATOR, now=timezone.now())
    return f"The test event {event.pk} is on its way. 'shelterwood webhook show {service}' says whether it was heard."


def end(service: str, *, person: str) -> str:
    """End the webhook; return a sentence."""
    services.end(endpoint=_found(service), person=_person(person), actor=OPERATOR, now=timezone.now())
    return f"The webhook for {service} has ended: nothing is told there any more."


def _secret(issued: services.EndpointIssued) -> str:
    return (
        f"{issued.key.text}\nThis is the only time the secret {issued.key.key_id} is shown: give it to your server now."
    )


def _when(moment: datetime | None) -> str:
    return moment.strftime("%Y-%m-%d %H:%M:%S UTC") if moment else "?"


def _found(service: str) -> Endpoint:
    endpoint = Endpoint.objects.filter(service=service, ended_at__isnull=True).first()
    if endpoint is None:
        raise services.EndpointNotValid(
            f"There is no active webhook for '{service}'.", remedy="'shelterwood webhook list' shows all there are."
        )
    return endpoint


def _person(name: str) -> Account:
    person = Account.objects.filter(name=name.lower()).first()
    if person is None:
        raise services.EndpointNotValid(f"There is no account '{name}'.", remedy="Name an administrator of this house.")
    return person
