"""Nothing is open by accident: the gate refuses what nobody declared, and says plainly what is missing."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import pytest
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.test import RequestFactory

from shelterwood.web.hall.access.declarations import for_signed_in, needs, open_to_all
from shelterwood.web.hall.access.gate import GateMiddleware, RouteNotDeclared
from shelterwood.web.hall.access.permissions import GRANTS, Permission, Role, RoleGroup, group_of
from shelterwood.web.hall.access.visitor import Standing, Visitor

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.http import HttpRequest


def fresh_view() -> Callable[[HttpRequest], HttpResponse]:
    return partial(view)  # a declaration marks the view: each test marks one of its own


Decision = HttpResponse | None


def view(_request: HttpRequest) -> HttpResponse:
    return HttpResponse()


def decide(declared: Callable[..., HttpResponse], visitor: Visitor, path: str = "/somewhere") -> Decision:
    request = RequestFactory().get(path)
    request.visitor = visitor
    return GateMiddleware(view).process_view(request, declared, (), {})


def test_a_view_that_declares_nothing_is_refused_even_to_an_administrator() -> None:
    administrator = Visitor(standing=Standing.FRESH, roles=frozenset({Role.ADMINISTRATOR}))

    with pytest.raises(RouteNotDeclared):
        decide(fresh_view(), administrator)


def test_an_open_route_lets_a_stranger_through() -> None:
    assert decide(open_to_all(because="test")(fresh_view()), Visitor()) is None


def test_a_stranger_is_sent_to_sign_in_and_comes_back_where_they_were() -> None:
    declared = for_signed_in(because="test")(fresh_view())

    answer = decide(declared, Visitor(), "/cases/3?page=2")

    assert answer is not None
    assert answer.headers["Location"] == "/sign-in?next=%2Fcases%2F3%3Fpage%3D2"


def test_a_machine_is_told_401_in_the_one_error_shape() -> None:
    declared = for_signed_in(because="test")(fresh_view())

    answer = decide(declared, Visitor(), "/api/v1/events")

    assert answer is not None
    assert (answer.status_code, answer.headers["Content-Type"]) == (401, "application/problem+json")


def test_permissions_do_not_count_before_the_second_factor() -> None:
    reviewer = Visitor(standing=Standing.ENROLLING, account_id="1", roles=frozenset({Role.REVIEWER}))

    assert not reviewer.may(Permission.CASE_SEE)


@pytest.mark.parametrize("role", Role)
@pytest.mark.parametrize("permission", Permission)
def test_a_role_passes_exactly_where_the_table_says(role: Role, permission: Permission) -> None:
    declared = needs(permission)(fresh_view())
    visitor = Visitor(standing=Standing.SIGNED_IN, account_id="1", roles=frozenset({role}))

    if permission in GRANTS[role]:
        assert decide(declared, visitor) is None
    else:
        with pytest.raises(PermissionDenied):
            decide(declared, visitor)


def test_the_administrator_has_no_case_rights_and_the_auditor_only_reads_the_record() -> None:
    assert not {p for p in GRANTS[Role.ADMINISTRATOR] if p.value.startswith(("case.", "report.", "record."))}
    assert all(permission.value.endswith(".read") for permission in GRANTS[Role.AUDITOR])


def test_every_role_has_a_group_and_something_to_do() -> None:
    assert {group_of(role) for role in Role} == set(RoleGroup)
    assert all(GRANTS[role] for role in Role)
