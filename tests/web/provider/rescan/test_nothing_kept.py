"""Of a hosted item that matched nothing nothing is left: in no table, file or output; and a killed run goes on."""

from __future__ import annotations

import gzip
import json
import signal
from typing import TYPE_CHECKING

import pytest
from own_database import own_tables
from uploads import jpeg, picture

from shelterwood.fingerprints import digests
from shelterwood.media import Decoder, Limits, Mode
from shelterwood.scanning.examining import examine
from shelterwood.web.provider.rescan.working import COUNTED, KEPT

if TYPE_CHECKING:
    from pathlib import Path

    from own_database import OwnDatabase

__all__ = ["own_tables"]

pytestmark = pytest.mark.slow

UNMATCHED = 4
# What two people and an administrator do, from a process of its own as in earnest.
SET_UP = """
from datetime import UTC, datetime
from pathlib import Path
from shelterwood.policy import Occasion
sys.path.insert(0, sys.argv[1])
import grounds, live_lists, people, uploads
now = people.NOW = live_lists.NOW = datetime.now(UTC).replace(microsecond=0)
row, shown = live_lists.new_list(name="coffee-cups"), uploads.picture(1)
entries = uploads.entries_of(uploads.jpeg(shown), shown)
live_lists.deliver(row, {"cup-1": {each.kind: each.value for each in entries}}, now=now)
live_lists.prepare(row, Path(sys.argv[2]), live_lists.manager())
live_lists.put_in_service(row)
uploads.make_key(grounds.issued_token(now=now, occasion=Occasion.RESCAN).name, name="photos-again")
"""
RESCAN = """
import os
from pathlib import Path
os.environ["SHELTERWOOD_FAULT"] = sys.argv[2]
from shelterwood.web.provider.rescan import at_the_desk, working
working._WRITE_EVERY = 0.0
def nothing(*_): pass
print(at_the_desk.rescan(Path(sys.argv[1]), key="photos-again", list_name="coffee-cups", list_version=None,
    per_second=10_000, again=False, began=nothing, tell=nothing)[1])
"""
DUMP = """
import json
from django.apps import apps
from django.core import serializers
print(json.dumps([serializers.serialize("json", each.objects.all()) for each in apps.get_models()]))
"""
RUN = """
from shelterwood.web.provider.rescan.models import RescanRun
from shelterwood.web.provider.scan.models import Detection
run = RescanRun.objects.get()
print(run.state, run.items, run.matched, run.known, run.unmatched, run.not_scanned)
print(Detection.objects.count(), models.Line.objects.filter(action="detection.found").count())
"""


@pytest.fixture
def hosted(tmp_path: Path) -> Path:
    folder = tmp_path / "hosted"
    folder.mkdir()
    for number in range(UNMATCHED):
        (folder / f"unmatched-{number}.jpg").write_bytes(jpeg(picture(100 + number)))
    (folder / "matched.jpg").write_bytes(jpeg(picture(1)))
    return folder


def set_up(database: OwnDatabase, tmp_path: Path) -> None:
    database.run(SET_UP, str(__file__).rsplit("/provider/", 1)[0], str(tmp_path / "benign"))


def prints_of(path: Path) -> list[bytes]:
    """Return every fingerprint of a file, as hexadecimal and as bytes; and the name of the item."""
    data = path.read_bytes()
    found = digests.digest(data)
    with Decoder(Limits()) as decoder:
        drawn = examine(decoder, memoryview(data), mode=Mode.FAST).frames[0].pdq
    texts = [found.md5, found.sha1, found.sha256, drawn.hex]
    turned = list(drawn.orientations.values())
    raw = [bytes.fromhex(text) for text in texts] + turned
    return [text.encode() for text in texts] + raw + [code.hex().encode() for code in turned] + [path.stem.encode()]


def test_no_fingerprint_of_what_matched_nothing_is_left_anywhere(
    own_tables: OwnDatabase, hosted: Path, tmp_path: Path
) -> None:
    set_up(own_tables, tmp_path)
    running = own_tables.start(RESCAN, str(hosted), "")
    said, errors = running.communicate(timeout=60)
    assert running.returncode == 0, errors
    assert "5 items: 1 matched, 0 known before, 4 matched nothing, 0 not scanned." in said

    tables = own_tables.run(DUMP)
    files = {path: path.read_bytes() for path in own_tables.data.parent.rglob("*") if path.is_file()}
    kept = [data for path, data in files.items() if hosted not in path.parents]
    kept += [gzip.decompress(data) for path, data in files.items() if path.suffix == ".gz"]
    searched = {
        "files": kept,
        "models": [tables.encode()],
        "tables": own_tables.tables(),
        "pages": own_tables.pages(),
        "said": [said.encode(), errors.encode()],
    }
    everything = [data for each in searched.values() for data in each]

    # The same look finds what did match, wherever a database is: as rows, and in its files.
    listed = digests.digest(jpeg(picture(1))).sha256.encode()
    found = {name for name, each in searched.items() if any(listed in data for data in each)}
    assert found >= ({"files", "models"} if own_tables.url is None else {"models", "tables", "pages"})
    assert len(json.loads(tables)) > 20
    for path in hosted.glob("unmatched-*"):
        assert not [mark for mark in prints_of(path) if any(mark in data for data in everything)], path.name


@pytest.mark.parametrize("step", ["waiting", "rescan", "scan", "vault"])
def test_killed_anywhere_it_goes_on_and_every_item_counts_once(
    own_tables: OwnDatabase, hosted: Path, tmp_path: Path, step: str
) -> None:
    steps = {"waiting": COUNTED, "rescan": KEPT, "scan": "scan.kept", "vault": "vault.stored"}
    set_up(own_tables, tmp_path)
    dying = own_tables.start(RESCAN, str(hosted), steps[step])
    _out, errors = dying.communicate(timeout=60)
    assert dying.returncode == -signal.SIGKILL, errors

    own_tables.run(RESCAN, str(hosted), "")

    assert own_tables.run(RUN).splitlines() == [f"done 5 1 0 {UNMATCHED} 0", "1 1"]
