"""The record takes registered actions only, links each line to the one before, and lets nobody change one."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import DatabaseError, transaction
from people import NOW

from shelterwood.web.hall.access.actors import OPERATOR, Actor
from shelterwood.web.hall.accounts.actions import SIGNED_IN
from shelterwood.web.hall.audit import heads, queries
from shelterwood.web.hall.audit.actions import Action, ActionNotRegistered, ActionRegisteredTwice, register
from shelterwood.web.hall.audit.checking import HeadFacts, find_faults
from shelterwood.web.hall.audit.models import ChainHead, Line, Payload
from shelterwood.web.hall.audit.payloads import PayloadNotReadable
from shelterwood.web.hall.audit.services import (
    NoSuchPayload,
    Personal,
    RecordWithoutHead,
    forget,
    forget_due,
    read_personal,
    record,
)
from shelterwood.web.hall.audit.statements import HeadNotAccepted, read_head

LATER = NOW + timedelta(days=30)


def written(*, personal: Personal | None = None) -> Line:
    actor = Actor.person("5")
    return record(
        action=SIGNED_IN,
        actor=actor,
        object_ref="account:5",
        now=NOW,
        codes={"kind": "passkey", "b": "2", "a": "1"},
        personal=personal,
    )


def holds() -> bool:
    return not find_faults(queries.chained_lines(), head=heads.head_now()).faults


def test_a_line_says_who_did_what_to_what_and_when() -> None:
    line = written()

    assert str(line) == f"{line.seq} sign-in.done person:5 account:5"


def test_lines_are_linked_and_the_head_follows() -> None:
    first, second = written(), written()

    assert (second.seq, second.previous) == (first.seq + 1, first.digest)
    assert heads.head_now() == HeadFacts(seq=second.seq, digest=second.digest)
    assert holds()


def test_what_the_database_gives_back_has_the_digest_that_was_written() -> None:
    line = written()

    assert Line.objects.get(pk=line.pk).chained().computed() == line.digest


def test_an_action_that_nobody_registered_is_refused() -> None:
    with pytest.raises(ActionNotRegistered):
        record(action=Action(name="made.up", meaning=""), actor=OPERATOR, object_ref="", now=NOW)


def test_a_name_is_registered_once() -> None:
    with pytest.raises(ActionRegisteredTwice):
        register("sign-in.done", "again")


def test_a_transaction_that_fails_leaves_no_line_and_no_gap() -> None:
    before = written()

    @transaction.atomic
    def fail() -> None:
        written()
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()

    assert written().seq == before.seq + 1
    assert holds()


@pytest.mark.parametrize("what", ["update", "delete"])
def test_the_database_itself_refuses_to_change_a_line(what: str) -> None:
    line = Line.objects.filter(pk=written().pk)

    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        line.update(actor="person:6") if what == "update" else line.delete()


def test_nothing_is_written_without_a_head() -> None:
    ChainHead.objects.all().delete()

    with pytest.raises(RecordWithoutHead):
        written()


def test_what_is_personal_is_kept_apart_and_reading_it_is_recorded() -> None:
    line = written(personal=Personal(fields={"note": "Ada Lovelace"}, forget_at=LATER))

    assert b"Lovelace" not in bytes(Payload.objects.get().sealed)
    assert "Lovelace" not in str(Line.objects.values().get(pk=line.pk))
    assert read_personal(line_seq=line.seq, purpose="complaint", actor=OPERATOR, now=NOW) == {"note": "Ada Lovelace"}
    assert Line.objects.latest("seq").codes == {"purpose": "complaint"}


def test_what_is_personal_can_be_deleted_and_the_chain_holds() -> None:
    line = written(personal=Personal(fields={"note": "x"}, forget_at=LATER))

    forget(line_seq=line.seq, reason="asked", actor=OPERATOR, now=NOW)

    assert not Payload.objects.exists()
    assert Line.objects.latest("seq").action == "record.personal-forgotten"
    assert holds()
    with pytest.raises(NoSuchPayload):
        read_personal(line_seq=line.seq, purpose="complaint", actor=OPERATOR, now=NOW)


def test_what_is_personal_is_forgotten_on_its_day() -> None:
    written(personal=Personal(fields={"note": "x"}, forget_at=LATER))
    kept = written(personal=Personal(fields={"note": "y"}, forget_at=LATER + timedelta(days=1)))

    assert forget_due(now=LATER - timedelta(seconds=1)) == 0
    assert forget_due(now=LATER) == 1
    assert Payload.objects.get().line_seq == kept.seq


def test_a_payload_that_was_altered_is_refused() -> None:
    line = written(personal=Personal(fields={"note": "x"}, forget_at=LATER))
    payload = Payload.objects.get()
    Payload.objects.update(sealed=bytes(payload.sealed)[:-1] + bytes([bytes(payload.sealed)[-1] ^ 1]))

    with pytest.raises(PayloadNotReadable, match="altered"):
        read_personal(line_seq=line.seq, purpose="complaint", actor=OPERATOR, now=NOW)


def test_a_line_beyond_the_head_is_seen() -> None:
    line = written()
    ChainHead.objects.update(seq=line.seq - 1)

    assert queries.beyond_the_head() == [line.seq]


def test_a_signed_head_says_where_the_chain_stood() -> None:
    line = written()
    head = heads.sign_head(now=NOW)

    assert read_head(head.text, public=heads.public_key()) == HeadFacts(seq=line.seq, digest=line.digest)
    assert Line.objects.latest("seq").action == "record.head-signed"


def test_a_head_signed_by_another_key_is_refused() -> None:
    text = heads.sign_head(now=NOW).text

    with pytest.raises(HeadNotAccepted):
        read_head(text, public="ab" * 32)
    with pytest.raises(HeadNotAccepted):
        read_head("not a head", public=heads.public_key())


def test_the_newest_lines_are_found_by_what_they_are_about() -> None:
    old, new = written(), written()
    record(action=SIGNED_IN, actor=Actor.person("6"), object_ref="account:6", now=NOW)

    page = queries.newest(queries.Filter(action="sign-in", actor="person:5", object_ref="account:5"), count=1)

    assert [line.seq for line in page.lines] == [new.seq]
    older = queries.newest(queries.Filter(actor="person:5", since=NOW.date(), until=NOW.date(), before=page.older))
    assert old.seq in [line.seq for line in older.lines]
    assert not queries.newest(queries.Filter(since=LATER.date())).lines
