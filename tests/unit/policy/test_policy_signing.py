"""Signed tokens and profiles: only the right key, for the right kind, over the exact text, counts."""

from __future__ import annotations

import base64
import dataclasses
import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st
from joserfc import jws
from joserfc.jwk import OKPKey

from shelterwood.policy import (
    ActorId,
    Issue,
    KeyRegister,
    KeyRole,
    LegalBasisToken,
    NotAccepted,
    NotAcceptedReason,
    PolicyDataNotValid,
    PolicyProfile,
    Quarantine,
    QuarantineMode,
    RegisteredKey,
    TokenClaims,
    TokenKind,
    TokenNotVerified,
    accept_profile,
    read_claims,
    sign_profile,
    sign_token,
    verify_token,
)
from shelterwood.policy.canonical import canonical
from shelterwood.policy.shipped import read_data_file
from shelterwood.policy.testing import EXAMPLE_NOW, ThrowAwayKey, example_claims

OFFICER = ThrowAwayKey.make()
AUTHORITY = ThrowAwayKey.make(holder="authority-1", role=KeyRole.AUTHORITY)
PUBLISHER = ThrowAwayKey.make(holder="publisher-1", role=KeyRole.PUBLISHER)
EVERYONE = OFFICER.register.having([AUTHORITY.registered, PUBLISHER.registered])
SIGNED = sign_token(example_claims(), key=OFFICER.private)


def reason(text: str, *, register: KeyRegister = EVERYONE, now: datetime = EXAMPLE_NOW) -> NotAcceptedReason | None:
    answer = verify_token(text, register=register, now=now)
    return answer.reason if isinstance(answer, NotAccepted) else None


def raw(payload: bytes, *, key: Ed25519PrivateKey = OFFICER.private, **header: str) -> str:
    fields = {"alg": "Ed25519", "kid": OFFICER.registered.id, "typ": "shelterwood-legal-basis"} | header
    return jws.serialize_compact(fields, payload, OKPKey.import_key(key), algorithms=["Ed25519"])


def test_a_signed_token_comes_back_with_its_claims_and_its_signer() -> None:
    token = verify_token(SIGNED, register=EVERYONE, now=EXAMPLE_NOW)

    assert isinstance(token, LegalBasisToken)
    assert token.claims == example_claims()
    assert token.signer.holder == "officer-b"
    assert token.text == SIGNED


def test_claims_are_read_back_from_the_bytes_they_are_written_as() -> None:
    claims = example_claims(component="albums", dpia_version=None)

    assert read_claims(canonical(claims.as_data())) == claims


@given(place=st.integers(0, len(SIGNED) - 1), to=st.sampled_from("Aa0_-."))
def test_a_token_with_one_changed_character_does_not_count(place: int, to: str) -> None:
    changed = SIGNED[:place] + to + SIGNED[place + 1 :]

    if changed != SIGNED:
        assert reason(changed) is not None


@given(text=st.text(max_size=200))
def test_any_other_text_does_not_count(text: str) -> None:
    assert reason(text) is NotAcceptedReason.MALFORMED


def test_a_key_that_nobody_registered_does_not_count() -> None:
    stranger = ThrowAwayKey.make()

    assert reason(sign_token(example_claims(), key=stranger.private)) is NotAcceptedReason.KEY_UNKNOWN


def test_a_stranger_cannot_borrow_the_name_of_a_registered_key() -> None:
    forged = raw(canonical(example_claims().as_data()), key=Ed25519PrivateKey.generate())

    assert reason(forged) is NotAcceptedReason.SIGNATURE_WRONG


@pytest.mark.parametrize(
    "header",
    [{"typ": "JWT"}, {"typ": "shelterwood-policy-profile"}, {"jku": "https://example.test"}, {"cty": "json"}],
    ids=str,
)
def test_a_header_with_anything_else_in_it_does_not_count(header: dict[str, str]) -> None:
    assert reason(raw(canonical(example_claims().as_data()), **header)) is NotAcceptedReason.MALFORMED


