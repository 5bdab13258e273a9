"""What pages read about accounts, as values: no page touches a table."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from allauth.mfa.models import Authenticator

from shelterwood.web.hall.access.permissions import Role
from shelterwood.web.hall.accounts.models import Account, Session
from shelterwood.web.hall.settings.facts import facts

if TYPE_CHECKING:
    import uuid
    from datetime import datetime

    from django.contrib.auth.base_user import AbstractBaseUser
    from django.contrib.auth.models import AnonymousUser

__all__ = ["Colleague", "Factors", "SessionSeen", "colleagues", "factors_of", "has_passkey", "sessions_of"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Colleague:
    """One account as the people page shows it."""

    id: uuid.UUID
    name: str
    roles: tuple[Role, ...]
    state: str  # "active", "invited", "deactivated"
    last_signed_in: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Factors:
    """The second factors of an account: app, passkeys as (id, name), recovery codes left."""

    app: bool
    passkeys: tuple[tuple[int, str], ...]
    codes_left: int


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionSeen:
    """One session as its owner sees it."""

    number: uuid.UUID
    device: str
    started_at: datetime
    last_seen_at: datetime
    is_this_one: bool


def colleagues() -> list[Colleague]:
    """Return every account, by name."""
    accounts = Account.objects.prefetch_related("roles_held").order_by("name")
    return [
        Colleague(
            id=account.pk,
            name=account.name,
            roles=tuple(sorted(Role(held.role) for held in account.roles_held.all())),
            state=_state(account),
            last_signed_in=account.last_login,
        )
        for account in accounts
    ]


def _state(account: Account) -> str:
    if not account.is_active:
        return "deactivated"
    return "active" if account.accepted_at else "invited"


def factors_of(account_id: str) -> Factors:
    """Return the second factors of an account."""
    app, passkeys, left = False, [], 0
    for factor in Authenticator.objects.filter(user_id=account_id).order_by("created_at"):
        if factor.type == Authenticator.Type.TOTP:
            app = True
        elif factor.type == Authenticator.Type.WEBAUTHN:
            passkeys.append((factor.pk, str(factor)))
        else:
            left = len(factor.wrap().get_unused_codes())
    return Factors(app=app, passkeys=tuple(passkeys), codes_left=left)


def has_passkey(account: AbstractBaseUser | AnonymousUser) -> bool:
    """Return whether the account can use a passkey."""
    return bool(Authenticator.objects.filter(user_id=account.pk, type=Authenticator.Type.WEBAUTHN).exists())


def sessions_of(account_id: str, *, digest: str, now: datetime) -> list[SessionSeen]:
    """Return the sessions of an account that are not over, the latest first; `digest` is that of this one's cookie."""
    alive = Session.objects.filter(
        account_id=account_id, ends_at__gt=now, last_seen_at__gt=now - facts().session_idle
    ).order_by("-last_seen_at")
    return [
        SessionSeen(
            number=row.number,
            device=row.device or "A browser",
            started_at=row.started_at,
            last_seen_at=row.last_seen_at,
            is_this_one=row.digest == digest,
        )
        for row in alive
    ]
