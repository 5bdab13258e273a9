"""The roles that can be served, and how a process becomes one of them."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import django

from shelterwood.errors import ShelterwoodError

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["ROLES", "RoleUnknown", "become"]

ROLES = ("provider",)


class RoleUnknown(ShelterwoodError):
    """No such role, or it is not built yet."""


def become(role: str, *, data: Path | None = None, port: int | None = None) -> None:
    """Load the settings of `role` with its `data` directory into this process; raise if they are wrong.

    `port` names the address of a service that has no SHELTERWOOD_URL: this machine itself.

    Everything the process makes from here on is private to its user (umask).
    """
    if role not in ROLES:
        raise RoleUnknown(f"There is no role '{role}'.", remedy=f"Choose one of: {', '.join(ROLES)}.")
    os.umask(0o077)
    if data is not None:
        os.environ["SHELTERWOOD_DATA"] = str(data.absolute())
    if port is not None:
        os.environ.setdefault("SHELTERWOOD_URL", f"http://localhost:{port}")
    os.environ["DJANGO_SETTINGS_MODULE"] = f"shelterwood.web.hall.settings.{role}"
    django.setup()
