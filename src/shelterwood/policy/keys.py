"""The keys that may sign tokens and profiles, passed in as data: this package stores none, public or private.

A key's name is its RFC 7638 thumbprint, so that a name can never come to mean another key.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, NewType

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from joserfc.jwk import OKPKey

from shelterwood.policy.fields import PolicyDataNotValid
from shelterwood.policy.instants import as_utc
from shelterwood.policy.vocabulary import TokenId, TokenKind

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

__all__ = ["KeyId", "KeyRegister", "KeyRole", "RegisteredKey", "key_id", "public_bytes"]

KeyId = NewType("KeyId", str)


class KeyRole(StrEnum):
    """What a key may sign."""

    OFFICER = "officer"
    """A named person of this installation: permissions and the service's own terms."""
    AUTHORITY = "authority"
    """A registered authority: orders."""
    PUBLISHER = "publisher"
    """Whoever the operator trusts to publish policy profiles."""

    @classmethod
    def for_token(cls, kind: TokenKind) -> KeyRole:
        """Return who must sign a token of this kind."""
        return cls.AUTHORITY if kind in {TokenKind.ORDER, TokenKind.AUTHORITY_REQUEST} else cls.OFFICER


@dataclass(frozen=True, slots=True, kw_only=True)
class RegisteredKey:
    """A public Ed25519 key (32 bytes): whose it is (an actor's or authority's id), what it may sign, and when it holds.

    A revoked key never holds again.
    """

    public: bytes
    holder: str
    role: KeyRole
    valid_from: datetime
    valid_to: datetime
    revoked_at: datetime | None = None
    id: KeyId = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "id", key_id(self.public))

    def holds(self, now: datetime) -> bool:
        """Tell whether the key may be relied on at `now`."""
        moment = as_utc(now)
        revoked = self.revoked_at is not None and moment >= as_utc(self.revoked_at)
        return as_utc(self.valid_from) <= moment < as_utc(self.valid_to) and not revoked


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyRegister:
    """The keys, the withdrawn tokens, and whether this installation runs in solo mode, as they stand now."""

    keys: tuple[RegisteredKey, ...]
    withdrawn: frozenset[TokenId] = frozenset()
    solo: bool = False

    def find(self, key: str) -> RegisteredKey | None:
        """Return the key of this name, or None."""
        return next((each for each in self.keys if each.id == key), None)

    def having(self, keys: Iterable[RegisteredKey]) -> KeyRegister:
        """Return a register with these keys added."""
        return KeyRegister(keys=(*self.keys, *keys), withdrawn=self.withdrawn, solo=self.solo)


def key_id(public: bytes) -> KeyId:
    """Return the RFC 7638 thumbprint of a raw public key; PolicyDataNotValid unless it is 32 bytes."""
    try:
        return KeyId(OKPKey.import_key(Ed25519PublicKey.from_public_bytes(public)).thumbprint())
    except ValueError as error:
        raise PolicyDataNotValid("key register", "an Ed25519 public key has 32 bytes") from error


def public_bytes(key: Ed25519PrivateKey) -> bytes:
    """Return the raw public half of a private key, for the register."""
    return key.public_key().public_bytes_raw()
