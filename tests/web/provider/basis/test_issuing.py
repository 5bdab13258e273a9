"""Two people make a legal basis: what each may do, what is signed, and what the database refuses whoever asks."""

from __future__ import annotations

import dataclasses
from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from grounds import (
    PASSPHRASE,
    START,
    TECHNOLOGY,
    declare_messenger,
    declare_photos,
    id_of,
    issue,
    issued_token,
    messages_proposal,
    officer_pair,
    photos_proposal,
    request_for,
)
from people import make_person

from shelterwood.policy import (
    ActorId,
    EndToEnd,
    Issue,
    KeyRole,
    Permitted,
    PriorConsultation,
    Refused,
    ServiceType,
    Surface,
    TokenKind,
    public_bytes,
    shipped_profile,
    sign_token,
)
from shelterwood.policy.testing import ThrowAwayKey, example_claims
from shelterwood.web.hall.access.actors import OPERATOR, Actor
from shelterwood.web.hall.access.permissions import Role
from shelterwood.web.hall.accounts import solo
from shelterwood.web.hall.audit.models import Line
from shelterwood.web.provider.basis import services
from shelterwood.web.provider.basis.drafts import DetectionNotPossible, digest_of_claims
from shelterwood.web.provider.basis.models import Key, Token
from shelterwood.web.provider.basis.policy import PersonNeeded, SecondPersonNeeded, StepNotPossible
from shelterwood.web.provider.basis.sealing import PassphraseTooShort, PassphraseWrong


def test_a_token_proposed_by_one_and_issued_by_another_permits_detection_and_is_recorded() -> None:
    pair = officer_pair()
    declare_photos(pair.proposing)

    token = services.propose_token(proposal=photos_proposal(), actor=pair.proposing, now=START)
    before = services.decide(token_id=id_of(token), request=request_for(), technology=TECHNOLOGY, now=START)
    issue(token, actor=pair.issuing, now=START)
    after = services.decide(token_id=id_of(token), request=request_for(), technology=TECHNOLOGY, now=START)

    assert isinstance(before, Refused)
    assert isinstance(after, Permitted)
    lines = list(Line.objects.filter(object_ref=f"token:{token.name}").values_list("action", "actor"))
    assert ("basis.token-proposed", str(pair.proposing)) in lines
    assert ("basis.token-issued", str(pair.issuing)) in lines


def test_nobody_issues_what_they_proposed() -> None:
    pair = officer_pair()
    declare_photos(pair.proposing)
    token = services.propose_token(proposal=photos_proposal(), actor=pair.proposing, now=START)

    with pytest.raises(SecondPersonNeeded):
        issue(token, actor=pair.proposing, now=START)
    with pytest.raises(IntegrityError), transaction.atomic():
        Token.objects.filter(pk=token.pk).update(issued_by_id=token.proposed_by_id)


def test_a_machine_neither_proposes_nor_issues() -> None:
    pair = officer_pair()
    declare_photos(pair.proposing)

    with pytest.raises(PersonNeeded):
        services.propose_token(proposal=photos_proposal(), actor=OPERATOR, now=START)


def test_in_solo_mode_one_person_issues_and_the_token_says_so() -> None:
    person = Actor.person(make_person(Role.FILING_OFFICER).pk)
    solo.begin(
        outside_body="The Example Ombuds Office", outside_contact="https://ombuds.example", actor=person, now=START
    )
    services.make_officer_key(passphrase=PASSPHRASE, actor=person, now=START)
    declare_photos(person)

    token = services.propose_token(proposal=photos_proposal(), actor=person, now=START)
    issue(token, actor=person, now=START)
    found = services.decide(token_id=id_of(token), request=request_for(), technology=TECHNOLOGY, now=START)

    assert isinstance(found, Permitted)
    assert "no second person" in found.waiver
    assert Line.objects.get(action="basis.token-issued").codes["second_person"] == "waived"


