"""What can be done with API keys: make, rotate, retire; each verb is one transaction that ends with its line."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db import transaction

from shelterwood.errors import ShelterwoodError
from shelterwood.web.hall.audit.services import record
from shelterwood.web.provider.keys import actions, holding, wording
from shelterwood.web.provider.keys.models import MOST_A_SECOND, NAME_PATTERN, ApiKey, KeyScope, KeySecret

if TYPE_CHECKING:
    from datetime import datetime, timedelta

    from shelterwood.policy import ServiceId, ServiceType, Surface, TokenId
    from shelterwood.web.hall.access.actors import Actor
    from shelterwood.web.provider.keys.scopes import Scope
    from shelterwood.web.provider.keys.wording import KeyText

__all__ = ["ApiKeyNotValid", "KeyIssued", "KeyPurpose", "key_ref", "make", "retire", "rotate"]


class ApiKeyNotValid(ShelterwoodError):
    """An API key cannot be made, or be changed, as asked."""


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyPurpose:
    """What a key is for: whose content is sent with it, from where, under which token, and what may be learnt."""

    token_id: TokenId
    service: ServiceId
    component: str | None = None
    service_type: ServiceType
    surface: Surface
    scopes: frozenset[Scope]
    per_second: int = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyIssued:
    """A key and the only copy of its secret: show it once."""

    key: ApiKey
    text: KeyText


def key_ref(key: ApiKey) -> str:
    """Return how the record names `key`."""
    return f"key:{key.pk}"


@transaction.atomic
def make(*, name: str, purpose: KeyPurpose, lasts: timedelta, actor: Actor, now: datetime) -> KeyIssued:
    """Make a key that ends by itself after `lasts`; raise ApiKeyNotValid."""
    _check(name, purpose, lasts)
    key = ApiKey.objects.create(
        name=name,
        token_id=purpose.token_id,
        service=purpose.service,
        component=purpose.component or "",
        service_type=purpose.service_type,
        surface=purpose.surface,
        per_second=purpose.per_second,
        made_at=now,
        expires_at=now + lasts,
    )
    KeyScope.objects.bulk_create(KeyScope(key=key, scope=scope) for scope in sorted(purpose.scopes))
    issued = _new_secret(key, now=now)
    codes = {"scopes": " ".join(sorted(purpose.scopes)), "token": purpose.token_id, "surface": str(purpose.surface)}
    _known_here()
    record(action=actions.KEY_MADE, actor=actor, object_ref=key_ref(key), now=now, codes=codes)
    return issued


@transaction.atomic
def rotate(*, key: ApiKey, overlap: timedelta, actor: Actor, now: datetime) -> KeyIssued:
    """Give the key a new secret; the one in use works for `overlap` longer, older ones no longer than they would."""
    _refuse_ended(key, now=now)
    key.secrets.filter(ends_at__isnull=True).update(ends_at=now + overlap)
    issued = _new_secret(key, now=now)
    codes = {"old_ends_at": (now + overlap).isoformat(timespec="seconds")}
    _known_here()
    record(action=actions.KEY_ROTATED, actor=actor, object_ref=key_ref(key), now=now, codes=codes)
    return issued


@transaction.atomic
def retire(*, key: ApiKey, actor: Actor, now: datetime) -> None:
    """End the key with all its secrets; every worker refuses it within a second."""
    if not ApiKey.objects.filter(pk=key.pk, retired_at__isnull=True).update(retired_at=now):
        raise ApiKeyNotValid(f"The key '{key.name}' is retired already.", remedy="Make another if one is needed.")
    _known_here()
    record(action=actions.KEY_RETIRED, actor=actor, object_ref=key_ref(key), now=now)


def _new_secret(key: ApiKey, *, now: datetime) -> KeyIssued:
    text = wording.make()
    KeySecret.objects.create(key=key, prefix=text.prefix, digest=text.digest, made_at=now)
    return KeyIssued(key=key, text=text)


def _known_here() -> None:
    """Count the change here as soon as it is committed; the other workers read within a second."""
    transaction.on_commit(holding.forget)


def _refuse_ended(key: ApiKey, *, now: datetime) -> None:
    if key.retired_at is not None or key.expires_at <= now:
        raise ApiKeyNotValid(f"The key '{key.name}' has ended.", remedy="Make another; an ended key stays ended.")


def _check(name: str, purpose: KeyPurpose, lasts: timedelta) -> None:
    if not re.match(NAME_PATTERN, name):
        raise ApiKeyNotValid(
            f"'{name}' is no name of a key.", remedy="Use 3 to 40 lower-case letters, digits, . and -."
        )
    if ApiKey.objects.filter(name=name).exists():
        raise ApiKeyNotValid(f"There is, or was, a key '{name}'.", remedy="Choose another name, or rotate that one.")
    if not purpose.scopes:
        raise ApiKeyNotValid("A key without a scope opens nothing.", remedy="Choose at least one.")
    if not purpose.token_id or not purpose.service:
        raise ApiKeyNotValid("A key names its service and its legal-basis token.", remedy="Fill both in.")
    if not 1 <= purpose.per_second <= MOST_A_SECOND:
        raise ApiKeyNotValid(f"A limit is 1 to {MOST_A_SECOND} uses a second.", remedy="100 suits one busy server.")
    if lasts.total_seconds() <= 0:
        raise ApiKeyNotValid("A key lasts some time.", remedy="A year is usual.")
