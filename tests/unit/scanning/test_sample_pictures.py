"""The claim of the README: every changed copy of ten listed pictures is found among 1,000 others, nothing else."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest
from sample_folder import CHANGES, KNOWN, write

from shelterwood.lists import IndicatorList, read_rows
from shelterwood.media import Mode
from shelterwood.scanning import (
    EnabledLists,
    FingerprintFormat,
    Outcome,
    Plan,
    ResultsFile,
    fingerprint_heading,
    fingerprint_lines_of,
    run,
)

if TYPE_CHECKING:
    from pathlib import Path

    from shelterwood.scanning import Row

OTHERS = 1000  # about half have so little detail that they are not looked up


def list_of(folder: Path) -> IndicatorList:
    form = FingerprintFormat.LIST
    file = folder.with_name("known.csv")
    results = ResultsFile(file, settings={}, heading=fingerprint_heading(form))
    plan = Plan(sources=[str(folder)], lists=EnabledLists.none(), mode=Mode.STRICT)
    run(plan, results, render=fingerprint_lines_of(form))
    results.close()
    IndicatorList.create(folder.with_name("known.swl"), read_rows(file, source="test"), now=datetime.now(UTC))
    return IndicatorList.open(folder.with_name("known.swl"))


@pytest.mark.slow
def test_every_changed_copy_is_found_and_nothing_else(tmp_path: Path) -> None:
    write(tmp_path, others=OTHERS)
    rows: list[Row] = []
    results = ResultsFile(tmp_path / "rows", settings={})

    with list_of(tmp_path / "known") as opened:
        lists = EnabledLists.of([opened], at=datetime.now(UTC))
        run(Plan(sources=[str(tmp_path / "storage")], lists=lists), results, render=lambda row: rows.append(row) or "")
    results.close()

    copies = [row for row in rows if "/copies/" in row.path]
    others = [row for row in rows if "/others/" in row.path]
    assert len(copies) == len(KNOWN) * len(CHANGES)
    for row in copies:
        name = row.path.rpartition("/")[2].partition("--")[0]
        assert {match.entry for match in row.matches} == {f"{name}.png"}, row.path
    assert len(others) == OTHERS
    assert len([row for row in others if row.outcome is Outcome.NO_MATCH]) >= 500
    assert not [row.path for row in others if row.outcome is Outcome.MATCH]
