"""May this be looked at now? Nothing without a token that agrees; every refusal explains itself."""

from __future__ import annotations

import dataclasses
import re
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shelterwood.policy import (
    LONGEST_CACHE,
    SHIPPED,
    DetectionRequest,
    EndToEnd,
    ErrorRates,
    KeyRole,
    LegalBasisToken,
    ListSource,
    MaterialKind,
    Medium,
    NotAccepted,
    NotAcceptedReason,
    Occasion,
    Permitted,
    PolicyProfile,
    PriorConsultation,
    RefusalReason,
    Refused,
    ServiceId,
    ServiceType,
    Surface,
    Technology,
    TimeWithoutZone,
    TokenClaims,
    TokenKind,
    may_detect,
    shipped_profile,
    sign_token,
    valid_until,
    verify_token,
)
from shelterwood.policy.refusals import SENTENCES
from shelterwood.policy.testing import (
    EXAMPLE_NOW,
    ThrowAwayKey,
    example_claims,
    example_request,
    example_technology,
    example_token,
)

R = RefusalReason
OFFICER = ThrowAwayKey.make()
AUTHORITY = ThrowAwayKey.make(holder="authority-1", role=KeyRole.AUTHORITY)
HOSTING = shipped_profile("NATIONAL_HOSTING")
INTERIM = shipped_profile("INTERIM2026")
TOKEN = example_token(key=OFFICER)
MESSAGES = frozenset({Surface.PRIVATE_MESSAGE, Surface.GROUP_MESSAGE})


def ask(
    token: LegalBasisToken | NotAccepted | None = TOKEN,
    *,
    profile: PolicyProfile = HOSTING,
    request: DetectionRequest | None = None,
    technology: Technology | None = None,
    now: datetime = EXAMPLE_NOW,
    **more: Any,  # noqa: ANN401 - passed on
) -> Permitted | Refused:
    return may_detect(
        token,
        profile=profile,
        request=request or example_request(),
        technology=technology or example_technology(),
        now=now,
        **more,
    )


def token_with(**changes: Any) -> LegalBasisToken:  # noqa: ANN401 - any claim
    claims = example_claims(**changes)
    return example_token(claims, key=AUTHORITY if claims.kind is TokenKind.ORDER else OFFICER)


def interim_token(**changes: Any) -> LegalBasisToken:  # noqa: ANN401 - any claim
    fields = {
        "kind": TokenKind.PERMISSION,
        "profile": INTERIM.ref,
        "service": ServiceId("chat"),
        "service_type": ServiceType.NUMBER_INDEPENDENT_MESSAGING,
        "surfaces": MESSAGES,
    }
    return token_with(**(fields | changes))


def interim_request(**changes: Any) -> DetectionRequest:  # noqa: ANN401 - any field
    fields = {
        "service": ServiceId("chat"),
        "service_type": ServiceType.NUMBER_INDEPENDENT_MESSAGING,
        "surface": Surface.PRIVATE_MESSAGE,
    }
    return example_request(**(fields | changes))


def wider(**changes: Any) -> Technology:  # noqa: ANN401 - any field
    return dataclasses.replace(example_technology(), **changes)


def pdq(**changes: Any) -> Technology:  # noqa: ANN401 - any field
    first, *rest = example_technology().algorithms
    return wider(algorithms=(dataclasses.replace(first, **changes), *rest))


def rates(wrong: int) -> ErrorRates:
    return ErrorRates(technology="pdq", list_source="coffee-cups", examined=10**6, decided=300, wrong=wrong)


def test_the_example_is_permitted_for_a_minute_at_most() -> None:
    answer = ask()

    assert isinstance(answer, Permitted)
    assert answer.ask_again_at == EXAMPLE_NOW + LONGEST_CACHE == EXAMPLE_NOW + timedelta(seconds=60)
    assert answer.ends_at == valid_until(TOKEN, HOSTING) == TOKEN.claims.valid_to
    assert (answer.banner, answer.waiver) == ("", "")


def test_interim_detection_in_messages_is_permitted() -> None:
    assert isinstance(ask(interim_token(), profile=INTERIM, request=interim_request()), Permitted)


