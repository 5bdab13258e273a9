"""Real commits: several writers make one chain, older lines are linked in order, the command line checks."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from own_database import OwnDatabase, own_database, own_tables

__all__ = ["own_database", "own_tables"]

DOCUMENT = Path(__file__).parents[4] / "docs" / "reference" / "record.md"

MIGRATE = 'call_command("migrate", verbosity=0)'
WRITE = """
from django.db import transaction
from django.utils import timezone
from shelterwood.web.hall.access.actors import Actor
from shelterwood.web.hall.accounts.actions import SIGNED_IN
for n in range(int(sys.argv[1])):
    with transaction.atomic():
        services.record(action=SIGNED_IN, actor=Actor.person(sys.argv[2]), object_ref="", now=timezone.now())
"""
OLD = """
call_command("migrate", "audit", "0001", verbosity=0)
from django.db import connection
from django.utils import timezone
with connection.cursor() as cursor:
    for n in range(5):
        cursor.execute(
            "INSERT INTO audit_line (action, actor, object_ref, codes, recorded_at) VALUES (%s, %s, %s, %s, %s)",
            ["sign-in.done", f"person:{n}", "", '{"b": "2", "a": "é"}', timezone.now()],
        )
"""
VIOLATE = """
from django.db import connection
with connection.cursor() as cursor:
    for statement in {
        "sqlite": ["DROP TRIGGER audit_line_no_update", "DROP TRIGGER audit_line_no_delete"],
        "postgresql": ["ALTER TABLE audit_line DISABLE TRIGGER USER"],
    }[connection.vendor]:
        cursor.execute(statement)
"""


def stranger_checks(copy: Path) -> str:
    """Run the program that the reference prints for strangers."""
    program = re.findall(r"```python\n(.*?)```", DOCUMENT.read_text(), flags=re.DOTALL)[0]
    command = [sys.executable, "-c", program, str(copy)]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)
    return done.stdout + done.stderr


def log(there: OwnDatabase, *arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "shelterwood", "log", *arguments]
    return subprocess.run(command, env=there.environment, capture_output=True, text=True, check=False, timeout=60)


@pytest.mark.slow
def test_several_processes_write_one_chain_without_gap_or_fork(own_tables: OwnDatabase) -> None:
    writers = [own_tables.start(WRITE, "40", str(n)) for n in range(3)]
    for writer in writers:
        _out, errors = writer.communicate(timeout=120)
        assert writer.returncode == 0, errors

    checked = log(own_tables, "verify")
    assert checked.returncode == 0, checked.stdout + checked.stderr
    assert checked.stdout.startswith("The record holds: 120 lines")


@pytest.mark.slow
def test_lines_of_an_earlier_version_are_linked_in_their_order(own_database: OwnDatabase) -> None:
    own_database.run(OLD)
    own_database.run(MIGRATE)
    own_database.run(WRITE, "1", "9")

    checked = log(own_database, "verify")

    assert checked.stdout.startswith("The record holds: 6 lines"), checked.stdout + checked.stderr
    actors = own_database.run("print([line.actor for line in queries.chained_lines()])")
    assert actors.strip() == str([f"person:{n}" for n in (0, 1, 2, 3, 4, 9)] + ["operator"])


@pytest.mark.slow
@pytest.mark.sqlite
def test_data_without_a_record_are_no_sound_record(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "shelterwood", "log", "verify", "--data", str(tmp_path / "mistyped")]
    here = {name: value for name, value in os.environ.items() if name != "DATABASE_URL"}

    done = subprocess.run(command, capture_output=True, text=True, check=False, env=here)

    assert done.returncode == 2
    assert "There is no record in these data" in done.stderr


@pytest.mark.slow
def test_27_the_command_line_names_what_was_done_to_the_record(own_tables: OwnDatabase, tmp_path: Path) -> None:
    own_tables.run(WRITE, "6", "5")
    (tmp_path / "head.jws").write_text(log(own_tables, "head").stdout)
    copy = tmp_path / "copy.jsonl"
    assert log(own_tables, "export", "--output", str(copy)).returncode == 0
    key = log(own_tables, "key").stdout.strip()

    assert log(own_tables, "verify", "--head", str(tmp_path / "head.jws")).returncode == 0
    own_tables.run(VIOLATE + "models.Line.objects.filter(seq=2).update(actor='person:6')\n")
    own_tables.run("models.Line.objects.filter(seq=4).delete()\n")
    lines = copy.read_text().splitlines(keepends=True)
    (tmp_path / "bad.jsonl").write_text("".join([lines[0], lines[1].replace("person:5", "person:6"), *lines[2:]]))
    wrong = log(own_tables, "verify")
    good_copy = log(own_tables, "verify", "--file", str(copy), "--key", key, "--head", str(tmp_path / "head.jws"))

    assert wrong.returncode == 1
    assert "Line 2 was altered" in wrong.stdout
    assert "Line 4 is missing." in wrong.stdout
    assert good_copy.returncode == 0, good_copy.stdout + good_copy.stderr
    assert json.loads(copy.read_text().splitlines()[0])["seq"] == 1
    assert stranger_checks(tmp_path / "bad.jsonl") == "line 2 was altered\n"
    assert stranger_checks(copy).split()[0] == str(len(copy.read_text().splitlines()))


@pytest.mark.slow
def test_a_tail_cut_off_with_its_head_is_named_by_a_head_kept_elsewhere(
    own_tables: OwnDatabase, tmp_path: Path
) -> None:
    own_tables.run(WRITE, "6", "5")
    (tmp_path / "head.jws").write_text(log(own_tables, "head").stdout)
    own_tables.run(VIOLATE + "models.Line.objects.filter(seq__gt=3).delete()\n")
    own_tables.run(
        "line = models.Line.objects.get(seq=3)\nmodels.ChainHead.objects.update(seq=3, digest=line.digest)\n"
    )

    assert log(own_tables, "verify").returncode == 0
    with_head = log(own_tables, "verify", "--head", str(tmp_path / "head.jws"))

    assert with_head.returncode == 1
    assert "Line 6 is named by a signed head, and is not there." in with_head.stdout
