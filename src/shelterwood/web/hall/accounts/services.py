"""What can be done with accounts: each verb is one transaction whose last statement is its line in the record."""

from __future__ import annotations

import hashlib
import re
import secrets
from dataclasses import dataclass
from typing import TYPE_CHECKING

from allauth.mfa.models import Authenticator
from django.contrib.auth.password_validation import validate_password
from django.db import transaction

from shelterwood.errors import ShelterwoodError
from shelterwood.web.hall.access.actors import Actor
from shelterwood.web.hall.accounts import actions
from shelterwood.web.hall.accounts.models import NAME_PATTERN, Account, Invitation, RoleHeld, Session
from shelterwood.web.hall.accounts.policy import check_roles, check_someone_keeps_the_house
from shelterwood.web.hall.audit.services import record
from shelterwood.web.hall.settings.facts import facts

if TYPE_CHECKING:
    import uuid
    from datetime import datetime

    from shelterwood.web.hall.access.permissions import Role

__all__ = [
    "AccountNotValid",
    "InvitationIssued",
    "InvitationNotUsable",
    "accept",
    "account_ref",
    "change_password",
    "deactivate",
    "end_other_sessions",
    "end_session",
    "find_invitation",
    "invite",
    "reactivate",
    "renew_link",
    "set_roles",
]


class AccountNotValid(ShelterwoodError):
    """An account cannot be made, or be changed, as asked."""


class InvitationNotUsable(ShelterwoodError):
    """The link is not one of ours, was used, was replaced, or is too old; which of these is not said."""


@dataclass(frozen=True, slots=True, kw_only=True)
class InvitationIssued:
    """A one-time link. `path` holds the only copy of its secret: show it once."""

    account: Account
    path: str
    expires_at: datetime

    @property
    def url(self) -> str:
        """The whole address."""
        return f"{facts().origin.url}{self.path}"


def account_ref(account: Account) -> str:
    """Return how the record names `account`."""
    return f"account:{account.pk}"


@transaction.atomic
def invite(*, name: str, roles: frozenset[Role], actor: Actor, now: datetime) -> InvitationIssued:
    """Make an account that nobody can use until its link is followed; raise AccountNotValid or RolesNotTogether."""
    if not re.match(NAME_PATTERN, name):
        raise AccountNotValid(
            f"'{name}' is no sign-in name.",
            remedy="Use 3 to 32 lower-case letters, digits, dots and hyphens, and no civil name: reviewer-3 is good.",
        )
    if Account.objects.filter(name=name).exists():
        raise AccountNotValid(f"There is an account '{name}'.", remedy="Choose another name, or renew its link.")
    check_roles(roles)
    account = Account(name=name, created_at=now)
    account.set_unusable_password()
    account.save(force_insert=True)
    _hold(account, roles=roles, now=now)
    issued = _issue(account, now=now)
    record(action=actions.ACCOUNT_INVITED, actor=actor, object_ref=account_ref(account), now=now, codes=_codes(roles))
    return issued


@transaction.atomic
def renew_link(*, account: Account, actor: Actor, now: datetime) -> InvitationIssued:
    """Make a new link; of an account in use take password, second factors and sessions away first (all was lost)."""
    if not account.is_active:
        raise AccountNotValid(f"The account '{account.name}' is deactivated.", remedy="Reactivate it first.")
    used = account.accepted_at is not None
    if used:
        account.set_unusable_password()
        account.accepted_at = None
        account.save(update_fields=["password", "accepted_at"])
        Authenticator.objects.filter(user_id=account.pk).delete()
        account.sessions.all().delete()
    issued = _issue(account, now=now)
    action = actions.ACCOUNT_RESET if used else actions.ACCOUNT_INVITED
    record(action=action, actor=actor, object_ref=account_ref(account), now=now)
    return issued


def find_invitation(*, token: str, now: datetime) -> Invitation:
    """Return the invitation of a link; raise InvitationNotUsable, in the same words whatever the reason."""
    found = Invitation.objects.filter(
        token_digest=_digest(token), used_at__isnull=True, expires_at__gt=now, account__deactivated_at__isnull=True
    )
    invitation = found.select_related("account").first()
    if invitation is None:
        raise InvitationNotUsable(
            "This link does not work: it was used, replaced by a newer one, or is too old.",
            remedy="Ask whoever sent it for a new one.",
        )
    return invitation


