"""What must be true before a service may be sent work; parts of the system add their own conditions.

    readiness.register("matcher", matcher_is_open)   # returns "" or the reason why not, in a few words

A reason is shown to whoever asks, so it names no path, address or person.
"""

from __future__ import annotations

from collections.abc import Callable

from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor

__all__ = ["Condition", "reasons_not_ready", "register"]

Condition = Callable[[], str]

_CONDITIONS: dict[str, Condition] = {}


def register(name: str, condition: Condition) -> None:
    """Add a condition; a second one of the same name replaces the first (a worker that reloads its parts)."""
    _CONDITIONS[name] = condition


def reasons_not_ready() -> dict[str, str]:
    """Return the reason of each condition that does not hold; empty: ready."""
    reasons = {name: condition() for name, condition in {"database": _database, **_CONDITIONS}.items()}
    return {name: reason for name, reason in reasons.items() if reason}


def _database() -> str:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
        return "" if _tables_fit() else "tables are of another version"
    except DatabaseError:
        return "not reachable"


_fitted: set[str] = set()


def _tables_fit() -> bool:
    """Whether the tables are of this version; tables that fitted once fit until the process ends."""
    if connection.alias not in _fitted:
        executor = MigrationExecutor(connection)
        if executor.migration_plan(executor.loader.graph.leaf_nodes()):
            return False
        _fitted.add(connection.alias)
    return True
