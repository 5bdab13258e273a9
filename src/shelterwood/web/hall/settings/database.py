"""The database of an installation: SQLite beside the data, or PostgreSQL by DATABASE_URL; tests run on both."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl, unquote, urlsplit

from shelterwood.web.hall.settings.environment import SettingNotUnderstood

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["database"]

# An answered request is on the disk: FULL waits for it also in WAL mode (https://sqlite.org/pragma.html#pragma_synchronous).
# A transaction takes the write lock when it begins (IMMEDIATE): it waits in line instead of failing half-way.
_SQLITE_OPTIONS = {
    "transaction_mode": "IMMEDIATE",
    "timeout": 20,
    "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA temp_store=MEMORY; "
    "PRAGMA secure_delete=ON;",
}

# As long as SQLite waits for its one lock: then the request fails with a sentence and does not hold its thread on.
_POSTGRES_OPTIONS = "-c lock_timeout=20s"


def database(url: str | None, *, sqlite: Path) -> dict[str, Any]:
    """Return Django's description of the database that `url` names, or of the file `sqlite` if it names none."""
    if url is None:
        return {"ENGINE": "django.db.backends.sqlite3", "NAME": sqlite, "OPTIONS": _SQLITE_OPTIONS}
    parts = urlsplit(url)
    query = dict(parse_qsl(parts.query))
    if parts.scheme not in {"postgres", "postgresql"} or not parts.path.strip("/"):
        raise SettingNotUnderstood(
            "DATABASE_URL is not the address of a PostgreSQL database.",
            remedy="Write postgres://USER:PASSWORD@HOST:PORT/NAME, or unset it for SQLite.",
        )
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(parts.path.strip("/")),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": query.pop("host", "") or parts.hostname or "",
        "PORT": str(parts.port or ""),
        "CONN_MAX_AGE": 600,
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": {"options": _POSTGRES_OPTIONS, **query},
    }
