"""Imports that a person asks for: a job does them; a death at any step leaves the list as it was, or whole, once."""

from __future__ import annotations

import shutil
import signal
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from django.urls import reverse
from live_lists import deliver, manager, new_list, pdq_at_random
from own_database import OwnDatabase, own_database, own_tables
from people import make_person, signed_in

from shelterwood.web.hall import faults
from shelterwood.web.hall.access.permissions import Role
from shelterwood.web.hall.audit.models import Line
from shelterwood.web.hall.outbox import kinds
from shelterwood.web.hall.outbox.delivering import deliver_due
from shelterwood.web.hall.outbox.models import Job
from shelterwood.web.provider.lists import services, storage
from shelterwood.web.provider.lists.states import ListStepNotPossible

if TYPE_CHECKING:
    from shelterwood.web.provider.lists.models import ImportRun, ProviderList

__all__ = ["own_database", "own_tables"]

STEPS = [step for step in faults.registered() if step.startswith("lists.")]


@pytest.fixture(autouse=True)
def _empty_home() -> None:
    shutil.rmtree(storage.home(), ignore_errors=True)


def put(name: str, *rows: str) -> None:
    text = "\n".join(["source,entry_id,kind,value", *rows])
    (storage.inbox() / name).write_text(f"{text}\n", encoding="ascii")


def ask(row: ProviderList, file: str) -> ImportRun:
    return services.ask_for_import(row=row, file=file, actor=manager(), now=datetime.now(UTC))


def work(*, later: timedelta = timedelta()) -> None:
    deliver_due(kinds.kind_of(services.IMPORT), datetime.now(UTC) + later)


def test_an_import_is_done_by_a_job_in_the_name_of_who_asked() -> None:
    row = new_list()
    put("cups.csv", f"cup-watch,1,pdq,{pdq_at_random(1)}")
    run = ask(row, "cups.csv")
    assert (run.state, row.versions.count()) == ("waiting", 0)

    work()

    run.refresh_from_db()
    row.refresh_from_db()
    assert (run.state, run.rows, row.state, row.version) == ("done", 1, "checked", 1)
    assert run.version == row.versions.get()
    assert Line.objects.get(action="list.version-imported").actor == run.asked_by
    assert run.asked_by.startswith("person:")


def test_a_bad_delivery_says_on_the_page_what_is_wrong_and_ends_the_job() -> None:
    row = new_list()
    (storage.inbox() / "page.csv").write_text("<html>", encoding="ascii")
    client = signed_in(make_person(Role.ADMINISTRATOR))

    client.post(reverse("import_list", args=[row.pk]), {"file": "page.csv", "delivery": ""})
    work()

    page = client.get(reverse("one_list", args=[row.pk])).content.decode()
    assert "no known list format" in page
    assert "Look again" not in page
    assert Job.objects.get(kind=services.IMPORT).state == "done"
    row.refresh_from_db()
    assert row.state == "registered"


def test_a_file_that_is_gone_when_its_turn_comes_is_said_so() -> None:
    row = new_list()
    put("cups.csv", f"cup-watch,1,pdq,{pdq_at_random(1)}")
    run = ask(row, "cups.csv")
    (storage.inbox() / "cups.csv").unlink()

    work()

    run.refresh_from_db()
    assert (run.state, run.sentences) == ("failed", ["The file cannot be read: No such file or directory."])


def test_the_same_file_is_not_imported_twice_at_a_time_and_a_withdrawn_list_not_at_all() -> None:
    row = new_list()
    put("cups.csv", f"cup-watch,1,pdq,{pdq_at_random(1)}")
    run = ask(row, "cups.csv")
    with pytest.raises(ListStepNotPossible, match="being imported"):
        ask(row, "cups.csv")
    services.withdraw(row=row, actor=manager(), now=datetime.now(UTC))

    work()

    run.refresh_from_db()
    assert run.state == "failed"
    assert "withdrawn" in run.sentences[0]
    with pytest.raises(ListStepNotPossible, match="withdrawn"):
        ask(row, "cups.csv")


def test_a_list_that_another_import_holds_is_tried_again() -> None:
    row = new_list()
    put("cups.csv", f"cup-watch,1,pdq,{pdq_at_random(1)}")
    run = ask(row, "cups.csv")
    with storage.one_import(row):
        work()
        assert Job.objects.get(kind=services.IMPORT).last_reason == "list_busy"
        assert deliver(row, {"2": {"pdq": pdq_at_random(2)}}).state == "failed"

    work(later=timedelta(minutes=1))

    run.refresh_from_db()
    assert run.state == "done"


def test_an_import_of_the_terminal_that_was_killed_is_said_to_be_interrupted() -> None:
    row = new_list()
    row.runs.create(file="cups.csv", state="running", rows=7, began_at=datetime.now(UTC))
    client = signed_in(make_person(Role.ADMINISTRATOR))

    with storage.one_import(row):
        assert "7 rows so far" in client.get(reverse("one_list", args=[row.pk])).content.decode()
    killed = client.get(reverse("one_list", args=[row.pk])).content.decode()

    assert "cups.csv, interrupted" in killed
    assert "Look again" not in killed


