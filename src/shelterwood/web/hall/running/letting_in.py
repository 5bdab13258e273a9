"""What `shelterwood user` does, in sentences for a terminal; the verbs are the accounts' services."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils import timezone

from shelterwood.errors import ShelterwoodError
from shelterwood.web.hall.access.actors import OPERATOR
from shelterwood.web.hall.access.permissions import Role
from shelterwood.web.hall.accounts import services, solo
from shelterwood.web.hall.accounts.models import Account

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = ["NoSuchAccount", "deactivate", "go_solo", "invite", "renew_link"]


class NoSuchAccount(ShelterwoodError):
    """There is no account of this name."""


def _find(name: str) -> Account:
    account = Account.objects.filter(name=name).first()
    if account is None:
        raise NoSuchAccount(f"There is no account '{name}'.", remedy="Check its spelling, or invite it.")
    return account


def _sentence(issued: services.InvitationIssued) -> str:
    until = f"{issued.expires_at:%Y-%m-%d %H:%M} UTC"
    return f"{issued.url}\nGive this link to '{issued.account.name}' only. It works once, until {until}."


def invite(name: str, roles: Iterable[str]) -> str:
    """Make an account; return its link."""
    held = frozenset(Role(role) for role in roles)
    return _sentence(services.invite(name=name, roles=held, actor=OPERATOR, now=timezone.now()))


def renew_link(name: str) -> str:
    """Make a new link; return it."""
    return _sentence(services.renew_link(account=_find(name), actor=OPERATOR, now=timezone.now()))


def deactivate(name: str) -> str:
    """Close an account."""
    services.deactivate(account=_find(name), actor=OPERATOR, now=timezone.now())
    return f"The account '{name}' is closed; its sessions have ended."


def go_solo(outside_body: str, outside_contact: str) -> str:
    """Begin solo mode, or name another body."""
    solo.begin(outside_body=outside_body, outside_contact=outside_contact, actor=OPERATOR, now=timezone.now())
    return "Solo mode is on. The page /about says what is waived, and who hears complaints."
