"""The pages of the legal basis as people use them: from a declared service to a signed token, and who sees what."""

from __future__ import annotations

import dataclasses
import html
import re
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from django.test import Client
from grounds import (
    PASSPHRASE,
    START,
    declare_photos,
    id_of,
    issue,
    issued_token,
    officer_pair,
    photos_proposal,
)
from people import make_person, signed_in

from shelterwood.policy import ListSource, Surface, shipped_profiles
from shelterwood.web.hall.access.permissions import Role
from shelterwood.web.provider import basis
from shelterwood.web.provider.basis import services, technology
from shelterwood.web.provider.basis.drafts import claims_shown
from shelterwood.web.provider.basis.forms import ProposeForm
from shelterwood.web.provider.basis.models import DeclaredService, Key, Token
from shelterwood.web.provider.basis.technology import technology_of

if TYPE_CHECKING:
    from django.http import HttpResponse


def text_of(answer: HttpResponse) -> str:
    return html.unescape(re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.content.decode())))


def filled_in() -> dict[str, object]:
    today = datetime.now(UTC).date()
    return {
        "profile": "NATIONAL_HOSTING",
        "reference": "terms of use, version 3",
        "surfaces": ["public_upload"],
        "occasion": "arrival",
        "first_day": today.isoformat(),
        "last_day": (today + timedelta(days=300)).isoformat(),
        "lists": "coffee-cups\ntea-cups, 20",
        "radius": 31,
        "turned": "on",
        "error_percent": "5",
        "least_sample": 200,
        "review": "one_person",
        "quarantine_hours": 72,
        "evidence": "seal",
        "gdpr_ground": "legitimate interest",
        "offence_data_rule": "a national rule",
        "dpia_version": "2",
        "prior_consultation": "cleared",
    }


def test_from_a_declared_service_to_detection_by_two_people() -> None:
    first, second = signed_in(make_person(Role.ADMINISTRATOR)), signed_in(make_person(Role.FILING_OFFICER))
    declared = {
        "name": "photos",
        "title": "Photo pages",
        "service_type": "hosting",
        "surfaces": ["public_upload", "profile_picture"],
        "end_to_end": "never",
    }
    assert first.post("/basis/services/declare", declared).status_code == 302
    assert "Not detecting" in text_of(first.get("/basis/"))
    second.post("/basis/keys/make", {"passphrase": PASSPHRASE, "again": PASSPHRASE})
    first.post(f"/basis/keys/{Key.objects.get().pk}/confirm")
    address = f"/basis/services/{DeclaredService.objects.get().pk}/propose"

    preview = text_of(first.post(address, filled_in() | {"act": "preview"}))
    assert not Token.objects.exists()
    assert '"radius": 20' in preview
    assert "may be compared with the lists coffee-cups, tea-cups (radius 20), when they arrive" in preview
    proposed = first.post(address, filled_in() | {"act": "propose"})
    page = second.get(f"{proposed.url}/issue")
    hidden = dict(re.findall(r'name="(shown_at|digest)" value="([^"]+)"', page.content.decode()))
    assert '"approved_by"' in text_of(page)
    done = second.post(f"{proposed.url}/issue", hidden | {"passphrase": PASSPHRASE})

    assert done.url == "/basis/"
    shown = text_of(second.get("/basis/"))
    assert "Not detecting" not in shown
    assert "Public uploads: looked at" in shown
    assert "Profile pictures: not looked at" in shown


@pytest.mark.parametrize("surfaces", [{Surface.PUBLIC_UPLOAD}, {Surface.PUBLIC_UPLOAD, Surface.PROFILE_PICTURE}])
def test_the_page_of_a_token_leads_to_a_key_and_chooses_no_surface_of_several(surfaces: set[Surface]) -> None:
    token, client = issued_token(now=datetime.now(UTC), surfaces=surfaces), signed_in(make_person(Role.ADMINISTRATOR))

    page = client.get(f"/basis/tokens/{token.pk}").content.decode()
    form = client.get(html.unescape(re.search(r'href="(/keys/make[^"]+)"', page)[1])).content.decode()

    assert f'name="token_id" value="{token.name}"' in form
    assert 'name="service" value="photos"' in form
    chosen = set(re.findall(r'<option value="([^"]*)" selected>', form))
    assert chosen == {"hosting", "public_upload" if len(surfaces) == 1 else ""}
    officer = signed_in(make_person(Role.FILING_OFFICER))
    assert "/keys/make" not in officer.get(f"/basis/tokens/{token.pk}").content.decode()