NOT_ACCEPTED = NotAccepted(reason=NotAcceptedReason.WITHDRAWN, sentence="It was withdrawn.")
DAY = timedelta(days=1)
ENCRYPTED = (EndToEnd.IS, EndToEnd.HAS_BEEN, EndToEnd.WILL_BE)
CASES: list[tuple[RefusalReason, dict[str, Any]]] = [
    *(
        (R.E2EE_EXCLUDED, {"request": example_request(end_to_end=e)})
        for e in (EndToEnd.IS, EndToEnd.HAS_BEEN, EndToEnd.WILL_BE)
    ),
    (R.E2EE_NOT_ATTESTED, {"request": example_request(end_to_end=EndToEnd.NOT_ATTESTED)}),
    (R.AUDIO_EXCLUDED, {"request": example_request(medium=Medium.AUDIO)}),
    (R.KIND_NOT_SUPPORTED, {"request": example_request(kind=MaterialKind.NEW)}),
    (R.KIND_NOT_SUPPORTED, {"request": example_request(kind=MaterialKind.SOLICITATION)}),
    (R.PROFILE_PERMITS_NO_DETECTION, {"profile": shipped_profile("NONE")}),
    (R.PROPOSAL_OUTSIDE_DEMO, {"profile": shipped_profile("COM2022")}),
    (R.PROFILE_NOT_BEGUN, {"profile": dataclasses.replace(HOSTING, valid_from=EXAMPLE_NOW + DAY)}),
    (R.PROFILE_ENDED, {"profile": dataclasses.replace(HOSTING, valid_to=EXAMPLE_NOW)}),
    (R.KIND_NOT_OF_PROFILE, {"profile": dataclasses.replace(HOSTING, allowed_kinds=frozenset())}),
    (R.SERVICE_TYPE_NOT_OF_PROFILE, {"profile": INTERIM}),
    (
        R.SERVICE_TYPE_NOT_OF_PROFILE,
        {"profile": INTERIM, "request": interim_request(service_type=ServiceType.NUMBER_BASED_MESSAGING)},
    ),
    (R.SURFACE_NOT_OF_SERVICE_TYPE, {"request": example_request(surface=Surface.PRIVATE_MESSAGE)}),
    (R.SURFACE_NOT_OF_SERVICE_TYPE, {"profile": INTERIM, "request": interim_request(surface=Surface.PUBLIC_UPLOAD)}),
    (R.SURFACE_NOT_OF_PROFILE, {"profile": dataclasses.replace(HOSTING, surfaces=frozenset())}),
    (R.MEDIUM_NOT_OF_PROFILE, {"request": example_request(medium=Medium.TEXT)}),
    (R.OCCASION_NOT_OF_PROFILE, {"profile": INTERIM, "request": interim_request(occasion=Occasion.RESCAN)}),
    (R.NO_TOKEN, {"token": None}),
    (R.TOKEN_NOT_ACCEPTED, {"token": NOT_ACCEPTED}),
    (R.TOKEN_OF_ANOTHER_PROFILE, {"profile": dataclasses.replace(HOSTING, version=2)}),
    (R.TOKEN_OF_ANOTHER_PROFILE, {"profile": dataclasses.replace(HOSTING, digest="0" * 64)}),
    (R.TOKEN_KIND_NOT_OF_PROFILE, {"token": token_with(kind=TokenKind.PERMISSION)}),
    (R.TOKEN_KIND_NOT_OF_PROFILE, {"token": token_with(kind=TokenKind.ORDER)}),
    (R.TOKEN_KIND_NOT_OF_PROFILE, {"token": token_with(kind=TokenKind.USER_FLAG)}),
    (R.TOKEN_TOO_LONG, {"token": token_with(valid_to=EXAMPLE_NOW + 731 * DAY)}),
    (R.TOKEN_NOT_BEGUN, {"token": token_with(valid_from=EXAMPLE_NOW + timedelta(seconds=1))}),
    (R.TOKEN_ENDED, {"token": token_with(valid_to=EXAMPLE_NOW)}),
    (R.SERVICE_NOT_OF_TOKEN, {"request": example_request(service=ServiceId("forum"))}),
    (R.SERVICE_NOT_OF_TOKEN, {"token": token_with(component="albums")}),
    (R.SERVICE_TYPE_NOT_OF_TOKEN, {"token": token_with(service_type=ServiceType.NUMBER_INDEPENDENT_MESSAGING)}),
    (R.SURFACE_NOT_OF_TOKEN, {"request": example_request(surface=Surface.STORED_FILE)}),
    (R.KIND_NOT_OF_TOKEN, {"token": token_with(kinds=frozenset({MaterialKind.NEW}))}),
    (R.OCCASION_NOT_OF_TOKEN, {"request": example_request(occasion=Occasion.RESCAN)}),
    *(
        (R.GROUND_NOT_RECORDED, {"token": token_with(**{g: None})})
        for g in ("gdpr_ground", "offence_data_rule", "dpia_version")
    ),
    (
        R.GROUND_NOT_RECORDED,
        {
            "token": interim_token(prior_consultation=PriorConsultation.NOT_REQUIRED),
            "profile": INTERIM,
            "request": interim_request(),
        },
    ),
    *(
        (R.CONSULTATION_NOT_CLEARED, {"token": token_with(prior_consultation=outcome)})
        for outcome in (PriorConsultation.PENDING, PriorConsultation.OBJECTED)
    ),
    (R.TECHNOLOGY_CHANGED, {"technology": wider(version="2")}),
    (R.TECHNOLOGY_CHANGED, {"technology": pdq(radius=32)}),
    (R.TECHNOLOGY_CHANGED, {"technology": pdq(radius=30)}),
    (R.TECHNOLOGY_CHANGED, {"technology": pdq(version="2")}),
    (R.TECHNOLOGY_CHANGED, {"technology": pdq(orientations=frozenset({"identity"}))}),
    (R.TECHNOLOGY_CHANGED, {"technology": wider(algorithms=example_technology().algorithms[:1])}),
    (R.TECHNOLOGY_CHANGED, {"technology": wider(list_sources=(ListSource(name="tea-pots"),))}),
    (R.TECHNOLOGY_CHANGED, {"technology": wider(list_sources=(ListSource(name="coffee-cups", radius=20),))}),
    (R.ERROR_LIMIT_EXCEEDED, {"rates": (rates(0), rates(100))}),
]


