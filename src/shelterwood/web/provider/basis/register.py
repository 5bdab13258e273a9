"""The register of keys and withdrawals as the policy wants it, read from the tables."""

from __future__ import annotations

from shelterwood.policy import KeyRegister, KeyRole, RegisteredKey, TokenId
from shelterwood.web.hall.accounts import solo
from shelterwood.web.provider.basis.models import Key, KeyState, Token, TokenState

__all__ = ["as_registered", "key_register"]


def as_registered(key: Key) -> RegisteredKey:
    """Return a row as the policy's value."""
    return RegisteredKey(
        public=bytes.fromhex(key.public),
        holder=key.holder,
        role=KeyRole(key.role),
        valid_from=key.valid_from,
        valid_to=key.valid_to,
        revoked_at=key.revoked_at,
    )


def key_register() -> KeyRegister:
    """Return every key that two people registered, every token that was withdrawn, and whether solo mode is on."""
    counted = Key.objects.filter(state__in=[KeyState.REGISTERED, KeyState.REVOKED], confirmed_by__isnull=False)
    over = Token.objects.filter(state__in=[TokenState.WITHDRAWN, TokenState.REPLACED]).values_list("name", flat=True)
    return KeyRegister(
        keys=tuple(as_registered(key) for key in counted),
        withdrawn=frozenset(TokenId(name) for name in over),
        solo=solo.current() is not None,
    )