def test_the_first_page_says_what_waits_for_a_person_and_nothing_of_their_own() -> None:
    pair = officer_pair()
    declare_photos(pair.proposing)
    services.propose_token(proposal=photos_proposal(), actor=pair.proposing, now=START)

    assert "1 waits for you" in text_of(signed_in(pair.second).get("/"))
    assert "for you" not in text_of(signed_in(pair.first).get("/"))
    assert "for you" not in text_of(signed_in(make_person(Role.AUDITOR)).get("/"))


def test_every_field_of_a_proposal_stands_in_one_part_of_the_page() -> None:
    form = ProposeForm(service=declare_photos(officer_pair().proposing))

    shown = [field.name for _title, fields in form.parts() for field in fields]

    assert shown == list(form.fields)


def test_whoever_proposed_is_told_that_another_person_issues() -> None:
    pair = officer_pair()
    declare_photos(pair.proposing)
    token = services.propose_token(proposal=photos_proposal(), actor=pair.proposing, now=START)

    answer = signed_in(pair.first).get(f"/basis/tokens/{token.pk}/issue")

    assert answer.status_code == 409
    assert "Another person puts it in force" in text_of(answer)


def test_a_wrong_passphrase_signs_nothing_and_says_so() -> None:
    pair, now = officer_pair(), datetime.now(UTC)
    pair = officer_pair(now=now)
    declare_photos(pair.proposing)
    token = services.propose_token(proposal=photos_proposal(now=now), actor=pair.proposing, now=now)
    client, address = signed_in(pair.second), f"/basis/tokens/{token.pk}/issue"
    hidden = dict(re.findall(r'name="(shown_at|digest)" value="([^"]+)"', client.get(address).content.decode()))

    answer = client.post(address, hidden | {"passphrase": "something else entirely"})

    assert answer.status_code == 409
    assert "does not open your key" in text_of(answer)
    assert "something else entirely" not in answer.content.decode()
    token.refresh_from_db()
    assert token.state == "proposed"


def test_passphrases_cannot_be_guessed_without_end() -> None:
    now = datetime.now(UTC)
    pair = officer_pair(now=now)
    declare_photos(pair.proposing)
    token = services.propose_token(proposal=photos_proposal(now=now), actor=pair.proposing, now=now)
    client, address = signed_in(pair.second), f"/basis/tokens/{token.pk}/issue"
    hidden = dict(re.findall(r'name="(shown_at|digest)" value="([^"]+)"', client.get(address).content.decode()))

    for number in range(10):
        client.post(address, hidden | {"passphrase": f"guess number {number}"})
    answer = client.post(address, hidden | {"passphrase": PASSPHRASE})

    assert "Too many passphrases" in text_of(answer)
    token.refresh_from_db()
    assert token.state == "proposed"


def test_what_the_chosen_law_asks_for_is_asked_for_at_its_field() -> None:
    pair = officer_pair()
    service = declare_photos(pair.proposing)
    said = filled_in() | {"dpia_version": "", "act": "propose"}

    answer = signed_in(pair.first).post(f"/basis/services/{service.pk}/propose", said)

    assert 'id="id_dpia_version_error">The law that you chose asks for this.' in answer.content.decode()
    assert "Look again at: Version of the impact assessment" in text_of(answer)
    assert not Token.objects.exists()


def test_a_proposal_that_every_door_would_refuse_is_refused_with_the_reason() -> None:
    pair = officer_pair()
    service = declare_photos(pair.proposing)
    said = filled_in() | {"prior_consultation": "objected", "act": "propose"}

    answer = signed_in(pair.first).post(f"/basis/services/{service.pk}/propose", said)

    assert 'role="alert"' in answer.content.decode()
    assert "objected" in text_of(answer).split("The ground")[0]
    assert not Token.objects.exists()


