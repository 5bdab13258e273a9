"""Sessions end when idle, end when old, are ended by their owner only, and cannot be stolen from the table."""

from __future__ import annotations

import uuid
from datetime import timedelta

from people import make_person, signed_in

from shelterwood.web.hall.accounts.models import Session
from shelterwood.web.hall.accounts.sessions import SessionStore
from shelterwood.web.hall.settings.facts import facts


def test_the_table_does_not_hold_the_cookie() -> None:
    client = signed_in(make_person())

    stored = str(list(Session.objects.values()))

    assert client.session.session_key
    assert client.session.session_key not in stored


def test_an_unused_session_is_over() -> None:
    client = signed_in(make_person())
    assert client.get("/account").status_code == 200
    Session.objects.update(last_seen_at=Session.objects.get().last_seen_at - facts().session_idle)

    answer = client.get("/account")

    assert answer.headers["Location"].startswith("/sign-in")
    assert not Session.objects.exists()


def test_a_session_in_use_is_over_after_its_hours() -> None:
    client = signed_in(make_person())
    row = Session.objects.get()
    Session.objects.update(ends_at=row.last_seen_at)

    assert client.get("/account").headers["Location"].startswith("/sign-in")


def test_the_hours_count_from_signing_in_whatever_cookie_comes_later() -> None:
    store = SessionStore()
    store["started_at"] = "2026-11-24T08:00:00+00:00"
    store.create()
    store["started_at"] = "2026-11-24T08:00:00+00:00"
    store.save()
    store.cycle_key()
    store.save()

    row = Session.objects.get()
    assert row.ends_at - row.started_at == facts().session_longest
    assert row.started_at.hour == 8


def test_use_is_noted_at_most_once_a_minute() -> None:
    client = signed_in(make_person())
    early = Session.objects.get().last_seen_at - timedelta(seconds=90)
    Session.objects.update(last_seen_at=early)
    client.get("/account")
    noted = Session.objects.get().last_seen_at

    client.get("/account")

    assert noted > early
    assert Session.objects.get().last_seen_at == noted


def test_one_ends_ones_own_session_and_nobody_elses() -> None:
    mine, theirs = make_person(), make_person()
    client, other_device, stranger = signed_in(mine), signed_in(mine), signed_in(theirs)
    number = Session.objects.get(digest=_digest(other_device.session.session_key)).number

    refused = stranger.post(f"/account/sessions/{number}/end")
    ended = client.post(f"/account/sessions/{number}/end")

    assert (refused.status_code, ended.status_code) == (404, 302)
    assert other_device.get("/account").headers["Location"].startswith("/sign-in")
    assert client.post(f"/account/sessions/{uuid.uuid4()}/end").status_code == 404


def test_changing_the_password_ends_every_other_session() -> None:
    account = make_person()
    client, other_device = signed_in(account), signed_in(account)
    new = "seven birches in a row"

    answer = client.post("/account/password", {"password": new, "again": new})

    assert answer.headers["Location"] == "/account"
    assert client.get("/account").status_code == 200
    assert other_device.get("/account").headers["Location"].startswith("/sign-in")


def _digest(key: str) -> str:
    import hashlib  # noqa: PLC0415 - one line of one test

    return hashlib.sha256(key.encode()).hexdigest()