FIRST = """
call_command("migrate", "lists", "0001", verbosity=0)
from django.db import connection
with connection.cursor() as cursor:
    for table, row in (
        ("lists_providerlist", {"id": "1" * 32, "name": "cups", "owner": "Cup watch", "kind": "delivered",
         "purpose": "known-csam", "state": "registered", "agreement": "", "owner_key": "", "legal_reference": "",
         "radius": 31, "orientations": 255, "version": 0, "digest": "", "signed_digest": "", "golden_digest": "",
         "forecast_of": 0, "forecast_matched": 0, "uploads_per_day": 0, "minutes_per_match": 0, "solo": False,
         "created_at": "2026-01-01 12:00:00", "fault": ""}),
        ("lists_importrun", {"list_id": "1" * 32, "state": "failed", "file": "cups.csv", "rows": 3,
         "began_at": "2026-01-01 12:00:00", "sentences": "[]"}),
        ("lists_listversion", {"list_id": "1" * 32, "number": 1, "folder": "cups", "folder_version": 1, "digest": "",
         "delivery_digest": "", "made_at": "2026-01-01 12:00:00", "counts": "{}", "outcomes": "{}", "skipped": "{}",
         "golden_set": "", "golden_named": "[]"}),
    ):
        marks = ", ".join(["%s"] * len(row))
        cursor.execute(f"INSERT INTO {table} ({', '.join(row)}) VALUES ({marks})", list(row.values()))
"""
SECOND = """
call_command("migrate", verbosity=0)
from shelterwood.web.provider.lists.models import ImportRun, ListVersion
run, version = ImportRun.objects.get(), ListVersion.objects.get()
print(run.state, run.rows, [run.asked_by, run.delivery, run.version], [version.files_digest, version.files_checked_by])
"""


@pytest.mark.slow
def test_an_import_and_a_version_that_an_earlier_release_wrote_stay_as_they_were(own_database: OwnDatabase) -> None:
    own_database.run(FIRST)

    assert own_database.run(SECOND) == "failed 3 ['', '', None] ['', '']\n"


SETUP = """
sys.path.insert(0, sys.argv[1])
import live_lists
from shelterwood.web.provider.lists import services, storage
row = live_lists.new_list(name="cups")
def put(name, numbers):
    rows = [f"cup-watch,{n},pdq,{live_lists.pdq_at_random(n)}" for n in numbers]
    (storage.inbox() / name).write_text("\\n".join(["source,entry_id,kind,value", *rows]) + "\\n")
put("first.csv", range(5))
put("second.csv", range(2, 9))
if sys.argv[2] == "second":
    services.ask_for_import(row=row, file="first.csv", actor=live_lists.manager(), now=live_lists.NOW)
    run = row.runs.get()
    services.do_import(run_id=run.pk, now=live_lists.NOW)
person, file = live_lists.manager(), sys.argv[2] + ".csv"
services.ask_for_import(row=row, file=file, delivery="whole", actor=person, now=live_lists.NOW)
"""
WORK = """
from shelterwood.web.hall.running.roles import become
become("provider")
from django.utils import timezone
from shelterwood.web.hall.outbox import delivering, kinds, services
services.release_left(now=timezone.now())
for _ in range(2):
    delivering.deliver_due(kinds.kind_of("lists.import"), timezone.now())
"""
TELL = """
from shelterwood.lists import IndicatorList
from shelterwood.web.provider.lists import storage
from shelterwood.web.provider.lists.models import ImportRun, ListVersion, ProviderList
row = ProviderList.objects.get()
last = row.versions.order_by("-number").first()
with IndicatorList.open(storage.folder_of(last.folder)) as opened:
    opened.verify()
    print([opened.version, last.folder_version], [opened.digest == last.digest, opened.counts.items_live])
print(row.versions.count(), row.state, sorted(last.outcomes.items()))
print([(run.state, run.version.number) for run in row.runs.order_by("pk")])
print([path.name for path in storage.folder_of(last.folder).rglob(".incoming*")])
"""


@pytest.mark.slow
@pytest.mark.parametrize("which", ["first", "second"])
def test_a_death_at_any_step_of_an_import_makes_one_version_as_if_nobody_had_died(
    tmp_path: Path, own_tables: OwnDatabase, which: str
) -> None:
    here = str(Path(__file__).parents[2])
    own_tables.run(SETUP, here, which)
    shutil.copytree(own_tables.data, tmp_path / "before")
    told = set()
    for step in ["", *STEPS] if own_tables.url is None else STEPS[1:2]:
        shutil.rmtree(own_tables.data)
        shutil.copytree(tmp_path / "before", own_tables.data)
        environment = own_tables.environment | ({faults.VARIABLE: step} if step else {})
        died = subprocess.run([sys.executable, "-c", WORK], env=environment, check=False, timeout=60)
        assert died.returncode == (-signal.SIGKILL if step else 0)
        told.add(own_tables.run(WORK + TELL))

    assert len(told) == 1, told
    (said,) = told
    assert "[True, 7]" in said if which == "second" else "[True, 5]" in said
    assert said.endswith("[]\n")


def test_every_step_of_an_import_is_tried() -> None:
    assert STEPS == ["lists.checked", "lists.reading", "lists.stored", "lists.written"]
