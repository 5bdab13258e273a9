"""The table of acceptance tests names exactly the files that hold a test of each number."""

from __future__ import annotations

import re
from collections import defaultdict
from pathlib import Path

ROOT = Path(__file__).parents[2]
TABLE = ROOT / "docs" / "reference" / "tests-by-number.md"
NAMED = re.compile(r"^def test_(scenario_)?(\d\d?)_", re.MULTILINE)
OF_THE_DOOR = {f"test {number}" for number in (11, 12, 13, 14, 17, 19, 24, 26, 27)} | {
    f"scenario {number}" for number in (1, 2, 3)
}
"""What the issue about the platform's door asks for by name."""


def _written() -> dict[str, set[str]]:
    """Return the files that hold a test of each number."""
    found = defaultdict(set)
    for path in (ROOT / "tests").rglob("test_*.py"):
        for scenario, number in NAMED.findall(path.read_text(encoding="utf-8")):
            found[f"{'scenario' if scenario else 'test'} {number}"].add(str(path.relative_to(ROOT)))
    return dict(found)


def _drawn() -> dict[str, set[str]]:
    rows = re.findall(r"^\| ((?:test|scenario) \d+) \|.*\| (.*) \|$", TABLE.read_text(encoding="utf-8"), re.MULTILINE)
    return {number: set(re.findall(r"`([^`]+)`", files)) for number, files in rows}


def test_the_table_is_as_the_tests_are() -> None:
    assert _drawn() == _written()


def test_every_number_that_was_asked_for_is_there() -> None:
    assert set(_written()) >= OF_THE_DOOR
