"""Which roles one person may hold together, and what may not happen to the last administrator."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shelterwood.errors import ShelterwoodError
from shelterwood.web.hall.access.permissions import Role, RoleGroup, group_of
from shelterwood.web.hall.accounts.models import Account, SoloMode

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = ["LastAdministrator", "RolesNotTogether", "check_roles", "check_someone_keeps_the_house"]


class RolesNotTogether(ShelterwoodError):
    """One person would hold roles of two groups, and solo mode is off."""


class LastAdministrator(ShelterwoodError):
    """Nobody would be left who can let people in."""


def check_roles(roles: frozenset[Role]) -> None:
    """Raise RolesNotTogether if `roles` are none, or of two groups outside solo mode."""
    if not roles:
        raise RolesNotTogether("An account needs at least one role.", remedy="Choose one, or deactivate the account.")
    groups = {group_of(role) for role in roles}
    if len(groups) > 1 and not SoloMode.objects.exists():
        raise RolesNotTogether(
            f"One person cannot hold roles of {_and(sorted(groups))} together.",
            remedy="Give them to two people. Only a service of one person (solo mode) may join them, in public.",
        )


def check_someone_keeps_the_house(*, without: Account, roles: frozenset[Role] = frozenset()) -> None:
    """Raise LastAdministrator if `without`, left with `roles`, is the only administrator who can sign in."""
    if Role.ADMINISTRATOR in roles or not _is_administrator(without):
        return
    # All of them are locked, in one order: of two administrators who close each other at once the second is refused.
    able = (
        Account.objects.select_for_update(of=("self",))
        .filter(roles_held__role=Role.ADMINISTRATOR, deactivated_at__isnull=True, accepted_at__isnull=False)
        .order_by("pk")
    )
    if not [one for one in able if one.pk != without.pk]:
        raise LastAdministrator(
            "This is the only administrator.", remedy="Invite another one first, and let them sign in once."
        )


def _is_administrator(account: Account) -> bool:
    return account.is_active and account.roles_held.filter(role=Role.ADMINISTRATOR).exists()


def _and(groups: Iterable[RoleGroup]) -> str:
    return " and ".join(f"the group '{group}'" for group in groups)
