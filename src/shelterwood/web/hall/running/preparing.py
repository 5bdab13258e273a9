"""What happens before a service answers: tables brought to this version, style sheets laid out under digest names."""

from __future__ import annotations

from django.core.management import call_command
from django.db import OperationalError, connections

from shelterwood.errors import ShelterwoodError

__all__ = ["DatabaseNotReachable", "prepare", "prepare_tables"]


class DatabaseNotReachable(ShelterwoodError):
    """The database does not answer."""


def prepare_tables() -> None:
    """Bring the tables to this version; raise DatabaseNotReachable."""
    try:
        call_command("migrate", interactive=False, verbosity=0)
    except OperationalError as error:
        raise DatabaseNotReachable(
            f"The database does not answer: {str(error).strip()}.", remedy="Start it, or correct DATABASE_URL."
        ) from error


def prepare() -> None:
    """Migrate, and collect our static files; leaves no open connection, so that the process may fork."""
    prepare_tables()
    # allauth's own scripts are not used
    call_command("collectstatic", interactive=False, verbosity=0, ignore_patterns=["account", "mfa"])
    connections.close_all()
