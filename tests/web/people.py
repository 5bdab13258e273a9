"""People for the web tests, made by the services that make them in earnest, and browsers they are signed in with."""

from __future__ import annotations

import itertools
import time
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret, hotp_value, yield_hotp_counters_from_time
from django.test import Client

from shelterwood.web.hall.access.actors import OPERATOR
from shelterwood.web.hall.access.permissions import Role
from shelterwood.web.hall.accounts import services

if TYPE_CHECKING:
    from shelterwood.web.hall.accounts.models import Account

__all__ = ["NOW", "PASSWORD", "app_secret", "code_now", "make_person", "signed_in", "token_of"]

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)
PASSWORD = "a lantern in the quiet wood"
_numbers = itertools.count(1)


def token_of(issued: services.InvitationIssued) -> str:
    return issued.path.rsplit("/", 1)[-1]


def make_person(*roles: Role, name: str = "", enrolled: bool = True) -> Account:
    """Return a person who has accepted the invitation and, if `enrolled`, set up an authenticator app."""
    held = frozenset(roles or {Role.REVIEWER})
    issued = services.invite(name=name or f"person-{next(_numbers)}", roles=held, actor=OPERATOR, now=NOW)
    account = services.accept(token=token_of(issued), password=PASSWORD, now=NOW)
    if enrolled:
        TOTP.activate(account, generate_totp_secret())
        RecoveryCodes.activate(account)
    return account


def app_secret(account: Account) -> TOTP:
    factor: TOTP = Authenticator.objects.get(user=account, type="totp").wrap()
    return factor


def code_now(account: Account) -> str:
    from allauth.mfa.adapter import get_adapter  # noqa: PLC0415 - needs settings

    secret = get_adapter().decrypt(app_secret(account).instance.data["secret"])
    return f"{hotp_value(secret, next(iter(yield_hotp_counters_from_time()))):06d}"


def signed_in(account: Account, *, proved_seconds_ago: float | None = 0) -> Client:
    """Return a browser in which `account` signed in; None: by password only."""
    client = Client()
    client.force_login(account)
    session = client.session
    session["started_at"] = datetime.now(UTC).isoformat()
    if proved_seconds_ago is not None:
        session["account_authentication_methods_user"] = str(account.pk)
        session["account_authentication_methods"] = [
            {"method": "mfa", "type": "totp", "at": time.time() - proved_seconds_ago}
        ]
    session.save()
    return client
