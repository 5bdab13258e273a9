"""`shelterwood webhook`: what the page does, by the operator in the name of a person who may."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest
from grounds import declare_photos, officer_pair
from people import make_person

from shelterwood.cli import webhook as command
from shelterwood.web.hall.access.permissions import Role
from shelterwood.web.hall.accounts.models import Account
from shelterwood.web.hall.audit.models import Line
from shelterwood.web.hall.outbox import kinds
from shelterwood.web.hall.outbox.delivering import deliver_due
from shelterwood.web.hall.outgoing import AddressNotCalled
from shelterwood.web.provider.webhooks import at_the_desk, forms, services
from shelterwood.web.provider.webhooks.models import Endpoint, EndpointSecret

if TYPE_CHECKING:
    from receiver import Receiver


@pytest.fixture
def admin() -> Account:
    now = datetime.now(UTC)
    declare_photos(officer_pair(now=now).proposing, now=now)
    return make_person(Role.ADMINISTRATOR, name="setter-up")


def test_the_command_adds_tries_rotates_and_ends_in_a_persons_name(hook: Receiver, admin: Account) -> None:
    made = at_the_desk.add("photos", hook.url, person="Setter-Up")
    assert made.startswith("whsec_")
    assert Endpoint.objects.get().registered_by == admin
    (line,) = at_the_desk.lines()
    assert line == f"photos  active  0 not heard yet  {hook.url}"

    tried = at_the_desk.test("photos", person="setter-up")
    deliver_due(kinds.kind_of(services.KIND), datetime.now(UTC))
    assert hook.heard[0].headers["webhook-id"] in tried
    newer = at_the_desk.rotate("photos", hours=24, person="setter-up")
    shown = "\n".join(at_the_desk.show("photos"))
    assert newer.split()[0] not in shown
    assert made.split()[0] not in shown
    assert ("signs too until" in shown, "endpoint.test" in shown, "heard 2" in shown) == (True, True, True)
    at_the_desk.end("photos", person="setter-up")

    assert next(at_the_desk.lines()).startswith("photos  ended 2")
    assert EndpointSecret.objects.filter(ends_at__isnull=True).count() == 0
    said = Line.objects.filter(action__startswith="webhook.").order_by("seq")
    assert [line.action for line in said] == [
        f"webhook.{what}" for what in ("registered", "tested", "rotated", "ended")
    ]
    assert {(line.actor, line.codes["person"]) for line in said} == {("operator", str(admin.pk))}


def test_only_somebody_who_may_set_up_the_service_can_be_named(hook: Receiver, admin: Account) -> None:
    make_person(Role.AUDITOR, name="auditor-1")
    for person, why in (("auditor-1", "may set up"), ("ghost", "no account 'ghost'")):
        with pytest.raises(services.EndpointNotValid, match=why):
            at_the_desk.add("photos", hook.url, person=person)
    Account.objects.filter(pk=admin.pk).update(deactivated_at=datetime.now(UTC))
    with pytest.raises(services.EndpointNotValid, match="may set up"):
        at_the_desk.add("photos", hook.url, person="setter-up")

    assert not Endpoint.objects.exists()


def test_each_verb_asks_for_such_a_person_and_for_a_webhook_that_is_there(hook: Receiver, admin: Account) -> None:
    make_person(Role.AUDITOR, name="auditor-1")
    for person, why in (("setter-up", "no active webhook"), ("auditor-1", "may set up")):
        for verb, options in (("rotate", {"hours": 1}), ("test", {}), ("end", {})):
            with pytest.raises(services.EndpointNotValid, match=why):
                getattr(at_the_desk, verb)("photos", **options, person=person)
        if person == "setter-up":
            at_the_desk.add("photos", hook.url, person=person)

    assert Line.objects.filter(action__startswith="webhook.").count() == 1
    assert admin.is_active


def test_what_the_page_refuses_the_command_refuses(admin: Account) -> None:
    with pytest.raises(AddressNotCalled):
        at_the_desk.add("photos", "http://hooks.example.org/", person=admin.name)
    with pytest.raises(services.EndpointNotValid, match="not declared"):
        at_the_desk.add("nothing", "https://hooks.example.org/", person=admin.name)
    limits = next(option for option in command.rotate.params if option.name == "hours").type
    field = forms.RotateForm().fields["hours"]
    assert (limits.min, limits.max) == (field.min_value, field.max_value)  # type: ignore[attr-defined]
