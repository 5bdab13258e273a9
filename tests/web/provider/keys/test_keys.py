"""API keys: shown once, kept as a digest, rotated with overlap, refused in one voice, and limited."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import TYPE_CHECKING

import pytest
from django.db import IntegrityError, transaction
from people import make_person, signed_in

from shelterwood.policy import ServiceId, ServiceType, Surface, TokenId
from shelterwood.web.hall.access.actors import OPERATOR
from shelterwood.web.hall.access.permissions import Role
from shelterwood.web.hall.audit.models import Line
from shelterwood.web.provider.keys import buckets, holding, last_used, services, wording
from shelterwood.web.provider.keys.door import NotAdmitted, admit
from shelterwood.web.provider.keys.models import ApiKey, KeySecret
from shelterwood.web.provider.keys.scopes import Scope

if TYPE_CHECKING:
    from shelterwood.web.provider.keys.services import KeyIssued

NOW = datetime.now(UTC)


def make(
    name: str = "photos-upload", *, scopes: frozenset[Scope] = frozenset({Scope.SCAN}), **changes: object
) -> KeyIssued:
    purpose = services.KeyPurpose(
        token_id=TokenId("token-1"),
        service=ServiceId("photos"),
        service_type=ServiceType.HOSTING,
        surface=Surface.PUBLIC_UPLOAD,
        scopes=scopes,
        **changes,
    )
    return services.make(name=name, purpose=purpose, lasts=timedelta(days=365), actor=OPERATOR, now=NOW)


def opened(text: str, *, scope: Scope = Scope.SCAN, now: datetime = NOW) -> object:
    holding.forget()
    return admit(f"Bearer {text}", scope=scope, now=now)


@pytest.fixture(autouse=True)
def _nothing_remembered() -> None:
    holding.forget()
    buckets.forget()
    last_used.forget()


def test_a_key_opens_its_door_and_only_its_digest_is_kept() -> None:
    issued = make()

    key = opened(issued.text.whole)

    assert not isinstance(key, NotAdmitted)
    assert (key.id, key.surface, key.token_id) == (issued.key.pk, Surface.PUBLIC_UPLOAD, "token-1")
    kept = KeySecret.objects.get()
    assert issued.text.secret not in {str(value) for value in vars(kept).values()}
    assert kept.digest == issued.text.digest
    assert issued.text.secret not in repr(issued.text)


def test_unknown_wrong_ended_and_retired_keys_get_one_answer() -> None:
    issued, other, ended = make(), make("other"), make("ended")
    services.retire(key=other.key, actor=OPERATOR, now=NOW)
    wrong_secret = wording.KeyText(prefix=issued.text.prefix, secret=other.text.secret).whole

    answers = [
        opened(wording.make().whole),
        opened(wrong_secret),
        opened(other.text.whole),
        opened(ended.text.whole, now=NOW + timedelta(days=365)),
        opened("nonsense"),
        admit("", scope=Scope.SCAN, now=NOW),
        admit("Basic " + issued.text.whole, scope=Scope.SCAN, now=NOW),
    ]

    assert {answer.status for answer in answers} == {401}
    assert len({answer.answer().content for answer in answers}) == 1


def test_a_rotated_secret_works_until_the_chosen_end_and_the_key_stays_the_same() -> None:
    first = make()
    second = services.rotate(key=first.key, overlap=timedelta(hours=2), actor=OPERATOR, now=NOW)
    soon, later = NOW + timedelta(hours=1), NOW + timedelta(hours=2)

    assert opened(first.text.whole, now=soon).id == opened(second.text.whole, now=soon).id
    assert opened(first.text.whole, now=later).status == 401
    assert opened(second.text.whole, now=later).id == first.key.pk


def test_a_second_rotation_does_not_prolong_the_first_secret() -> None:
    first = make()
    services.rotate(key=first.key, overlap=timedelta(hours=1), actor=OPERATOR, now=NOW)
    services.rotate(key=first.key, overlap=timedelta(hours=24), actor=OPERATOR, now=NOW)

    assert opened(first.text.whole, now=NOW + timedelta(hours=1)).status == 401


def test_an_ended_key_is_not_rotated_back_into_life() -> None:
    issued = make()
    services.retire(key=issued.key, actor=OPERATOR, now=NOW)
    issued.key.refresh_from_db()

    with pytest.raises(services.ApiKeyNotValid):
        services.rotate(key=issued.key, overlap=timedelta(), actor=OPERATOR, now=NOW)


def test_a_scope_that_is_not_held_is_refused() -> None:
    issued = make()

    assert opened(issued.text.whole, scope=Scope.REVIEWER).status == 403


def test_a_key_is_used_no_more_often_than_its_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    issued = make(per_second=3)
    monkeypatch.setattr(buckets, "time", SimpleNamespace(monotonic=lambda: 1000.0))  # a busy machine may take a second

    answers = [opened(issued.text.whole) for _ in range(4)]

    assert [isinstance(answer, NotAdmitted) for answer in answers] == [False, False, False, True]
    assert answers[-1].answer().headers["Retry-After"] == "1"
    assert buckets.seconds_to_wait(issued.key.pk, per_second=3, clock=float("inf")) == 0


def test_last_use_is_written_after_a_request_at_most_once_a_minute() -> None:
    issued = make()
    last_used.note(issued.key.pk, now=NOW)
    last_used.after_request()
    last_used.note(issued.key.pk, now=NOW + timedelta(seconds=5))
    last_used.after_request()

    assert ApiKey.objects.get().last_used_at == NOW


@pytest.mark.parametrize(
    "wrong",
    [{"token_id": ""}, {"service": ""}, {"per_second": 0}, {"surface": "elsewhere"}, {"name": "No Name"}],
    ids=lambda wrong: next(iter(wrong)),
)
def test_the_database_refuses_a_key_without_basis_limit_or_surface(wrong: dict[str, object]) -> None:
    issued = make()

    with pytest.raises(IntegrityError), transaction.atomic():
        ApiKey.objects.filter(pk=issued.key.pk).update(**wrong)


def test_making_rotating_and_retiring_stand_in_the_record_without_a_secret() -> None:
    issued = make()
    services.rotate(key=issued.key, overlap=timedelta(hours=1), actor=OPERATOR, now=NOW)
    services.retire(key=issued.key, actor=OPERATOR, now=NOW)

    lines = list(Line.objects.order_by("id"))

    assert [line.action for line in lines] == ["key.made", "key.rotated", "key.retired"]
    assert {line.object_ref for line in lines} == {f"key:{issued.key.pk}"}
    assert issued.text.prefix not in str([line.codes for line in lines])


def test_a_key_is_made_on_its_page_and_its_secret_shown_once() -> None:
    client = signed_in(make_person(Role.ADMINISTRATOR))
    form = {
        "name": "photos-upload",
        "scopes": ["scan"],
        "service": "photos",
        "service_type": "hosting",
        "surface": "public_upload",
        "token_id": "token-1",
        "per_second": "100",
        "days": "365",
    }

    page = client.post("/keys/make", form).content.decode()
    key = ApiKey.objects.get()

    prefix = key.secrets.get().prefix
    assert f"swk_{prefix}." in page
    assert key.surface == "public_upload"
    shown_later = client.get(f"/keys/{key.pk}").content.decode()
    assert prefix in shown_later
    assert f"swk_{prefix}." not in shown_later


def test_a_long_form_that_was_not_accepted_names_at_its_top_what_to_look_at_again() -> None:
    client = signed_in(make_person(Role.ADMINISTRATOR))

    page = client.post("/keys/make", {"name": "photos-upload", "service": "photos"}).content.decode()

    top = page.split("<label")[0]
    assert "Nothing was done yet" in top
    assert '<a href="#id_surface">What is sent with it</a>' in top
    assert 'href="#id_service"' not in top


def test_a_key_that_ended_already_says_so_on_its_page() -> None:
    issued, client = make(), signed_in(make_person(Role.ADMINISTRATOR))

    assert client.post(f"/keys/{issued.key.pk}/retire").status_code == 302
    assert "is retired already" in client.post(f"/keys/{issued.key.pk}/retire").content.decode()
