"""Accounts come from one-time links and from nowhere else."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from django.core.exceptions import ValidationError
from people import NOW, PASSWORD, make_person, token_of

from shelterwood.web.hall.access.actors import OPERATOR
from shelterwood.web.hall.access.permissions import Role
from shelterwood.web.hall.accounts import services
from shelterwood.web.hall.accounts.models import Account, Invitation
from shelterwood.web.hall.audit.models import Line

if TYPE_CHECKING:
    from django.test import Client

REVIEWER = frozenset({Role.REVIEWER})


def invited(name: str = "reviewer-7") -> services.InvitationIssued:
    return services.invite(name=name, roles=REVIEWER, actor=OPERATOR, now=NOW)


def test_a_link_makes_an_account_usable_once() -> None:
    issued = invited()

    account = services.accept(token=token_of(issued), password=PASSWORD, now=NOW)

    assert account.check_password(PASSWORD)
    with pytest.raises(services.InvitationNotUsable):
        services.accept(token=token_of(issued), password="another long pass phrase", now=NOW)
    account.refresh_from_db()
    assert account.check_password(PASSWORD)


def test_the_secret_of_a_link_is_stored_nowhere() -> None:
    issued = invited()

    stored = (
        str(list(Invitation.objects.values())) + str(list(Line.objects.values())) + str(list(Account.objects.values()))
    )

    assert token_of(issued) not in stored


def test_a_link_ends_with_its_hours() -> None:
    issued = invited()

    with pytest.raises(services.InvitationNotUsable):
        services.find_invitation(token=token_of(issued), now=issued.expires_at)


def test_a_new_link_makes_the_old_one_useless() -> None:
    old = invited()

    new = services.renew_link(account=old.account, actor=OPERATOR, now=NOW + timedelta(minutes=1))

    with pytest.raises(services.InvitationNotUsable):
        services.find_invitation(token=token_of(old), now=NOW + timedelta(minutes=2))
    assert services.find_invitation(token=token_of(new), now=NOW + timedelta(minutes=2)).account == old.account


def test_a_new_link_for_an_account_in_use_takes_everything_else_away() -> None:
    account = make_person()

    services.renew_link(account=account, actor=OPERATOR, now=NOW)

    account.refresh_from_db()
    assert not account.has_usable_password()
    assert not account.authenticator_set.exists()
    assert Line.objects.latest("id").action == "account.reset"


def test_a_weak_password_leaves_the_link_usable() -> None:
    issued = invited()

    with pytest.raises(ValidationError):
        services.accept(token=token_of(issued), password="password1234", now=NOW)

    assert services.find_invitation(token=token_of(issued), now=NOW)


@pytest.mark.parametrize("name", ["Ann", "ab", "a b", "reviewer_1", "a" * 33, "1up", "reviewer-1\n", ""])
def test_a_name_that_is_no_plain_pseudonym_is_refused(name: str) -> None:
    with pytest.raises(services.AccountNotValid):
        services.invite(name=name, roles=REVIEWER, actor=OPERATOR, now=NOW)


def test_an_invitation_of_a_name_that_exists_is_refused() -> None:
    invited("twice")

    with pytest.raises(services.AccountNotValid, match="There is an account"):
        invited("twice")


def test_a_closed_account_has_no_link() -> None:
    issued = invited()
    services.deactivate(account=issued.account, actor=OPERATOR, now=NOW)

    with pytest.raises(services.InvitationNotUsable):
        services.find_invitation(token=token_of(issued), now=NOW)


def test_the_page_answers_every_dead_link_alike(client: Client) -> None:
    used, replaced = invited("one-used"), invited("one-replaced")
    services.accept(token=token_of(used), password=PASSWORD, now=NOW)
    services.renew_link(account=replaced.account, actor=OPERATOR, now=NOW)

    answers = [client.get(f"/invitation/{t}") for t in (token_of(used), token_of(replaced), "never-was")]

    assert {answer.status_code for answer in answers} == {410}
    assert len({answer.content for answer in answers}) == 1
