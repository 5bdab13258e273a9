"""The examples of the reference pages are read and run as they stand there."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from shelterwood.lists import Format, Skipped, format_of, read_entries
from shelterwood.lists.rows import COLUMNS

REFERENCE = Path(__file__).parents[3] / "docs" / "reference"


def blocks(page: str, language: str) -> list[str]:
    text = (REFERENCE / page).read_text(encoding="utf-8")
    return re.findall(rf"^```{language}\n(.*?)^```$", text, flags=re.MULTILINE | re.DOTALL)


@pytest.mark.parametrize(
    ("language", "named", "count"),
    [("csv", Format.CSV, 3), ("jsonl", Format.JSONL, 2), ("json", Format.VICS, 1), ("xml", Format.NCMEC, 2)],
)
def test_each_example_file_is_known_and_read_without_a_skipped_row(
    tmp_path: Path, language: str, named: Format, count: int
) -> None:
    (example,) = blocks("list-formats.md", language)
    (tmp_path / "example").write_text(example, encoding="utf-8")

    found = list(read_entries(tmp_path / "example", source="cups"))

    assert format_of(tmp_path / "example") is named
    assert len(found) == count
    assert not any(isinstance(one, Skipped) for one in found)


def test_the_example_program_runs(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (program,), (csv,) = blocks("indicator-lists.md", "python"), blocks("list-formats.md", "csv")
    (tmp_path / "cups.csv").write_text(csv, encoding="utf-8")
    monkeypatch.chdir(tmp_path)

    exec(compile(program, "indicator-lists.md", "exec"), {})  # noqa: S102  (the point of the test)

    printed = capsys.readouterr().out
    assert "3 came" in printed
    assert "1 can be matched perceptually" in printed
    assert "kind='md5'" in printed


def test_every_column_is_described() -> None:
    text = (REFERENCE / "list-formats.md").read_text(encoding="utf-8")

    assert [column for column in COLUMNS if f"`{column}`" not in text] == []
