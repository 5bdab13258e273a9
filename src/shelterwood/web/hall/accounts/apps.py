"""The Django app of the accounts."""

from __future__ import annotations

from django.apps import AppConfig

from shelterwood.web.hall.access.navigation import Door, register
from shelterwood.web.hall.access.permissions import Permission

__all__ = ["AccountsConfig"]


class AccountsConfig(AppConfig):
    """Accounts, roles, invitations, sessions, throttle marks, solo mode."""

    name = "shelterwood.web.hall.accounts"
    label = "accounts"

    def ready(self) -> None:
        """Listen to what allauth does with passwords, keys and codes, so that each of it stands in the record."""
        from shelterwood.web.hall.accounts import listening  # noqa: PLC0415 - needs the models

        listening.start()
        register(
            Door(
                label="People",
                route="people",
                permission=Permission.PEOPLE_MANAGE,
                purpose="Let people in, give them roles, close accounts.",
                place=90,
            )
        )