def test_what_is_signed_is_what_was_shown() -> None:
    pair = officer_pair()
    declare_photos(pair.proposing)
    token = services.propose_token(proposal=photos_proposal(), actor=pair.proposing, now=START)
    shown = services.preview_of(token=token, actor=pair.issuing, now=START)
    said = {"token_id": token.pk, "passphrase": PASSPHRASE, "shown_at": START, "actor": pair.issuing}

    with pytest.raises(services.ShownTooLongAgo):
        services.issue_token(**said, digest="0" * 64, now=START)
    with pytest.raises(services.ShownTooLongAgo):
        services.issue_token(**said, digest=digest_of_claims(shown), now=START + timedelta(minutes=31))

    issued = services.issue_token(**said, digest=digest_of_claims(shown), now=START + timedelta(minutes=29))
    assert issued.state == "issued"


def test_the_installation_cannot_sign_without_the_officers_passphrase() -> None:
    pair = officer_pair()
    declare_photos(pair.proposing)
    token = services.propose_token(proposal=photos_proposal(), actor=pair.proposing, now=START)

    with pytest.raises(PassphraseWrong):
        issue(token, actor=pair.issuing, now=START, passphrase="five quiet lanterns under rain")
    with pytest.raises(PassphraseTooShort):
        services.make_officer_key(
            passphrase="short", actor=Actor.person(make_person(Role.FILING_OFFICER).pk), now=START
        )

    token.refresh_from_db()
    assert (token.state, token.text) == ("proposed", "")


def test_an_officer_without_a_confirmed_key_cannot_issue() -> None:
    pair = officer_pair()
    declare_photos(pair.proposing)
    third = Actor.person(make_person(Role.FILING_OFFICER).pk)
    services.make_officer_key(passphrase=PASSPHRASE, actor=third, now=START)
    token = services.propose_token(proposal=photos_proposal(), actor=pair.proposing, now=START)

    with pytest.raises(services.KeyNeeded):
        issue(token, actor=third, now=START)


def test_nobody_confirms_their_own_key_and_a_revoked_key_takes_its_tokens_with_it() -> None:
    third = Actor.person(make_person(Role.FILING_OFFICER).pk)
    key = services.make_officer_key(passphrase=PASSPHRASE, actor=third, now=START)
    with pytest.raises(SecondPersonNeeded):
        services.confirm_key(key_id=key.pk, actor=third, now=START)
    pair = officer_pair()
    token = issued_token(officers=pair)
    signer = pair.second

    services.revoke_key(key_id=_key_of(signer.pk), actor=pair.proposing, now=START + timedelta(hours=1))
    found = services.decide(
        token_id=id_of(token), request=request_for(), technology=TECHNOLOGY, now=START + timedelta(hours=1)
    )

    assert isinstance(found, Refused)
    assert found.reason == "token_not_accepted"


def _key_of(account_id: object) -> object:
    return Key.objects.get(officer_id=account_id).pk


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"dpia_version": None}, "ground_not_recorded"),
        ({"prior_consultation": PriorConsultation.OBJECTED}, "consultation_not_cleared"),
        ({"valid_to": START + timedelta(days=800)}, "token_too_long"),
        ({"profile": "COM2022"}, "proposal_outside_demo"),
        ({"profile": "NONE"}, "profile_permits_no_detection"),
        ({"profile": "INTERIM2026"}, "service_type_not_of_profile"),
        ({"surfaces": frozenset({Surface.PRIVATE_MESSAGE})}, "surface_not_of_service_type"),
    ],
)
def test_what_every_door_would_refuse_cannot_be_proposed(changes: dict[str, object], code: str) -> None:
    pair = officer_pair()
    declare_photos(pair.proposing)

    with pytest.raises(DetectionNotPossible) as refused:
        services.propose_token(proposal=photos_proposal(**changes), actor=pair.proposing, now=START)

    assert refused.value.reason == code


def test_scenario_3_detection_cannot_be_set_up_in_a_service_declared_end_to_end_encrypted() -> None:
    pair = officer_pair()
    declare_messenger(pair.proposing, end_to_end=EndToEnd.IS)

    with pytest.raises(DetectionNotPossible) as refused:
        services.propose_token(proposal=messages_proposal(), actor=pair.proposing, now=START)

    assert refused.value.reason == "e2ee_excluded"
    assert "a user who flags a message can still disclose it" in refused.value.explain()
    assert not Token.objects.exists()