@pytest.mark.parametrize(("reason", "question"), CASES, ids=lambda value: value if isinstance(value, str) else "")
def test_each_reason_refuses_and_says_what_to_do(reason: RefusalReason, question: dict[str, Any]) -> None:
    question = dict(question)
    answer = ask(question.pop("token", TOKEN), **question)

    assert isinstance(answer, Refused)
    assert answer.reason is reason, answer.sentence
    assert not re.search(r"[{}]|None", answer.sentence)
    assert answer.sentence.count(".") >= 2, "a fact and what to do"
    assert answer.profile.id in SHIPPED


def test_every_reason_has_a_sentence_a_case_and_a_line_in_the_docs() -> None:
    docs = (Path(__file__).parents[3] / "docs" / "reference" / "policy.md").read_text(encoding="utf-8")

    assert set(SENTENCES) == set(RefusalReason) == {reason for reason, _ in CASES}
    assert [word for word in [*RefusalReason, *NotAcceptedReason, *SHIPPED] if f"`{word}`" not in docs] == []


def test_the_order_of_algorithms_and_lists_says_nothing() -> None:
    technology = example_technology()
    turned = wider(algorithms=technology.algorithms[::-1], list_sources=technology.list_sources[::-1])

    assert isinstance(ask(technology=turned), Permitted)


def test_a_token_for_the_whole_service_covers_its_components_and_one_for_a_component_only_that() -> None:
    albums = example_request(component="albums")

    assert isinstance(ask(request=albums), Permitted)
    assert isinstance(ask(token_with(component="albums"), request=albums), Permitted)


@pytest.mark.parametrize(("name", "kind"), [("COM2022", TokenKind.ORDER), ("CSL2025", TokenKind.PERMISSION)], ids=str)
def test_a_proposal_works_in_the_demo_only_and_says_that_it_is_not_law(name: str, kind: TokenKind) -> None:
    profile, request = shipped_profile(name), interim_request()
    token = interim_token(kind=kind, profile=profile.ref)

    shown = ask(token, profile=profile, request=request, demo=True)
    outside = ask(token, profile=profile, request=request)

    assert isinstance(shown, Permitted)
    assert shown.banner == "not law"
    assert isinstance(outside, Refused)
    assert outside.reason is R.PROPOSAL_OUTSIDE_DEMO


def test_the_end_of_the_interim_act_stops_detection_at_that_instant() -> None:
    end = datetime(2028, 4, 3, 22, 0, tzinfo=UTC)
    token = interim_token(valid_from=end - 30 * DAY, valid_to=end + 30 * DAY)

    before = ask(token, profile=INTERIM, request=interim_request(), now=end - timedelta(seconds=20))
    at = ask(token, profile=INTERIM, request=interim_request(), now=end)

    assert isinstance(before, Permitted)
    assert before.ask_again_at == before.ends_at == end
    assert isinstance(at, Refused)
    assert at.reason is R.PROFILE_ENDED