@pytest.mark.parametrize("algorithm", ["none", "HS256", "EdDSA"])
def test_another_algorithm_does_not_count(algorithm: str) -> None:
    header = {"alg": algorithm, "kid": OFFICER.registered.id, "typ": "shelterwood-legal-basis"}
    _, payload, signature = SIGNED.split(".")
    forged = base64.urlsafe_b64encode(canonical(header)).decode().rstrip("=")

    assert reason(f"{forged}.{payload}.{signature}") is NotAcceptedReason.MALFORMED
    assert reason(f"{forged}.{payload}.") is NotAcceptedReason.MALFORMED


@pytest.mark.parametrize("kind", [TokenKind.PERMISSION, TokenKind.OWN_TERMS])
def test_an_authority_or_publisher_cannot_sign_for_an_officer(kind: TokenKind) -> None:
    claims = example_claims(kind=kind)

    for key in (AUTHORITY, PUBLISHER):
        assert reason(sign_token(claims, key=key.private)) is NotAcceptedReason.KEY_MAY_NOT_SIGN_THIS


def test_an_order_counts_only_from_an_authority() -> None:
    order = example_claims(kind=TokenKind.ORDER)

    assert reason(sign_token(order, key=AUTHORITY.private)) is None
    assert reason(sign_token(order, key=OFFICER.private)) is NotAcceptedReason.KEY_MAY_NOT_SIGN_THIS


def test_an_officer_who_did_not_issue_the_token_cannot_sign_it() -> None:
    other = ThrowAwayKey.make(holder="officer-c")

    answer = reason(sign_token(example_claims(), key=other.private), register=other.register)

    assert answer is NotAcceptedReason.SIGNER_DID_NOT_ISSUE


def with_key(**changes: Any) -> KeyRegister:  # noqa: ANN401 - any field of the key
    fields = {f.name: getattr(OFFICER.registered, f.name) for f in dataclasses.fields(RegisteredKey) if f.init}
    return KeyRegister(keys=(RegisteredKey(**(fields | changes)),))


@pytest.mark.parametrize(
    "changes",
    [
        {"revoked_at": EXAMPLE_NOW},
        {"revoked_at": EXAMPLE_NOW - timedelta(days=1)},
        {"valid_to": EXAMPLE_NOW},
        {"valid_from": EXAMPLE_NOW + timedelta(seconds=1)},
        {"valid_from": EXAMPLE_NOW - timedelta(days=1)},  # holds now, but did not when the token was issued
    ],
    ids=str,
)
def test_a_key_that_does_not_hold_does_not_count(changes: dict[str, datetime]) -> None:
    assert reason(SIGNED, register=with_key(**changes)) is NotAcceptedReason.KEY_NOT_VALID


def test_a_token_ends_with_its_key_at_the_latest() -> None:
    soon = EXAMPLE_NOW + timedelta(days=3)

    for changes in ({"valid_to": soon}, {"revoked_at": soon}):
        token = verify_token(SIGNED, register=with_key(**changes), now=EXAMPLE_NOW)
        assert isinstance(token, LegalBasisToken)
        assert token.valid_until == soon


def test_a_withdrawn_token_does_not_count() -> None:
    register = dataclasses.replace(EVERYONE, withdrawn=frozenset({example_claims().id}))

    assert reason(SIGNED, register=register) is NotAcceptedReason.WITHDRAWN


def test_a_token_issued_in_the_future_does_not_count() -> None:
    assert reason(SIGNED, now=EXAMPLE_NOW - timedelta(days=3)) is NotAcceptedReason.ISSUED_IN_THE_FUTURE


def solo_claims() -> TokenClaims:
    alone = Issue(proposed_by=ActorId("officer-b"), approved_by=None, solo=True, at=EXAMPLE_NOW - timedelta(days=2))
    return example_claims(issue=alone)


def test_one_person_alone_issues_a_token_only_where_solo_mode_is_on_and_it_says_so() -> None:
    signed = sign_token(solo_claims(), key=OFFICER.private)

    assert reason(signed) is NotAcceptedReason.SOLO_NOT_ALLOWED
    token = verify_token(signed, register=dataclasses.replace(EVERYONE, solo=True), now=EXAMPLE_NOW)
    assert isinstance(token, LegalBasisToken)
    assert "one person alone" in token.claims.issue.waiver