def test_a_service_declared_encrypted_after_the_token_was_issued_is_no_longer_looked_at() -> None:
    pair = officer_pair()
    token = issued_token(officers=pair)

    declare_photos(pair.proposing, end_to_end=EndToEnd.WILL_BE)
    found = services.decide(token_id=id_of(token), request=request_for(), technology=TECHNOLOGY, now=START)

    assert isinstance(found, Refused)
    assert found.reason == "e2ee_excluded"


def test_private_messages_inside_a_host_are_declared_as_communication() -> None:
    actor = officer_pair().proposing

    with pytest.raises(services.ServiceNotValid, match="communication also inside a host"):
        services.declare_service(
            name="photos",
            title="Photo pages",
            service_type=ServiceType.HOSTING,
            surfaces=frozenset({Surface.PUBLIC_UPLOAD, Surface.PRIVATE_MESSAGE}),
            end_to_end=EndToEnd.NEVER,
            actor=actor,
            now=START,
        )


def test_a_renewed_token_replaces_the_one_before() -> None:
    pair = officer_pair()
    old = issued_token(officers=pair)
    later = START + timedelta(days=1)

    new = services.renew_token(token_id=old.pk, proposal=photos_proposal(now=later), actor=pair.proposing, now=later)
    still = services.decide(token_id=id_of(old), request=request_for(), technology=TECHNOLOGY, now=later)
    issue(new, actor=pair.issuing, now=later)
    gone = services.decide(token_id=id_of(old), request=request_for(), technology=TECHNOLOGY, now=later)
    found = services.decide(token_id=id_of(new), request=request_for(), technology=TECHNOLOGY, now=later)

    assert [type(still), type(gone), type(found)] == [Permitted, Refused, Permitted]
    old.refresh_from_db()
    assert old.state == "replaced"


def test_a_refused_proposal_is_not_issued_and_a_withdrawn_token_not_again() -> None:
    pair = officer_pair()
    declare_photos(pair.proposing)
    token = services.propose_token(proposal=photos_proposal(), actor=pair.proposing, now=START)
    services.refuse_token(token_id=token.pk, actor=pair.issuing, now=START)

    with pytest.raises(StepNotPossible):
        issue(token, actor=pair.issuing, now=START)
    with pytest.raises(StepNotPossible):
        services.withdraw_token(token_id=token.pk, actor=pair.issuing, now=START)


def _order(authority: ThrowAwayKey) -> str:
    claims = example_claims(
        now=START,
        kind=TokenKind.ORDER,
        profile=shipped_profile("COM2022").ref,
        issue=Issue(proposed_by=ActorId("judge-a"), approved_by=ActorId("judge-b"), at=START),
    )
    return sign_token(claims, key=authority.private)


def test_an_order_of_a_registered_authority_is_in_force_once_two_people_have_let_it_in(settings) -> None:  # noqa: ANN001 - pytest-django's
    settings.FACTS = dataclasses.replace(settings.FACTS, demo=True)
    pair, authority = officer_pair(), ThrowAwayKey.make()
    declare_photos(pair.proposing)
    text = _order(authority)
    with pytest.raises(Exception, match="not in the register"):
        services.accept_order(text=text, actor=pair.proposing, now=START)
    key = services.register_key(
        public=public_bytes(authority.private),
        holder="The Example Authority",
        role=KeyRole.AUTHORITY,
        valid_to=START + timedelta(days=1000),
        actor=pair.proposing,
        now=START,
    )
    services.confirm_key(key_id=key.pk, actor=pair.issuing, now=START)

    token = services.accept_order(text=text, actor=pair.proposing, now=START)
    with pytest.raises(SecondPersonNeeded):
        issue(token, actor=pair.proposing, now=START)
    issue(token, actor=pair.issuing, now=START, passphrase="")
    found = services.decide(
        token_id=id_of(token), request=request_for(), technology=example_claims().technology, now=START
    )

    assert isinstance(found, Permitted)
    assert found.banner == "not law"


def test_an_officer_cannot_bring_in_an_order_of_their_own() -> None:
    pair = officer_pair()
    own = issued_token(officers=pair)

    with pytest.raises(Exception, match="not by an authority"):
        services.accept_order(text=own.text, actor=pair.proposing, now=START)