def test_a_naive_clock_is_an_error() -> None:
    with pytest.raises(TimeWithoutZone):
        ask(now=datetime(2026, 12, 1))  # noqa: DTZ001 - the point of the test


@st.composite
def claims_of_any_kind(draw: st.DrawFn) -> TokenClaims:
    begin = EXAMPLE_NOW + timedelta(days=draw(st.integers(-400, 400)))
    return example_claims(
        kind=draw(st.sampled_from(TokenKind)),
        profile=shipped_profile(draw(st.sampled_from(list(SHIPPED)))).ref,
        service_type=draw(st.sampled_from(ServiceType)),
        surfaces=draw(st.frozensets(st.sampled_from(Surface), min_size=1)),
        kinds=draw(st.frozensets(st.sampled_from(MaterialKind), min_size=1)),
        occasion=draw(st.sampled_from(Occasion)),
        valid_from=begin,
        valid_to=begin + timedelta(days=draw(st.integers(1, 900))),
        gdpr_ground=draw(st.sampled_from([None, "ground"])),
        prior_consultation=draw(st.sampled_from(PriorConsultation)),
    )


requests = st.builds(
    DetectionRequest,
    service=st.sampled_from([ServiceId("photos"), ServiceId("forum")]),
    service_type=st.sampled_from(ServiceType),
    surface=st.sampled_from(Surface),
    medium=st.sampled_from(Medium),
    kind=st.sampled_from(MaterialKind),
    occasion=st.sampled_from(Occasion),
    end_to_end=st.sampled_from([EndToEnd.NEVER, EndToEnd.NEVER, *EndToEnd]),
)
profiles = st.sampled_from([shipped_profile(name) for name in SHIPPED])
moments = st.integers(-500, 900).map(lambda days: EXAMPLE_NOW + timedelta(days=days))


def signed(claims: TokenClaims) -> LegalBasisToken:
    key = AUTHORITY if KeyRole.for_token(claims.kind) is KeyRole.AUTHORITY else OFFICER
    token = verify_token(sign_token(claims, key=key.private), register=key.register, now=EXAMPLE_NOW)
    assert isinstance(token, LegalBasisToken)
    return token


@given(claims=claims_of_any_kind(), request=requests, profile=profiles, now=moments, demo=st.booleans())
def test_what_is_permitted_agrees_in_everything(
    claims: TokenClaims,
    request: DetectionRequest,
    profile: PolicyProfile,
    now: datetime,
    demo: bool,  # noqa: FBT001 - drawn
) -> None:
    answer = ask(signed(claims), profile=profile, request=request, now=now, demo=demo)

    if isinstance(answer, Refused):
        return
    assert claims.profile == profile.ref
    assert profile.in_force(now)
    assert claims.valid_from <= now < claims.valid_to
    assert now < answer.ask_again_at <= min(now + LONGEST_CACHE, answer.ends_at)
    assert demo or not profile.banner
    assert request.service_type is claims.service_type
    assert request.service_type in profile.service_types
    assert request.surface.is_communication is request.service_type.is_communication
    assert request.surface in claims.surfaces & profile.surfaces
    assert (request.end_to_end, request.kind) == (EndToEnd.NEVER, MaterialKind.KNOWN)
    assert request.medium is not Medium.AUDIO


@given(request=requests, profile=profiles, now=moments, demo=st.booleans())
def test_nothing_is_permitted_without_a_token(
    request: DetectionRequest,
    profile: PolicyProfile,
    now: datetime,
    demo: bool,  # noqa: FBT001 - drawn
) -> None:
    assert isinstance(ask(None, profile=profile, request=request, now=now, demo=demo), Refused)
    assert isinstance(ask(NOT_ACCEPTED, profile=profile, request=request, now=now, demo=demo), Refused)


@given(request=requests, end_to_end=st.sampled_from(EndToEnd), medium=st.sampled_from(Medium))
def test_encrypted_content_audio_and_other_kinds_are_refused_whatever_else_is_right(
    request: DetectionRequest, end_to_end: EndToEnd, medium: Medium
) -> None:
    for kind in MaterialKind:
        asked = example_request(end_to_end=end_to_end, medium=medium, kind=kind, surface=request.surface)
        if end_to_end is not EndToEnd.NEVER or medium is Medium.AUDIO or kind is not MaterialKind.KNOWN:
            assert isinstance(ask(request=asked), Refused)
