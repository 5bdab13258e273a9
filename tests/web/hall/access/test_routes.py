"""Every route, for every kind of visitor, and for objects that are somebody else's: generated, so none is forgotten."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pytest
from allauth.mfa.models import Authenticator
from django.test import Client
from django.urls import URLPattern, get_resolver, reverse
from people import make_person, signed_in

from shelterwood.web.hall.access.declarations import Access, access_of
from shelterwood.web.hall.access.permissions import GRANTS, Role
from shelterwood.web.hall.access.visitor import Standing
from shelterwood.web.hall.accounts.models import Session

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from shelterwood.web.hall.accounts.models import Account


@dataclass(frozen=True)
class Route:
    name: str
    access: Access | None
    parameters: tuple[str, ...]

    def address(self, values: dict[str, object]) -> str:
        return reverse(self.name, kwargs={name: values[name] for name in self.parameters})


def walk(patterns: list[object]) -> Iterator[Route]:
    for pattern in patterns:
        if isinstance(pattern, URLPattern):
            yield Route(pattern.name, access_of(pattern.callback), tuple(pattern.pattern.converters))
        else:
            yield from walk(pattern.url_patterns)


ROUTES = sorted(walk(get_resolver().url_patterns), key=lambda route: route.name)
GUARDED = [route for route in ROUTES if route.access and route.access.standing > Standing.STRANGER]

# An object for each parameter of a route, belonging to an account.
OBJECTS: dict[str, Callable[[Account], object]] = {
    "token": lambda _account: "no-such-link",
    "account_id": lambda account: account.pk,
    "number": lambda account: Session.objects.filter(account=account).first().number,
    "service_id": lambda _account: uuid.UUID(int=0),
    "profile_id": lambda _account: uuid.UUID(int=0),
    "token_id": lambda _account: uuid.UUID(int=0),
    "pk": lambda account: Authenticator.objects.get(user=account, type="totp").pk,
    "key_id": lambda _account: uuid.UUID(int=0),
    "item": lambda _account: "photo-1",
    "list_id": lambda _account: uuid.UUID(int=0),
    "job_id": lambda _account: uuid.UUID(int=0),
    "bank": lambda _account: "CUPS",
    "content_id": lambda _account: 1,
    "object_id": lambda _account: uuid.UUID(int=0),
    "hold_id": lambda _account: uuid.UUID(int=0),
    "scan_id": lambda _account: uuid.UUID(int=0),
    "endpoint_id": lambda _account: uuid.UUID(int=0),
}
OWNED = {"number", "pk"}  # objects of one person, whatever anybody's roles
NOTHING = {
    "token": "x",
    "account_id": uuid.UUID(int=0),
    "number": uuid.UUID(int=0),
    "pk": 0,
    "key_id": uuid.UUID(int=0),
    "service_id": uuid.UUID(int=0),
    "token_id": uuid.UUID(int=0),
    "profile_id": uuid.UUID(int=0),
    "list_id": uuid.UUID(int=0),
    "job_id": uuid.UUID(int=0),
    "endpoint_id": uuid.UUID(int=0),
    "object_id": uuid.UUID(int=0),
    "hold_id": uuid.UUID(int=0),
}


def objects_of(account: Account) -> dict[str, object]:
    return {name: make(account) for name, make in OBJECTS.items()}


def outcome(client: Client, address: str) -> str:
    answer = client.get(address)
    if answer.status_code == 403:
        return "refused"
    where = answer.headers.get("Location", "")
    steps = {"/sign-in?": "sign in", "/prove-again?": "prove again", "/second-factor?": "second factor"}
    return next((step for start, step in steps.items() if where.startswith(start)), "let in")


def expected(access: Access, standing: Standing, roles: set[Role]) -> str:
    if standing >= Standing.SIGNED_IN and access.permission and not any(access.permission in GRANTS[r] for r in roles):
        return "refused"
    if standing >= access.least(standing):
        return "let in"
    return {0: "sign in", 1: "second factor", 2: "prove again"}[standing]


@pytest.mark.parametrize("route", ROUTES, ids=lambda r: r.name)
def test_every_route_declares_who_may_and_why(route: Route) -> None:
    assert route.access is not None, f"{route.name} does not say who may use it"
    assert route.access.permission or route.access.key_scope or route.access.because
    assert set(route.parameters) <= set(OBJECTS), f"say in OBJECTS what {route.parameters} of {route.name} are"


@pytest.mark.parametrize("route", GUARDED, ids=lambda r: r.name)
def test_strangers_and_people_without_second_factor_are_led_to_their_next_step(route: Route) -> None:
    enrolling = signed_in(make_person(enrolled=False), proved_seconds_ago=None)

    assert outcome(Client(), route.address(NOTHING)) == "sign in"
    assert outcome(enrolling, route.address(NOTHING)) == expected(route.access, Standing.ENROLLING, set())


@pytest.mark.parametrize("role", Role)
def test_19_each_role_gets_exactly_where_its_permissions_lead(role: Role) -> None:
    account = make_person(role)
    stale, fresh = signed_in(account, proved_seconds_ago=3000), signed_in(account)
    got, wanted = {}, {}
    for route in GUARDED:
        address = route.address(NOTHING)
        got[route.name] = (outcome(stale, address), outcome(fresh, address))
        wanted[route.name] = tuple(expected(route.access, s, {role}) for s in (Standing.SIGNED_IN, Standing.FRESH))

    assert got == wanted


@pytest.mark.parametrize("route", [r for r in GUARDED if OWNED & set(r.parameters)], ids=lambda r: r.name)
def test_an_outsider_with_every_right_but_this_one_finds_nothing(route: Route) -> None:
    owner, outsider = make_person(), make_person(Role.ADMINISTRATOR)
    signed_in(owner)
    client = signed_in(outsider)

    answers = {
        client.post(route.address(objects_of(owner))).status_code,
        client.post(route.address(NOTHING)).status_code,
    }

    assert answers == {404}
