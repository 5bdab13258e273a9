"""The navigation shows a person the doors that their permissions open, and which one they stand behind."""

from __future__ import annotations

import pytest
from django.test import Client
from people import make_person, signed_in

from shelterwood.web.hall.access.permissions import Role

PEOPLE, BASIS = 'href="/people"', 'href="/basis/"'


@pytest.mark.parametrize(
    ("role", "shown"),
    [(Role.ADMINISTRATOR, {PEOPLE, BASIS}), (Role.REVIEWER, {BASIS}), (Role.AUDITOR, {BASIS})],
)
def test_a_person_sees_the_doors_that_their_permissions_open(role: Role, shown: set[str]) -> None:
    page = signed_in(make_person(role)).get("/").content.decode()

    assert {door for door in (PEOPLE, BASIS) if door in page} == shown


def test_the_door_of_the_page_that_is_open_is_marked() -> None:
    page = signed_in(make_person(Role.ADMINISTRATOR)).get("/people").content.decode()

    assert f'{PEOPLE} aria-current="page"' in page
    assert f'{BASIS} aria-current="page"' not in page


def test_strangers_and_people_half_signed_in_see_no_door() -> None:
    half = signed_in(make_person(enrolled=False), proved_seconds_ago=None)

    assert 'class="doors"' not in Client().get("/about").content.decode()
    assert 'class="doors"' not in half.get("/about").content.decode()
