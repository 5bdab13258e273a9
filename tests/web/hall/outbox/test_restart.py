"""Ten thousand jobs and a database that dies under them: every one is still there, and none is done twice.

With SQLite the database dies with the process that delivers. PostgreSQL is a server of the test's own, stopped without
warning (`immediate`: it recovers from its log) and started again while a process delivers.
"""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import time
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import parse_qs, urlsplit

import psycopg
import pytest
from own_database import OwnDatabase

if TYPE_CHECKING:
    from collections.abc import Iterator

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parents[4]
JOBS = 10_000
ASK = f"""
call_command("migrate", verbosity=0)
from django.db import transaction
from django.utils import timezone
from shelterwood.web.hall.outbox import kinds, services
kinds.register("tests.letter", lambda job: None)
with transaction.atomic():
    for number in range({JOBS}):
        services.put(kind="tests.letter", key=str(number), payload={{}}, now=timezone.now())
"""
DELIVER = """
from django.utils import timezone
from shelterwood.web.hall.outbox import delivering, kinds, services
from shelterwood.web.hall.outbox.models import Job
from shelterwood.web.hall.outbox.outcomes import Done

def send(job):  # the partner: it keeps what it got, and knows a job that comes again by its id
    with open(sys.argv[1], "a") as file:
        file.write(f"{job.id}\\n")
    done = len(open(sys.argv[1]).readlines())
    if done >= int(sys.argv[2]):
        sys.exit(0)
    return Done()

kinds.register("tests.letter", send)
services.release_left(now=timezone.now())
while True:
    delivering.deliver_due(kinds.kind_of("tests.letter"), timezone.now())
"""
COUNT = """
from collections import Counter
from shelterwood.web.hall.outbox.models import Job
for state, count in Counter(Job.objects.values_list("state", flat=True)).items():
    print(state, count)
"""


@pytest.fixture
def there(tmp_path: Path) -> Iterator[OwnDatabase]:
    """Return a database of which the server, if there is one, belongs to this test alone."""
    if not os.environ.get("DATABASE_URL"):
        yield OwnDatabase(data=tmp_path / "data", url=None)
        return
    command = [ROOT / "bin" / "with-postgres", "bash", "-c", 'echo "$DATABASE_URL"; read -r _']
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as server:
        assert server.stdout
        url = server.stdout.readline().strip()
        with psycopg.connect(url, autocommit=True) as connection:  # the test's server is quick and forgetful otherwise
            connection.execute("ALTER DATABASE postgres SET synchronous_commit = on")
        yield OwnDatabase(data=tmp_path / "data", url=url)
        server.communicate("end\n", timeout=60)


def _die(there: OwnDatabase, delivering: subprocess.Popen[str]) -> None:
    """Let the database die: the server where there is one, else the process that has it open."""
    if there.url is None:
        delivering.send_signal(signal.SIGKILL)
        return
    home = parse_qs(urlsplit(there.url).query)["host"][0]
    pg_ctl = max(Path("/usr/lib/postgresql").glob("*/bin/pg_ctl"))
    command = [pg_ctl, "-D", f"{home}/data", "-m", "immediate", "-w", "-l", f"{home}/log", "restart"]
    as_owner = (
        ["setpriv", "--reuid", "postgres", "--regid", "postgres", "--init-groups", "--"] if os.geteuid() == 0 else []
    )
    subprocess.run([*as_owner, *command], check=True, capture_output=True, cwd=home, timeout=60)


def _sent(partner: Path) -> Counter[str]:
    return Counter(partner.read_text().split()) if partner.exists() else Counter()


def test_17_ten_thousand_jobs_are_all_there_after_the_database_died_under_a_delivery(
    there: OwnDatabase, tmp_path: Path
) -> None:
    partner = tmp_path / "partner"
    there.run(ASK)
    delivering = there.start(DELIVER, str(partner), str(JOBS))
    deadline = time.monotonic() + 60
    while len(_sent(partner)) < 50:
        assert time.monotonic() < deadline, "nothing was delivered"
        time.sleep(0.02)

    _die(there, delivering)
    time.sleep(1)
    delivering.kill()
    delivering.communicate(timeout=30)
    sent_before = len(_sent(partner))
    there.start(DELIVER, str(partner), str(sum(_sent(partner).values()) + 50)).communicate(timeout=60)

    counts = dict(line.split() for line in there.run(COUNT).splitlines())
    assert sum(map(int, counts.values())) == JOBS
    sent = _sent(partner)
    assert len(sent) >= sent_before + 49
    assert len(sent) - int(counts["done"]) in {0, 1}, "more than the one that was at work is not settled"
    assert sum(sent.values()) - len(sent) <= 1, "more than the one that was at work came again"
    with contextlib.suppress(ProcessLookupError):
        delivering.kill()
