"""Tables go to JSON and back, and into a document between their markers, without touching the rest."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from benchmarks.report import Goal, Table, place, short, to_markdown

if TYPE_CHECKING:
    from pathlib import Path

TABLE = Table(
    name="lookup",
    title="One look-up",
    compares="Ours and theirs.",
    columns=["peer", "ratio"],
    rows=[["faiss", "100x"]],
    goals=[
        Goal(what="faster", target=50, at_least=True, unit="x", got=100.0),
        Goal(what="opened", target=50, at_least=False, unit="ms", got=60.0),
        Goal(what="ten million", target=1, at_least=True, unit="x", got=None),
    ],
)


def test_a_table_survives_json() -> None:
    assert Table.from_json(json.loads(json.dumps(TABLE.as_json()))) == TABLE


def test_each_goal_says_whether_it_was_reached() -> None:
    assert [goal.verdict for goal in TABLE.goals] == ["yes", "**no**", "not measured in this run"]


def test_the_document_is_changed_only_between_the_markers(tmp_path: Path) -> None:
    document = tmp_path / "benchmarks.md"
    document.write_text("before\n<!-- lookup -->\nold\n<!-- end lookup -->\nafter\n")
    place(document, "lookup", to_markdown(TABLE, "here"))
    place(document, "lookup", to_markdown(TABLE, "there"))
    text = document.read_text()
    assert text.startswith("before\n<!-- lookup -->\n")
    assert text.endswith("<!-- end lookup -->\nafter\n")
    assert "| faiss | 100x |" in text
    assert "old" not in text
    assert "*here*" not in text


def test_a_document_without_the_place_is_refused(tmp_path: Path) -> None:
    document = tmp_path / "benchmarks.md"
    document.write_text("nothing here")
    with pytest.raises(ValueError, match="no place marked 'lookup'"):
        place(document, "lookup", "text")


@pytest.mark.parametrize(("value", "text"), [(0, "0"), (12345.6, "12,346"), (99.94, "99.9"), (0.01234, "0.0123")])
def test_numbers_are_written_short(value: float, text: str) -> None:
    assert short(value) == text
