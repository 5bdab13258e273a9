"""A service's data of its own for tests that need real commits, several processes, or tables of an earlier version."""

from __future__ import annotations

import atexit
import contextlib
import functools
import os
import shutil
import subprocess
import sys
import tempfile
import uuid
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit, urlunsplit

import psycopg
import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator

_PREAMBLE = """
import sys
from shelterwood.web.hall.running.roles import become
become("provider")
from django.core.management import call_command
from shelterwood.web.hall.audit import models, services, queries, heads
"""

_TABLES = """
SELECT format('%I.%I', schemaname, tablename) FROM pg_tables
WHERE schemaname NOT IN ('pg_catalog', 'information_schema')
UNION ALL SELECT 'pg_catalog.pg_largeobject'
"""
_FILES = """
SELECT current_setting('data_directory'), oid FROM pg_database WHERE datname = current_database()
"""


@dataclass(frozen=True, slots=True)
class OwnDatabase:
    """A data directory, and with PostgreSQL a database; `run` executes a program in a process of its own there."""

    data: Path
    url: str | None

    @property
    def environment(self) -> dict[str, str]:
        here = {k: v for k, v in os.environ.items() if not k.startswith(("SHELTERWOOD_", "DATABASE_URL", "DJANGO_"))}
        return here | {"SHELTERWOOD_DATA": str(self.data)} | ({"DATABASE_URL": self.url} if self.url else {})

    def start(self, program: str, *arguments: str) -> subprocess.Popen[str]:
        return subprocess.Popen(
            [sys.executable, "-W", "error", "-c", _PREAMBLE + program, *arguments],
            env=self.environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def run(self, program: str, *arguments: str) -> str:
        process = self.start(program, *arguments)
        out, errors = process.communicate(timeout=180)
        assert process.returncode == 0, errors
        return out

    def tables(self) -> list[bytes]:
        """Return every table of a database that is elsewhere, also those that no model knows, row by row in text."""
        if self.url is None:
            return []
        with psycopg.connect(self.url) as connection, connection.cursor() as cursor:
            found = []
            for (name,) in cursor.execute(_TABLES).fetchall():
                with cursor.copy(f"COPY {name} TO STDOUT") as rows:
                    found.append(b"".join(bytes(row) for row in rows))
            return found

    def pages(self) -> list[bytes]:
        """Return the files of a database that is elsewhere: what was deleted stands in them until it is overwritten."""
        if self.url is None:
            return []
        with psycopg.connect(self.url, autocommit=True) as connection:
            connection.execute("CHECKPOINT")
            home, oid = connection.execute(_FILES).fetchall()[0]
        return [path.read_bytes() for path in (Path(home) / "base" / str(oid)).iterdir()]


@pytest.fixture
def own_database(tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[OwnDatabase]:
    """Make one, empty."""
    assert not request.node.get_closest_marker("sqlite"), "what is not run on PostgreSQL must not depend on it"
    with contextlib.ExitStack() as ending:
        yield OwnDatabase(data=tmp_path / "data", url=_postgres(ending))


@pytest.fixture
def own_tables(tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[OwnDatabase]:
    """Make one with the tables of this version: a copy of what `migrate` made once for this process of tests."""
    assert not request.node.get_closest_marker("sqlite"), "what is not run on PostgreSQL must not depend on it"
    made = migrated()
    with contextlib.ExitStack() as ending:
        url = _postgres(ending, template=made.url)
        yield OwnDatabase(data=shutil.copytree(made.data, tmp_path / "data"), url=url)


@functools.cache
def migrated() -> OwnDatabase:
    """Return one with the tables of this version, to be copied and never to be used."""
    ending = contextlib.ExitStack()
    atexit.register(ending.close)
    home = Path(tempfile.mkdtemp(prefix="shelterwood-tables-"))
    ending.callback(shutil.rmtree, home, ignore_errors=True)
    made = OwnDatabase(data=home / "data", url=_postgres(ending))
    made.run('call_command("migrate", verbosity=0)')
    return made


def _postgres(ending: contextlib.ExitStack, *, template: str | None = None) -> str | None:
    """Return a database of PostgreSQL that is there until `ending`, or None where the tests run on SQLite."""
    server = os.environ.get("DATABASE_URL")
    if not server:
        return None
    name, original = f"own_{uuid.uuid4().hex}", urlsplit(template or "/template1").path[1:]
    connection = ending.enter_context(psycopg.connect(server, autocommit=True))
    connection.execute(f"CREATE DATABASE {name} TEMPLATE {original}")  # type: ignore[call-overload]
    ending.callback(connection.execute, f"DROP DATABASE {name} WITH (FORCE)")  # type: ignore[arg-type]
    return urlunsplit(urlsplit(server)._replace(path=f"/{name}"))
