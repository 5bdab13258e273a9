"""Profiles: what is shipped is what was released, says only what it may, and is read strictly."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from importlib import resources
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shelterwood.policy import (
    SHIPPED,
    Detection,
    MaterialKind,
    Medium,
    PolicyDataNotValid,
    ProfileAltered,
    ProfileId,
    ProfileUnknown,
    ServiceType,
    Status,
    TokenKind,
    read_profile,
    shipped_profile,
    shipped_profiles,
)
from shelterwood.policy.shipped import checked_profile, read_data_file

INTERIM = ProfileId("INTERIM2026")


def shipped_bytes(name: str = INTERIM) -> bytes:
    return read_data_file("profiles", f"{name}.json")


def changed(**fields: Any) -> bytes:  # noqa: ANN401 - any value, of the wrong type too
    return json.dumps(json.loads(shipped_bytes()) | fields).encode()


def test_exactly_the_pinned_profiles_are_shipped() -> None:
    files = {file.name for file in resources.files("shelterwood.policy").joinpath("data", "profiles").iterdir()}

    assert files == {f"{name}.json" for name in SHIPPED}
    assert {profile.id for profile in shipped_profiles()} == set(SHIPPED)


@given(place=st.integers(0, len(shipped_bytes()) - 1), bit=st.integers(0, 7))
def test_a_shipped_profile_with_one_changed_bit_is_refused(place: int, bit: int) -> None:
    data = bytearray(shipped_bytes())
    data[place] ^= 1 << bit

    with pytest.raises(ProfileAltered):
        checked_profile(bytes(data), profile=INTERIM)


def test_one_shipped_profile_does_not_pass_for_another() -> None:
    with pytest.raises(ProfileAltered):
        checked_profile(shipped_bytes("COM2022"), profile=INTERIM)


def test_a_profile_that_does_not_exist_is_named_with_those_that_do() -> None:
    with pytest.raises(ProfileUnknown) as caught:
        shipped_profile("../INTERIM2026")

    assert "NATIONAL_HOSTING" in caught.value.remedy


@pytest.mark.parametrize("name", SHIPPED)
def test_every_shipped_profile_allows_known_material_at_most_and_never_audio_or_text(name: str) -> None:
    profile = shipped_profile(name)

    assert profile.allowed_kinds <= {MaterialKind.KNOWN}
    assert not profile.media & {Medium.AUDIO, Medium.TEXT}


def test_a_proposal_says_that_it_is_not_law_and_law_says_nothing() -> None:
    banners = {profile.id: profile.banner for profile in shipped_profiles()}

    assert banners == {
        "INTERIM2026": "",
        "NATIONAL_HOSTING": "",
        "NONE": "",
        "COM2022": "not law",
        "CSL2025": "not law",
    }
    assert {p.id for p in shipped_profiles() if p.status is Status.PROPOSAL} == {"COM2022", "CSL2025"}


def test_the_interim_profile_ends_with_the_third_of_april_2028_in_brussels() -> None:
    interim = shipped_profile("INTERIM2026")
    end = datetime(2028, 4, 3, 22, 0, tzinfo=UTC)

    assert interim.valid_to == end
    assert interim.in_force(end - timedelta(microseconds=1))
    assert not interim.in_force(end)
    assert not interim.in_force(datetime(2026, 7, 30, 21, 59, 59, tzinfo=UTC))
    assert interim.service_types == {ServiceType.NUMBER_INDEPENDENT_MESSAGING}


@pytest.mark.parametrize(
    ("name", "kinds", "detection"),
    [
        ("INTERIM2026", {TokenKind.PERMISSION}, Detection.VOLUNTARY),
        ("NATIONAL_HOSTING", {TokenKind.OWN_TERMS}, Detection.VOLUNTARY),
        ("COM2022", {TokenKind.ORDER}, Detection.ORDER),
        ("CSL2025", {TokenKind.PERMISSION}, Detection.VOLUNTARY),
        ("NONE", set(), Detection.NONE),
    ],
)
def test_each_profile_knows_its_kind_of_token(name: str, kinds: set[TokenKind], detection: Detection) -> None:
    profile = shipped_profile(name)

    assert (profile.token_kinds, profile.detection) == (kinds, detection)


def test_a_profile_is_read_back_as_it_is_written() -> None:
    assert read_profile(changed(title="Another")).title == "Another"


@given(name=st.text(min_size=1, max_size=20).filter(lambda name: name not in json.loads(shipped_bytes())))
def test_an_unknown_field_is_refused(name: str) -> None:
    with pytest.raises(PolicyDataNotValid, match="unknown field"):
        read_profile(changed(**{name: "true"}))


@pytest.mark.parametrize("name", json.loads(shipped_bytes()))
def test_a_missing_field_is_refused(name: str) -> None:
    data = json.loads(shipped_bytes())
    del data[name]

    with pytest.raises(PolicyDataNotValid, match=name):
        read_profile(json.dumps(data).encode())


@pytest.mark.parametrize(
    "fields",
    [
        {"format": 2},
        {"version": 0},
        {"version": True},
        {"version": 1.5},
        {"status": "draft"},
        {"title": ""},
        {"title": "two\nlines"},
        {"title": "x" * 2001},
        {"acts": "one"},
        {"acts": ["one", "one"]},
        {"valid_to": "2028-04-04"},
        {"valid_to": "2028-04-04T00:00:00"},
        {"valid_to": "2028-13-04T00:00:00Z"},
        {"valid_to": "2020-01-01T00:00:00Z"},
        {"allowed_kinds": ["known", "new"]},
        {"allowed_kinds": []},
        {"media": ["image", "audio"]},
        {"token_kinds": ["user_flag"]},
        {"token_kinds": []},
        {"surfaces": ["public_upload"]},
        {"longest_token": {}},
        {"longest_token": {"months": 1, "days": 1}},
        {"longest_token": {"months": 0}},
        {"longest_token": {"years": 200}},
        {"longest_token": {"unlimited": False}},
        {"timers": [{"timer": "removal", "hours": 24, "sense": "deadline"}]},
        {"timers": [{"timer": "removal", "hours": 24, "sense": "deadline", "source": "x", "extra": 1}]},
        {"timers": [{"timer": "removal", "hours": 24, "sense": "deadline", "source": "x"}] * 2},
        {"timers": [{"timer": "preservation", "months": 12, "sense": "maximum", "source": "x"}]},
        {"timers": [{"timer": "provider_yearly_report", "every_year": "02-30", "sense": "deadline", "source": "x"}]},
    ],
    ids=str,
)
def test_a_value_of_the_wrong_form_is_refused(fields: dict[str, Any]) -> None:
    with pytest.raises(PolicyDataNotValid):
        read_profile(changed(**fields))


@pytest.mark.parametrize(
    "data",
    [b"", b"[]", b"null", b"\xff", b'{"format":1,"format":1}', b'{"format":NaN}', b"[" * 100_000, b'{"format":1}'],
    ids=lambda data: data[:20],
)
def test_bytes_that_are_no_profile_are_refused(data: bytes) -> None:
    with pytest.raises(PolicyDataNotValid):
        read_profile(data)


def test_digests_in_place_of_bytes_end_by_the_profile_counted_from_the_identification() -> None:
    day = datetime(2026, 11, 24, tzinfo=UTC)

    def ends(*timers: dict[str, object]) -> datetime:
        return read_profile(changed(timers=list(timers))).description_ends(identified_at=day)

    preserved = {"timer": "preservation", "sense": "maximum", "source": "a test", "counted_from": ["reported"]}
    described = {"timer": "description", "sense": "maximum", "source": "a national rule"}
    assert all(p.description_ends(identified_at=day) == day.replace(year=2027) for p in shipped_profiles())
    assert ends(preserved | {"months": 6}) == datetime(2027, 5, 24, tzinfo=UTC)
    assert ends(preserved | {"months": 6}, described | {"days": 30}) == day + timedelta(days=30)
    assert ends(described | {"years": 5}) == day.replace(year=2027)  # no profile gives more than twelve months
    assert ends() == day.replace(year=2027)


def test_a_detection_event_ends_by_the_profile_and_after_twelve_months_at_the_latest() -> None:
    day = datetime(2026, 11, 24, tzinfo=UTC)

    def ends(*timers: dict[str, object]) -> datetime:
        return read_profile(changed(timers=list(timers))).event_ends(identified_at=day)

    preserved = {"timer": "preservation", "sense": "maximum", "source": "a test", "counted_from": ["reported"]}
    described = {"timer": "description", "sense": "maximum", "source": "a test", "days": 3}
    event = {"timer": "detection_event", "sense": "maximum", "source": "a national rule"}
    assert all(p.event_ends(identified_at=day) == day.replace(year=2027) for p in shipped_profiles())
    assert ends(preserved | {"months": 6}, described) == datetime(2027, 5, 24, tzinfo=UTC)
    assert ends(preserved | {"months": 6}, event | {"days": 90}) == day + timedelta(days=90)
    assert ends(event | {"years": 5}) == day.replace(year=2027)
