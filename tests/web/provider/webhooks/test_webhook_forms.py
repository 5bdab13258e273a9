"""The pages of the webhooks: a person registers, copies the secret once, tries it, rotates and ends it."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from django.urls import reverse
from grounds import declare_photos, officer_pair
from people import make_person, signed_in

from shelterwood.web.hall.access.permissions import Role
from shelterwood.web.hall.outbox import kinds
from shelterwood.web.hall.outbox.delivering import deliver_due
from shelterwood.web.provider.webhooks import services
from shelterwood.web.provider.webhooks.models import Endpoint, EndpointSecret

if TYPE_CHECKING:
    from receiver import Receiver

    from shelterwood.web.hall.access.actors import Actor


def test_a_person_registers_tries_rotates_and_ends_a_webhook(hook: Receiver) -> None:
    now = datetime.now(UTC)
    declare_photos(officer_pair(now=now).proposing, now=now)
    client = signed_in(make_person(Role.ADMINISTRATOR, name="setter-up"))

    made = client.post(reverse("register_webhook"), {"service": "photos", "url": hook.url}).content.decode()
    endpoint = Endpoint.objects.get()
    address = reverse("webhook", args=[endpoint.pk])
    assert "whsec_" in made
    assert "whsec_" not in client.get(address).content.decode()
    assert "on its way" in client.post(reverse("test_webhook", args=[endpoint.pk]), follow=True).content.decode()
    deliver_due(kinds.kind_of(services.KIND), datetime.now(UTC))
    assert b'"endpoint.test"' in hook.heard[0].body
    assert "whsec_" in client.post(reverse("rotate_webhook", args=[endpoint.pk]), {"hours": 24}).content.decode()
    assert "signs too until" in client.get(address).content.decode()
    ended = client.post(reverse("end_webhook", args=[endpoint.pk]), follow=True).content.decode()

    assert "ended" in ended
    assert "Ended" in client.get(address).content.decode()
    assert EndpointSecret.objects.filter(ends_at__isnull=True).count() == 0
    again = client.post(reverse("end_webhook", args=[endpoint.pk]))
    assert (again.status_code, "has ended" in again.content.decode()) == (409, True)


def test_an_address_that_may_not_be_told_is_said_so_beside_the_field(
    issued: services.EndpointIssued, person: Actor
) -> None:
    client = signed_in(make_person(Role.ADMINISTRATOR))
    services.end(endpoint=issued.endpoint, actor=person, now=datetime.now(UTC))

    page = client.post(reverse("register_webhook"), {"service": "photos", "url": "http://hooks.example.org/"})

    assert "not https" in page.content.decode()
    assert Endpoint.objects.count() == 1
