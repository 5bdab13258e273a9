"""Keys that may sign: proposed by one person, confirmed by another, revoked by anyone of them at once."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.db import transaction

from shelterwood.errors import ShelterwoodError
from shelterwood.policy import KeyRole, key_id, public_bytes
from shelterwood.policy.periods import Period
from shelterwood.web.hall.accounts import solo
from shelterwood.web.hall.audit.services import record
from shelterwood.web.provider.basis import actions, live
from shelterwood.web.provider.basis.models import Key, KeyState
from shelterwood.web.provider.basis.policy import check_second_person, check_step, person_of
from shelterwood.web.provider.basis.sealing import seal_key

if TYPE_CHECKING:
    import uuid
    from datetime import datetime

    from shelterwood.web.hall.access.actors import Actor

__all__ = ["KeyNotValid", "confirm_key", "make_officer_key", "refuse_key", "register_key", "revoke_key"]

OFFICERS_KEY_LASTS: Final = Period(months=36)
"""Longer than the longest token (24 months), so that a token made in the first year is not cut short by its key."""


class KeyNotValid(ShelterwoodError):
    """A key cannot be registered like this."""


@transaction.atomic
def make_officer_key(*, passphrase: str, actor: Actor, now: datetime) -> Key:
    """Make the signing key of `actor`, sealed under `passphrase`; it counts once another person has confirmed it.

    Raises PassphraseTooShort, KeyNotValid (there is one already). In solo mode nobody else is there: it counts at once.
    """
    officer = person_of(actor)
    if Key.objects.filter(officer_id=officer, state__in=[KeyState.PROPOSED, KeyState.REGISTERED], valid_to__gt=now):
        raise KeyNotValid("You have a key already.", remedy="Revoke it first, then make another.")
    private = Ed25519PrivateKey.generate()
    key = Key(
        public=public_bytes(private).hex(),
        role=KeyRole.OFFICER,
        holder=str(officer),
        officer_id=officer,
        sealed_private=seal_key(private, passphrase=passphrase),
        valid_to=OFFICERS_KEY_LASTS.after(now),
    )
    return _propose(key, actor=actor, now=now)


@transaction.atomic
def register_key(*, public: bytes, holder: str, role: KeyRole, valid_to: datetime, actor: Actor, now: datetime) -> Key:
    """Propose the public key (32 bytes) of an authority or publisher; it counts once another person confirmed it.

    Raises KeyNotValid, or the policy's PolicyDataNotValid for bytes that are no Ed25519 key.
    """
    if role is KeyRole.OFFICER:
        raise KeyNotValid("An officer's key is made by the officer.", remedy="Have them make it on their own page.")
    if not holder.strip() or valid_to <= now:
        raise KeyNotValid("The key names no holder, or has ended.", remedy="Say whose it is, and until when it holds.")
    return _propose(Key(public=public.hex(), role=role, holder=holder.strip(), valid_to=valid_to), actor=actor, now=now)


def _propose(key: Key, *, actor: Actor, now: datetime) -> Key:
    key.key_id, key.proposed_at = key_id(bytes.fromhex(key.public)), now
    key.valid_from = now.replace(microsecond=0)  # a token's times are whole seconds: it may be issued in this one
    key.proposed_by_id = person_of(actor)
    if Key.objects.filter(key_id=key.key_id).exists():
        raise KeyNotValid("This key stands in the register already.", remedy="Look at it there; a key comes in once.")
    if key.role == KeyRole.OFFICER and solo.current() is not None:
        key.state, key.confirmed_by_id, key.confirmed_at, key.solo = KeyState.REGISTERED, key.proposed_by_id, now, True
    key.save(force_insert=True)
    live.changed()
    action = actions.KEY_REGISTERED if key.state == KeyState.REGISTERED else actions.KEY_PROPOSED
    record(action=action, actor=actor, object_ref=f"key:{key.key_id}", now=now, codes=_codes(key))
    return key


@transaction.atomic
def confirm_key(*, key_id: uuid.UUID, actor: Actor, now: datetime) -> Key:
    """Let a key count, as the second person who compared it with what its holder says; raise SecondPersonNeeded."""
    key = Key.objects.select_for_update().get(pk=key_id)
    check_step(KeyState(key.state), KeyState.REGISTERED, what="key")
    key.solo = check_second_person(key.proposed_by, actor=actor)
    key.state, key.confirmed_by_id, key.confirmed_at = KeyState.REGISTERED, person_of(actor), now
    key.save(update_fields=["state", "solo", "confirmed_by", "confirmed_at"])
    live.changed()
    record(action=actions.KEY_REGISTERED, actor=actor, object_ref=f"key:{key.key_id}", now=now, codes=_codes(key))
    return key


@transaction.atomic
def refuse_key(*, key_id: uuid.UUID, actor: Actor, now: datetime) -> Key:
    """Refuse a proposed key, or take one's own proposal back."""
    key = Key.objects.select_for_update().get(pk=key_id)
    check_step(KeyState(key.state), KeyState.REFUSED, what="key")
    person_of(actor)
    key.state = KeyState.REFUSED
    key.save(update_fields=["state"])
    record(action=actions.KEY_REFUSED, actor=actor, object_ref=f"key:{key.key_id}", now=now, codes=_codes(key))
    return key


@transaction.atomic
def revoke_key(*, key_id: uuid.UUID, actor: Actor, now: datetime) -> Key:
    """End a key at once, and with it every token that it signed. One person is enough: stopping must be easy."""
    key = Key.objects.select_for_update().get(pk=key_id)
    check_step(KeyState(key.state), KeyState.REVOKED, what="key")
    person_of(actor)
    key.state, key.revoked_at = KeyState.REVOKED, now
    key.save(update_fields=["state", "revoked_at"])
    live.changed()
    record(action=actions.KEY_REVOKED, actor=actor, object_ref=f"key:{key.key_id}", now=now, codes=_codes(key))
    return key


def _codes(key: Key) -> dict[str, str]:
    return {"role": str(key.role)} | ({"second_person": "waived"} if key.solo else {})
