"""Every benchmark still runs, at a size whose figures mean nothing; those whose peers are not installed are skipped."""

from __future__ import annotations

import importlib.util
from pathlib import Path

import pytest

from benchmarks.__main__ import main
from benchmarks.cases import CASES
from benchmarks.data import fingerprints, load, planted
from benchmarks.run import Run, Scale

DOCUMENT = Path(__file__).resolve().parents[3] / "docs" / "benchmarks.md"
WITHOUT_PEERS = {"fidelity", "orientations", "scan", "serve"}
PEERS = ("faiss", "usearch", "threatexchange")


def _peers_are_here() -> bool:
    return all(importlib.util.find_spec(name) for name in PEERS)


@pytest.mark.slow
@pytest.mark.parametrize("name", CASES)
def test_every_benchmark_runs_and_fills_its_table(name: str, tmp_path: Path) -> None:
    if name not in WITHOUT_PEERS and not _peers_are_here():
        pytest.skip("its peers are not installed: bin/setup --bench")
    table = CASES[name].run(Run(scale=Scale.TINY, folder=tmp_path))
    assert table.name == name
    assert table.rows
    assert all(len(row) == len(table.columns) for row in table.rows)


@pytest.mark.slow
def test_figures_are_kept_in_a_file_and_rendered_from_it(tmp_path: Path) -> None:
    document, kept = tmp_path / "benchmarks.md", tmp_path / "figures.json"
    document.write_text("<!-- orientations -->\n<!-- end orientations -->\n")
    main(["orientations", "--tiny", "--json", str(kept)])
    code = main(["--no-run", "--json", str(kept), "--render", str(document)])
    assert code == 0
    assert "pdqhash.compute_dihedral" in document.read_text()


@pytest.mark.parametrize("name", CASES)
def test_the_document_has_a_place_for_every_benchmark(name: str) -> None:
    text = DOCUMENT.read_text()
    assert text.count(f"<!-- {name} -->") == text.count(f"<!-- end {name} -->") == 1


def test_planted_queries_lie_exactly_as_far_as_they_say(tmp_path: Path) -> None:
    codes = load(fingerprints(tmp_path, 300))
    truth = planted(codes, per_distance=2)
    apart = [
        (int.from_bytes(code) ^ int.from_bytes(codes[row])).bit_count()
        for code, row in zip(truth.codes, truth.rows, strict=True)
    ]
    assert apart == truth.distances.tolist()
    assert sorted(set(apart)) == list(range(32))
