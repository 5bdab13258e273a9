"""Who stands at the door of one request: computed once by the accounts, read by the gate, views and templates."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum

from shelterwood.web.hall.access.actors import STRANGER, Actor
from shelterwood.web.hall.access.permissions import Permission, Role, permissions_of

__all__ = ["ANYONE", "Standing", "Visitor"]


class Standing(IntEnum):
    """How sure we are of the visitor; each step includes those before it."""

    STRANGER = 0
    ENROLLING = 1  # password known or invitation accepted, no second factor on the account yet
    SIGNED_IN = 2  # a second factor was shown in this session
    FRESH = 3  # and the person proved it again within the last minutes


@dataclass(frozen=True, slots=True, kw_only=True)
class Visitor:
    """The visitor of one request: account, roles, and how far they are signed in."""

    standing: Standing = Standing.STRANGER
    account_id: str = ""
    name: str = ""
    roles: frozenset[Role] = frozenset()

    @property
    def permissions(self) -> frozenset[Permission]:
        """What the visitor may do now; nothing before the second factor."""
        return permissions_of(self.roles) if self.standing >= Standing.SIGNED_IN else frozenset()

    def may(self, permission: Permission) -> bool:
        """Return whether the visitor holds `permission`."""
        return permission in self.permissions

    @property
    def actor(self) -> Actor:
        """The visitor as the record names them."""
        return Actor.person(self.account_id) if self.account_id else STRANGER


ANYONE = Visitor()