@transaction.atomic
def accept(*, token: str, password: str, now: datetime) -> Account:
    """Use a link: set the password; raise InvitationNotUsable, or Django's ValidationError for a weak password."""
    invitation = find_invitation(token=token, now=now)
    account = invitation.account
    validate_password(password, account)
    used = Invitation.objects.filter(pk=invitation.pk, used_at__isnull=True).update(used_at=now)
    if not used:  # somebody else used it between the two statements
        find_invitation(token=token, now=now)
    account.set_password(password)
    account.accepted_at = now
    account.save(update_fields=["password", "accepted_at"])
    record(action=actions.ACCOUNT_ACCEPTED, actor=Actor.person(account.pk), object_ref=account_ref(account), now=now)
    return account


@transaction.atomic
def change_password(*, account: Account, password: str, now: datetime) -> Account:
    """Set another password for oneself; every other session ends with it (its proof was made with the old one)."""
    validate_password(password, account)
    account.set_password(password)
    account.save(update_fields=["password"])
    actor = Actor.person(account.pk)
    record(action=actions.PASSWORD_CHANGED, actor=actor, object_ref=account_ref(account), now=now)
    return account


@transaction.atomic
def set_roles(*, account: Account, roles: frozenset[Role], actor: Actor, now: datetime) -> None:
    """Decide anew what the person may do; raise RolesNotTogether, LastAdministrator, AccountNotValid (one's own)."""
    _refuse_oneself(account, actor=actor)
    check_roles(roles)
    check_someone_keeps_the_house(without=account, roles=roles)
    account.roles_held.exclude(role__in=roles).delete()
    _hold(account, roles=roles - {held.role for held in account.roles_held.all()}, now=now)
    record(action=actions.ROLES_SET, actor=actor, object_ref=account_ref(account), now=now, codes=_codes(roles))


@transaction.atomic
def deactivate(*, account: Account, actor: Actor, now: datetime) -> None:
    """Close the account at once: no sign-in, no session, no link; raise LastAdministrator, AccountNotValid (own)."""
    _refuse_oneself(account, actor=actor)
    check_someone_keeps_the_house(without=account)
    Account.objects.filter(pk=account.pk, deactivated_at__isnull=True).update(deactivated_at=now)
    account.sessions.all().delete()
    Invitation.objects.filter(account=account).delete()
    record(action=actions.ACCOUNT_DEACTIVATED, actor=actor, object_ref=account_ref(account), now=now)


@transaction.atomic
def reactivate(*, account: Account, actor: Actor, now: datetime) -> None:
    """Open a closed account again, with the password and second factors it had."""
    Account.objects.filter(pk=account.pk).update(deactivated_at=None)
    record(action=actions.ACCOUNT_REACTIVATED, actor=actor, object_ref=account_ref(account), now=now)


@transaction.atomic
def end_session(*, session: Session, actor: Actor, now: datetime) -> None:
    """End one session from another."""
    ref = f"session:{session.number}"
    session.delete()
    record(action=actions.SESSION_ENDED, actor=actor, object_ref=ref, now=now)


@transaction.atomic
def end_other_sessions(*, account: Account, current: uuid.UUID, actor: Actor, now: datetime) -> int:
    """End every session of `account` but the `current` one; return how many there were."""
    ended, _ = account.sessions.exclude(number=current).delete()
    codes = {"ended": str(ended)}
    record(action=actions.SESSION_ENDED, actor=actor, object_ref=account_ref(account), now=now, codes=codes)
    return ended


def _refuse_oneself(account: Account, *, actor: Actor) -> None:
    if actor == Actor.person(account.pk):
        raise AccountNotValid(
            "Nobody changes their own roles or closes their own account.", remedy="Ask another administrator."
        )


def _hold(account: Account, *, roles: frozenset[Role], now: datetime) -> None:
    RoleHeld.objects.bulk_create(RoleHeld(account=account, role=role, since=now) for role in sorted(roles))


def _issue(account: Account, *, now: datetime) -> InvitationIssued:
    token = secrets.token_urlsafe(32)
    expires_at = now + facts().invitation_lasts
    Invitation.objects.update_or_create(
        account=account, defaults={"token_digest": _digest(token), "expires_at": expires_at, "used_at": None}
    )
    return InvitationIssued(account=account, path=f"/invitation/{token}", expires_at=expires_at)


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def _codes(roles: frozenset[Role]) -> dict[str, str]:
    return {"roles": " ".join(sorted(roles))}