@pytest.mark.parametrize(
    ("second", "solo"), [("officer-a", False), (None, False), ("officer-b", True)], ids=["same", "nobody", "solo"]
)
def test_issuing_takes_two_different_people(second: str | None, solo: bool) -> None:  # noqa: FBT001 - a parameter
    with pytest.raises(PolicyDataNotValid):
        Issue(
            proposed_by=ActorId("officer-a"),
            approved_by=None if second is None else ActorId(second),
            solo=solo,
            at=EXAMPLE_NOW,
        )


def claims_with(**fields: object) -> bytes:
    return canonical(example_claims().as_data() | fields)


@pytest.mark.parametrize(
    "payload",
    [
        claims_with(extra=1),
        claims_with(format=2),
        claims_with(technology_digest="0" * 64),
        claims_with(surfaces=[]),
        claims_with(kinds=["unknown"]),
        claims_with(valid_to="2020-01-01T00:00:00Z"),
        claims_with(surfaces=["public_upload", "profile_picture"]),  # not sorted
        claims_with(valid_to="2027-11-30T13:00:00+01:00"),
        json.dumps(example_claims().as_data()).encode(),  # spaces
        b"[]",
        b"",
    ],
    ids=lambda payload: payload[-40:],
)
def test_claims_of_another_form_do_not_count_even_if_signed(payload: bytes) -> None:
    assert reason(raw(payload)) is NotAcceptedReason.CLAIMS_NOT_VALID


def test_a_token_cannot_be_made_without_a_signature() -> None:
    with pytest.raises(TokenNotVerified):
        LegalBasisToken(claims=example_claims(), signer=OFFICER.registered, text="")


@pytest.mark.parametrize(
    ("mode", "hours"),
    [(QuarantineMode.NONE, 3), (QuarantineMode.QUARANTINE, None), (QuarantineMode.QUARANTINE, 0)],
)
def test_a_quarantine_has_an_end(mode: QuarantineMode, hours: int | None) -> None:
    with pytest.raises(PolicyDataNotValid):
        Quarantine(mode=mode, release_after_hours=hours)


def test_a_public_key_has_32_bytes() -> None:
    with pytest.raises(PolicyDataNotValid):
        with_key(public=b"short")


def test_a_private_key_is_not_shown() -> None:
    assert "private" not in repr(OFFICER)


def profile_bytes(**fields: Any) -> bytes:  # noqa: ANN401 - any value
    return json.dumps(json.loads(read_data_file("profiles", "INTERIM2026.json")) | fields).encode()


def accepted(data: bytes, *, key: ThrowAwayKey = PUBLISHER) -> PolicyProfile | NotAcceptedReason:
    text = sign_profile(data, key=key.private)
    answer = accept_profile(text, register=EVERYONE, now=EXAMPLE_NOW)
    return answer.reason if isinstance(answer, NotAccepted) else answer


def test_a_new_law_comes_as_a_profile_signed_by_a_publisher() -> None:
    profile = accepted(profile_bytes(version=2, valid_to="2030-04-04T00:00:00+02:00"))

    assert isinstance(profile, PolicyProfile)
    assert profile.valid_to == datetime(2030, 4, 3, 22, 0, tzinfo=UTC)


def test_a_profile_from_elsewhere_never_stands_in_for_a_shipped_one() -> None:
    assert accepted(profile_bytes(summary="Other")) is NotAcceptedReason.SHIPPED_PROFILE_IS_NEWER


def test_an_officer_cannot_sign_a_profile_and_a_token_is_no_profile() -> None:
    assert accepted(profile_bytes(version=2), key=OFFICER) is NotAcceptedReason.KEY_MAY_NOT_SIGN_THIS
    answer = accept_profile(SIGNED, register=EVERYONE, now=EXAMPLE_NOW)
    assert isinstance(answer, NotAccepted)
    assert answer.reason is NotAcceptedReason.MALFORMED


def test_a_publisher_cannot_sign_for_new_material_or_audio() -> None:
    for fields in ({"allowed_kinds": ["known", "new"]}, {"media": ["image", "audio"]}):
        with pytest.raises(PolicyDataNotValid):
            sign_profile(profile_bytes(version=2, **fields), key=PUBLISHER.private)
