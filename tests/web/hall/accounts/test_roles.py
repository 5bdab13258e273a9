"""Separate hands: who decides cases, who appoints people, who reads the record."""

from __future__ import annotations

import pytest
from people import NOW, make_person

from shelterwood.web.hall.access.actors import OPERATOR, Actor
from shelterwood.web.hall.access.permissions import Role
from shelterwood.web.hall.accounts import services, solo
from shelterwood.web.hall.accounts.policy import LastAdministrator, RolesNotTogether
from shelterwood.web.hall.audit.models import Line

BODY = {"outside_body": "The Example Ombuds Office", "outside_contact": "https://ombuds.example"}


def roles_of(account: object) -> set[str]:
    return {held.role for held in account.roles_held.all()}


@pytest.mark.parametrize(
    "roles",
    [{Role.REVIEWER, Role.ADMINISTRATOR}, {Role.AUDITOR, Role.FILING_OFFICER}, {Role.AUDITOR, Role.ADMINISTRATOR}],
)
def test_roles_of_two_groups_are_never_held_together(roles: set[Role]) -> None:
    account = make_person(enrolled=False)

    with pytest.raises(RolesNotTogether):
        services.set_roles(account=account, roles=frozenset(roles), actor=OPERATOR, now=NOW)

    assert roles_of(account) == {"reviewer"}


def test_roles_of_one_group_may_be_held_together_and_the_record_says_so() -> None:
    account = make_person(enrolled=False)
    both = frozenset({Role.REVIEWER, Role.FILING_OFFICER})

    services.set_roles(account=account, roles=both, actor=OPERATOR, now=NOW)

    assert roles_of(account) == set(both)
    assert Line.objects.latest("id").codes == {"roles": "filing-officer reviewer"}


def test_solo_mode_lets_one_person_hold_all() -> None:
    solo.begin(**BODY, actor=OPERATOR, now=NOW)
    account = make_person(enrolled=False)

    services.set_roles(account=account, roles=frozenset(Role), actor=OPERATOR, now=NOW)

    assert roles_of(account) == set(Role)
    with pytest.raises(solo.SoloModeInUse):
        solo.end(actor=OPERATOR, now=NOW)


@pytest.mark.parametrize("missing", ["outside_body", "outside_contact"])
def test_solo_mode_without_somebody_outside_is_refused(missing: str) -> None:
    with pytest.raises(solo.OutsideBodyNotNamed):
        solo.begin(**(BODY | {missing: "  "}), actor=OPERATOR, now=NOW)

    assert solo.current() is None


def test_the_last_administrator_can_neither_leave_nor_step_down() -> None:
    last = make_person(Role.ADMINISTRATOR, enrolled=False)

    with pytest.raises(LastAdministrator):
        services.deactivate(account=last, actor=OPERATOR, now=NOW)
    with pytest.raises(LastAdministrator):
        services.set_roles(account=last, roles=frozenset({Role.AUDITOR}), actor=OPERATOR, now=NOW)


def test_with_another_administrator_the_first_can_leave() -> None:
    first = make_person(Role.ADMINISTRATOR, enrolled=False)
    make_person(Role.ADMINISTRATOR, enrolled=False)

    services.deactivate(account=first, actor=OPERATOR, now=NOW)

    first.refresh_from_db()
    assert not first.is_active


def test_nobody_changes_their_own_roles_or_closes_their_own_account() -> None:
    account = make_person(Role.ADMINISTRATOR, enrolled=False)
    make_person(Role.ADMINISTRATOR, enrolled=False)
    oneself = Actor.person(account.pk)

    with pytest.raises(services.AccountNotValid):
        services.set_roles(account=account, roles=frozenset({Role.AUDITOR}), actor=oneself, now=NOW)
    with pytest.raises(services.AccountNotValid):
        services.deactivate(account=account, actor=oneself, now=NOW)
