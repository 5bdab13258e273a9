"""What is told to a platform's server, and how it is signed. Numbers are those of review-consoles.md section 10."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import re
import time
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from django.db import IntegrityError, transaction

from shelterwood.web.hall.access.actors import OPERATOR, Actor
from shelterwood.web.hall.audit.models import Line
from shelterwood.web.hall.outbox import kinds
from shelterwood.web.hall.outbox.delivering import deliver_due
from shelterwood.web.hall.outbox.models import Job
from shelterwood.web.hall.outgoing import AddressNotCalled
from shelterwood.web.hall.settings.facts import facts
from shelterwood.web.provider.webhooks import services, signing
from shelterwood.web.provider.webhooks.models import Endpoint, EndpointSecret, Event
from shelterwood.web.provider.webhooks.states import Told

if TYPE_CHECKING:
    from collections.abc import Callable

    from pytest_django.fixtures import SettingsWrapper
    from receiver import Heard, Receiver

HOW_TO = Path(__file__).parents[4] / "docs" / "howto" / "receive-webhooks.md"


def documented() -> Callable[..., bool]:
    """Return the receiver of the how-to, as it stands there."""
    found = re.search(r"```python\n(.*?)```", HOW_TO.read_text(encoding="utf-8"), re.DOTALL)
    assert found
    names: dict[str, Any] = {}
    exec("\n".join(line[3:] for line in found[1].splitlines()), names)  # noqa: S102 - it is ours
    receive: Callable[..., bool] = names["heard"]
    return receive


def deliver(*, later: timedelta = timedelta()) -> None:
    deliver_due(kinds.kind_of(services.KIND), datetime.now(UTC) + later)


def tell(item: str = "photo-17") -> Event:
    event = services.tell(service="photos", what=Told.ITEM_HELD, data={"item": item}, now=datetime.now(UTC))
    assert event is not None
    return event


def signature(heard: Heard, key: signing.SigningKey) -> str:
    text = b".".join([heard.headers["webhook-id"].encode(), heard.headers["webhook-timestamp"].encode(), heard.body])
    return "v1," + base64.b64encode(hmac.new(key.raw, text, hashlib.sha256).digest()).decode()


def test_25_webhooks_carry_timestamp_key_id_body_digest_and_a_signature_over_them(
    issued: services.EndpointIssued, hook: Receiver
) -> None:
    event = tell()

    deliver()

    (heard,) = hook.heard
    assert heard.path == "/hook?from=shelterwood"
    assert heard.headers["webhook-id"] == str(event.pk)
    assert abs(int(heard.headers["webhook-timestamp"]) - time.time()) < 30
    assert heard.headers["webhook-key-id"] == issued.key.key_id
    digest = base64.b64encode(hashlib.sha256(heard.body).digest()).decode()
    assert heard.headers["content-digest"] == f"sha-256=:{digest}:"
    assert heard.headers["webhook-signature"] == signature(heard, issued.key)
    said = json.loads(heard.body)
    assert (said["type"], said["data"], len(heard.body)) == ("item.held", {"item": "photo-17"}, 1024)


def test_25_both_secrets_sign_while_one_replaces_the_other_and_then_the_new_one_alone(
    issued: services.EndpointIssued, hook: Receiver, person: Actor
) -> None:
    newer = services.rotate(endpoint=issued.endpoint, overlap=timedelta(hours=1), actor=person, now=datetime.now(UTC))
    tell()
    deliver()
    EndpointSecret.objects.filter(key_id=issued.key.key_id).update(ends_at=datetime.now(UTC))
    tell("photo-18")
    deliver()

    both, alone = hook.heard
    assert both.headers["webhook-key-id"] == f"{newer.key.key_id} {issued.key.key_id}"
    assert both.headers["webhook-signature"] == f"{signature(both, newer.key)} {signature(both, issued.key)}"
    assert alone.headers["webhook-signature"] == signature(alone, newer.key)


def test_25_the_documented_receiver_hears_once_and_refuses_replays_and_forgeries(
    issued: services.EndpointIssued, hook: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    receive, seen = documented(), set[str]()
    tell()
    deliver()
    (heard,) = hook.heard
    secrets = [issued.key.text]

    assert receive(heard.headers, heard.body, secrets, seen) is True
    assert receive(heard.headers, heard.body, secrets, seen) is False, "heard before"
    for headers, body, known in (
        (heard.headers, heard.body + b" ", secrets),
        (heard.headers | {"webhook-id": "another"}, heard.body, secrets),
        (heard.headers | {"webhook-timestamp": str(int(time.time()) - 5)}, heard.body, secrets),
        (heard.headers | {"webhook-signature": "v1,"}, heard.body, secrets),
        (heard.headers, heard.body, [signing.make().text]),
    ):
        with pytest.raises(PermissionError, match="not signed"):
            receive(headers, body, known, set())
    much_later = time.time() + 301
    monkeypatch.setattr(time, "time", lambda: much_later)
    with pytest.raises(PermissionError, match="repeats"):
        receive(heard.headers, heard.body, secrets, set())


def test_25_a_retry_keeps_its_id_and_gets_a_new_moment_and_signature(
    issued: services.EndpointIssued, hook: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    hook.status = 500
    tell()
    deliver()
    assert Job.objects.get(kind=services.KIND).last_reason == "receiver_answered_500"
    hook.status = 204
    later = datetime.now(UTC) + timedelta(minutes=1)
    monkeypatch.setattr("shelterwood.web.provider.webhooks.work.timezone.now", lambda: later)

    deliver(later=timedelta(minutes=1))

    first, second = hook.heard
    assert first.headers["webhook-id"] == second.headers["webhook-id"]
    assert first.body == second.body
    assert first.headers["webhook-timestamp"] != second.headers["webhook-timestamp"]
    assert second.headers["webhook-signature"] == signature(second, issued.key)


def test_25_nothing_is_ever_sent_unsigned(issued: services.EndpointIssued, hook: Receiver) -> None:
    EndpointSecret.objects.update(sealed="of another installation")
    tell()
    deliver()
    EndpointSecret.objects.filter(endpoint=issued.endpoint).delete()
    deliver(later=timedelta(minutes=5))

    assert hook.heard == []
    assert Job.objects.get(kind=services.KIND).last_reason == "nothing_to_sign_with"
    with pytest.raises(signing.NothingToSignWith):
        signing.headers_of(event=issued.endpoint.pk, body=b"", keys=[], now=datetime.now(UTC))


@pytest.mark.parametrize("status", [301, 307, 403, 410, 503])
@pytest.mark.usefixtures("issued")
def test_only_200_to_299_is_heard_and_redirects_are_not_followed(hook: Receiver, status: int) -> None:
    hook.status = status
    tell()

    deliver()

    assert len(hook.heard) == 1
    assert Job.objects.get(kind=services.KIND).last_reason == f"receiver_answered_{status}"
    assert Event.objects.get().told_at is None


@pytest.mark.usefixtures("issued")
def test_a_receiver_that_does_not_answer_rests_and_holds_nobody_up(hook: Receiver) -> None:
    hook.status = None
    tell()
    tell("photo-18")

    deliver()

    assert len(hook.heard) == 1
    reasons = set(Job.objects.filter(kind=services.KIND).values_list("last_reason", flat=True))
    assert reasons == {"receiver_not_reached", "receiver_is_slow"}


@pytest.mark.usefixtures("issued")
def test_what_was_told_is_forgotten_and_what_was_not_dies_visibly_after_days(hook: Receiver) -> None:
    event = tell()
    deliver()
    event.refresh_from_db()
    assert event.told_at is not None
    assert event.body == ""
    assert services.forget(event.told_at + services.KEPT_HEARD) == 1
    hook.status = 500
    tell("photo-18")
    for day in range(40):
        deliver(later=timedelta(hours=15 * day))

    assert Job.objects.get(state="dead").last_reason == "receiver_answered_500"
    assert Line.objects.filter(action="delivery.dead").exists()
    assert len(hook.heard) == 24
    services.forget(datetime.now(UTC) + services.KEPT + timedelta(minutes=1))
    assert not Event.objects.exists()


def test_an_ended_webhook_hears_nothing_not_even_what_waits(
    issued: services.EndpointIssued, hook: Receiver, person: Actor
) -> None:
    tell()
    services.end(endpoint=issued.endpoint, actor=person, now=datetime.now(UTC))

    deliver()

    assert hook.heard == []
    assert services.tell(service="photos", what=Told.TEST, data={}, now=datetime.now(UTC)) is None
    assert not Event.objects.exists()
    with pytest.raises(services.EndpointNotValid, match="ended"):
        services.rotate(endpoint=issued.endpoint, overlap=timedelta(0), actor=person, now=datetime.now(UTC))


def test_a_webhook_is_registered_by_a_named_person_once_a_service_and_recorded_without_address_or_secret(
    issued: services.EndpointIssued, person: Actor, hook: Receiver
) -> None:
    now = datetime.now(UTC)
    line = Line.objects.get(action="webhook.registered")
    assert line.actor == str(person)
    assert line.codes == {"service": "photos", "key": issued.key.key_id}
    assert "whsec_" not in EndpointSecret.objects.get().sealed
    with pytest.raises(services.EndpointNotValid, match="There is a webhook"):
        services.register(service="photos", url=hook.url, actor=person, now=now)
    with pytest.raises(services.EndpointNotValid, match="not declared"):
        services.register(service="nothing", url=hook.url, actor=person, now=now)
    with pytest.raises(services.EndpointNotValid, match="named person"):
        services.end(endpoint=issued.endpoint, actor=OPERATOR, now=now)
    with pytest.raises(IntegrityError), transaction.atomic():
        Endpoint.objects.create(
            service="photos", url=hook.url, registered_by_id=issued.endpoint.registered_by_id, registered_at=now
        )


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("http://hooks.example.org/", "not https"),
        ("https://localhost/", "only a demo"),
        ("http://127.0.0.1:8000/", "only a demo"),
        ("https://[::1]/", "only a demo"),
        ("ftp://hooks.example.org/", "not an address"),
        ("https://user:word@hooks.example.org/", "not an address"),
        ("https://hooks.example.org/#part", "after '#'"),
        ("https://hooks.example.org/\r\nHost: x", "not an address"),
    ],
)
@pytest.mark.usefixtures("issued")
def test_other_addresses_are_not_registered(person: Actor, settings: SettingsWrapper, url: str, said: str) -> None:
    settings.FACTS = replace(facts(), demo=False)

    with pytest.raises(AddressNotCalled, match=said):
        services.register(service="photos", url=url, actor=person, now=datetime.now(UTC))


def test_a_name_that_leads_into_a_private_network_is_told_nothing(
    issued: services.EndpointIssued, monkeypatch: pytest.MonkeyPatch
) -> None:
    Endpoint.objects.filter(pk=issued.endpoint.pk).update(url="https://hooks.example.org/")
    private = (2, 1, 6, "", ("10.1.2.3", 443))
    monkeypatch.setattr("socket.getaddrinfo", lambda *_a, **_k: [private])
    tell()

    deliver()

    assert Job.objects.get(kind=services.KIND).last_reason == "address_not_allowed"
