"""Results on disk: whole lines whatever happens, and a scan that goes on exactly where its state says."""

from __future__ import annotations

import json
import stat
import subprocess
import sys
from typing import TYPE_CHECKING, Any

import pytest

from shelterwood.scanning import results as module
from shelterwood.scanning.outcomes import Outcome
from shelterwood.scanning.results import (
    ResultsBusy,
    ResultsFile,
    ResultsFinished,
    ResultsFromAnotherScan,
    ResultsNotOurs,
    ResultsNotWritten,
)
from shelterwood.scanning.rows import Row
from shelterwood.scanning.walk import Position

if TYPE_CHECKING:
    from pathlib import Path

SETTINGS: dict[str, Any] = {"sources": ["/pictures"], "radius": 31}


def at(number: int) -> Position:
    return Position(0, (b"%03d\xff" % number,))


def write(results: ResultsFile, number: int) -> None:
    results.tally.add(Row(path=str(number), outcome=Outcome.NO_MATCH))
    results.write(f'{{"path": "{number}"}}\n')
    results.commit(at(number))


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "results.jsonl"


@pytest.fixture(autouse=True)
def commit_every_row(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_SECONDS_BETWEEN_COMMITS", 0.0)


def test_an_interrupted_scan_goes_on_at_its_last_commit_with_its_counts(path: Path) -> None:
    first = ResultsFile(path, settings=SETTINGS)
    write(first, 1)
    write(first, 2)
    first.close()

    second = ResultsFile(path, settings=SETTINGS)

    assert second.resumed
    assert second.position == at(2)
    assert second.tally.files == 2
    write(second, 3)
    second.finish()
    second.close()
    assert [json.loads(line)["path"] for line in path.read_text().splitlines()] == ["1", "2", "3"]


def test_what_stands_behind_the_last_commit_is_cut_off(path: Path) -> None:
    first = ResultsFile(path, settings=SETTINGS)
    write(first, 1)
    first.close()
    with path.open("a") as torn:
        torn.write('{"path": "2"}\n{"pa')

    second = ResultsFile(path, settings=SETTINGS)
    second.close()

    assert path.read_text() == '{"path": "1"}\n'


def test_rows_behind_the_last_commit_are_there_for_a_reader_after_an_interruption(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "_SECONDS_BETWEEN_COMMITS", 60.0)
    results = ResultsFile(path, settings=SETTINGS)
    write(results, 1)

    results.close()

    assert path.read_text() == '{"path": "1"}\n'


def test_other_settings_are_refused_and_named(path: Path) -> None:
    ResultsFile(path, settings=SETTINGS).close()

    with pytest.raises(ResultsFromAnotherScan, match="radius was 31, is now 10"):
        ResultsFile(path, settings=SETTINGS | {"radius": 10})


def test_a_finished_scan_is_not_scanned_again(path: Path) -> None:
    results = ResultsFile(path, settings=SETTINGS)
    results.finish()
    results.close()

    with pytest.raises(ResultsFinished):
        ResultsFile(path, settings=SETTINGS)


def test_a_file_of_someone_else_is_left_alone(path: Path) -> None:
    path.write_text("my notes\n")

    with pytest.raises(ResultsNotOurs):
        ResultsFile(path, settings=SETTINGS)

    assert path.read_text() == "my notes\n"
    assert not path.with_name("results.jsonl.state").exists()


def test_results_that_lost_their_end_are_not_gone_on_with(path: Path) -> None:
    results = ResultsFile(path, settings=SETTINGS)
    write(results, 1)
    results.close()
    path.write_text("")

    with pytest.raises(ResultsNotOurs, match="shorter"):
        ResultsFile(path, settings=SETTINGS)


def test_a_state_that_is_not_ours_is_refused(path: Path) -> None:
    path.with_name("results.jsonl.state").write_text("{torn")

    with pytest.raises(ResultsNotOurs):
        ResultsFile(path, settings=SETTINGS)


def test_two_scans_cannot_write_one_file(path: Path) -> None:
    first = ResultsFile(path, settings=SETTINGS)

    with pytest.raises(ResultsBusy):
        ResultsFile(path, settings=SETTINGS)

    first.close()


def test_results_are_for_their_owner_alone(path: Path) -> None:
    ResultsFile(path, settings=SETTINGS).close()

    for made in path.parent.iterdir():
        assert stat.S_IMODE(made.stat().st_mode) == 0o600


def test_an_output_that_is_a_link_or_in_no_folder_is_refused(path: Path) -> None:
    path.symlink_to("/dev/null")

    with pytest.raises(ResultsNotWritten):
        ResultsFile(path, settings=SETTINGS)
    with pytest.raises(ResultsNotWritten):
        ResultsFile(path / "below", settings=SETTINGS)


FULL_DISK = """
import resource, signal, sys
from pathlib import Path
from shelterwood.scanning.outcomes import Outcome
from shelterwood.scanning.results import ResultsFile, ResultsNotWritten
from shelterwood.scanning.rows import Row
from shelterwood.scanning.walk import Position

results = ResultsFile(Path(sys.argv[1]), settings={})
resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, 100_000))
try:
    for number in range(1, 100_000):
        results.tally.add(Row(path=str(number), outcome=Outcome.NO_MATCH))
        results.write(f"{number:050}\\n")
        results.commit(Position(0, (b"%06d" % number,)))
except ResultsNotWritten as error:
    print(error.explain())
    results.close()
"""


def test_a_full_disk_leaves_whole_rows_and_a_scan_to_go_on_with(path: Path) -> None:
    done = subprocess.run([sys.executable, "-c", FULL_DISK, path], capture_output=True, text=True, check=True)

    assert "could not be written" in done.stdout
    assert "goes on where it stopped" in done.stdout
    rows = path.read_text().splitlines()
    assert [int(row) for row in rows] == list(range(1, len(rows) + 1))
    assert path.stat().st_size > 90_000

    results = ResultsFile(path, settings={})
    next_number = results.tally.files + 1
    results.write(f"{next_number:050}\n")
    results.finish()
    results.close()
    assert [int(row) for row in path.read_text().splitlines()] == list(range(1, next_number + 1))
