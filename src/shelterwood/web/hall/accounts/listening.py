"""Write into the record what allauth does: sign-ins, refusals, second factors that come, go and are used."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from allauth.account.internal.flows.login import record_authentication
from allauth.mfa import signals as factors
from allauth.mfa.models import Authenticator
from django.apps import apps
from django.contrib.auth.signals import user_logged_in, user_logged_out
from django.utils import timezone

from shelterwood.web.hall.access.actors import STRANGER, Actor
from shelterwood.web.hall.accounts import actions
from shelterwood.web.hall.accounts.throttling import CODE, PASSWORD, forget
from shelterwood.web.hall.audit.services import record

if TYPE_CHECKING:
    from django.http import HttpRequest

    from shelterwood.web.hall.accounts.models import Account
    from shelterwood.web.hall.audit.actions import Action

__all__ = ["start"]

_CODES = Authenticator.Type.RECOVERY_CODES


def start() -> None:
    """Connect the listeners; called once when the app is ready."""
    user_logged_in.connect(_signed_in, dispatch_uid="shelterwood.signed-in")
    user_logged_out.connect(_signed_out, dispatch_uid="shelterwood.signed-out")
    factors.authenticator_added.connect(_added, dispatch_uid="shelterwood.added")
    factors.authenticator_removed.connect(_removed, dispatch_uid="shelterwood.removed")
    factors.authenticator_reset.connect(_reset, dispatch_uid="shelterwood.reset")
    factors.authenticator_used.connect(_used, dispatch_uid="shelterwood.used")
    factors.authentication_failed.connect(_failed, dispatch_uid="shelterwood.failed")
    if apps.is_installed("allauth.socialaccount"):
        from allauth.socialaccount.signals import social_account_added  # noqa: PLC0415 - has models

        social_account_added.connect(_connected, dispatch_uid="shelterwood.connected")


def _line(action: Action, account: Account, **codes: str) -> None:
    actor = Actor.person(account.pk)
    record(action=action, actor=actor, object_ref=f"account:{account.pk}", now=timezone.now(), codes=codes)


def _signed_in(user: Account, **_kwargs: object) -> None:
    forget(PASSWORD, user.name)
    forget(CODE, str(user.pk))
    _line(actions.SIGNED_IN, user)


def _signed_out(user: Account | None, **_kwargs: object) -> None:
    if user is not None:
        _line(actions.SIGNED_OUT, user)


def _added(request: HttpRequest, user: Account, authenticator: Any, **_kwargs: object) -> None:  # noqa: ANN401
    """Record it; and whoever set up a second factor has just shown it."""
    _line(actions.FACTOR_ADDED, user, kind=authenticator.type)
    if authenticator.type != _CODES:
        record_authentication(request, user, "mfa", id=authenticator.pk, type=str(authenticator.type))


def _connected(sociallogin: Any, **_kwargs: object) -> None:  # noqa: ANN401 - allauth has no types
    _line(actions.FACTOR_ADDED, sociallogin.user, kind="organisation")


def _removed(user: Account, authenticator: Any, **_kwargs: object) -> None:  # noqa: ANN401 - allauth has no types
    _line(actions.FACTOR_REMOVED, user, kind=authenticator.type)


def _reset(user: Account, **_kwargs: object) -> None:
    _line(actions.RECOVERY_CODES_MADE, user)


def _used(user: Account, authenticator: Any, **_kwargs: object) -> None:  # noqa: ANN401 - allauth has no types
    if authenticator.type == _CODES:
        _line(actions.RECOVERY_CODE_USED, user)


def _failed(**_kwargs: object) -> None:
    codes = {"step": "second-factor"}
    record(action=actions.SIGN_IN_REFUSED, actor=STRANGER, object_ref="", now=timezone.now(), codes=codes)