def test_the_profiles_page_says_of_every_proposal_that_it_is_not_law() -> None:
    page = text_of(signed_in(make_person()).get("/basis/profiles"))

    assert page.count("not law") >= sum(1 for profile in shipped_profiles() if profile.banner) == 2
    for profile in shipped_profiles():
        assert profile.title in page
        assert profile.digest in page
        assert all(act in page for act in profile.acts)


def test_a_stop_by_errors_stands_on_the_first_page() -> None:
    now = datetime.now(UTC)
    token = issued_token(now=now, officers=officer_pair(now=now))
    for _ in range(10):
        services.note_outcome(token_id=id_of(token), list_id="coffee-cups", outcome=services.Outcome.WRONG, now=now)

    page = text_of(signed_in(make_person(Role.ADMINISTRATOR)).get("/basis/"))

    assert "stopped by itself" in page
    assert "Not detecting" in page


@pytest.mark.parametrize("role", [Role.REVIEWER, Role.SENIOR_REVIEWER, Role.AUDITOR])
def test_those_who_only_read_see_the_ground_and_no_button(role: Role) -> None:
    now = datetime.now(UTC)
    token = issued_token(now=now, officers=officer_pair(now=now))
    client = signed_in(make_person(role))

    pages = [client.get(a) for a in ("/basis/", f"/basis/tokens/{token.pk}", "/basis/keys", "/basis/history")]

    for page in pages:
        assert page.status_code == 200
        main = page.content.decode().split("<main")[1]
        assert "<button" not in main
        assert 'class="button' not in main
    assert "Detecting" in text_of(pages[0])


def test_withdrawing_on_the_page_ends_detection() -> None:
    now = datetime.now(UTC)
    pair = officer_pair(now=now)
    token = issued_token(now=now, officers=pair)
    client = signed_in(pair.first)

    client.post(f"/basis/tokens/{token.pk}/withdraw")

    assert "Not detecting" in text_of(client.get("/basis/"))
    assert "withdrawn" in text_of(client.get("/basis/history"))
    again = client.post(f"/basis/tokens/{token.pk}/withdraw")
    assert again.status_code == 409
    assert "somebody was quicker" in text_of(again)


def test_a_renewal_starts_from_the_old_token_but_not_from_its_assessment() -> None:
    now = datetime.now(UTC)
    pair = officer_pair(now=now)
    token = issued_token(now=now, officers=pair)
    client = signed_in(pair.first)

    form = client.get(f"/basis/tokens/{token.pk}/renew").context["form"]
    answer = client.post(f"/basis/tokens/{token.pk}/renew", filled_in() | {"radius": 24, "act": "propose"})
    new = Token.objects.get(pk=answer.url.rsplit("/", 1)[1])
    issue(new, actor=pair.issuing, now=datetime.now(UTC))

    assert form.initial["reference"] == "terms of use, version 3"
    assert form.initial["dpia_version"] == ""
    token.refresh_from_db()
    assert (token.state, new.replaces_id) == ("replaced", token.pk)


def test_a_form_left_as_configured_proposes_exactly_what_is_configured(monkeypatch: pytest.MonkeyPatch) -> None:
    here = technology_of(lists=["coffee-cups"])
    own = ListSource(name="tea-cups", radius=20, orientations=frozenset({"identity"}))
    here = dataclasses.replace(here, list_sources=(*here.list_sources, own))
    monkeypatch.setattr(technology, "_teller", lambda: here)
    pair = officer_pair()
    service = declare_photos(pair.proposing)

    signed_in(pair.first).post(f"/basis/services/{service.pk}/propose", filled_in() | {"act": "propose"})

    assert claims_shown(Token.objects.get()).technology.digest == here.digest


def test_no_template_cites_an_article_of_a_law() -> None:
    for template in Path(basis.__file__).parent.rglob("*.html"):
        assert not re.search(r"\bArt(icle|\.)\s*\d|\d{4}/\d+|GDPR", template.read_text()), template.name


def test_strangers_are_sent_to_sign_in() -> None:
    assert Client().get("/basis/").headers["Location"].startswith("/sign-in")
