"""The accuracy figures against a plain count, and the charts as files that a browser can read."""

from __future__ import annotations

import importlib.util
import xml.etree.ElementTree as ET
from typing import TYPE_CHECKING

import numpy as np
import pytest

from benchmarks.accuracy.copies import NEVER, Copies, changed_copies
from benchmarks.accuracy.population import Population

if TYPE_CHECKING:
    from pathlib import Path

needs_numba = pytest.mark.skipif(
    importlib.util.find_spec("numba") is None, reason="numba is not installed: bin/setup --bench"
)
slow = pytest.mark.slow


def _population(count: int) -> Population:
    rng = np.random.default_rng(3)
    codes = rng.integers(0, 256, (count, 8, 32), dtype=np.uint8)
    codes[count // 2 :, 0, :24] = codes[0, 0, :24]  # some near ones
    return Population(
        codes=codes, quality=rng.integers(0, 101, count), family=[("pink", "page")[n % 2] for n in range(count)]
    )


@slow
@needs_numba
@pytest.mark.parametrize("jobs", [1, 2])
def test_pairs_are_counted_as_a_plain_loop_counts_them(jobs: int) -> None:
    from benchmarks.accuracy.pairs import count_pairs  # noqa: PLC0415 - needs numba

    population = _population(40)
    counts = count_pairs(population, jobs=jobs)
    expected = np.zeros_like(counts.pairs)
    bits = np.unpackbits(population.codes, axis=2)
    for i in range(40):
        for j in range(i):
            apart = (bits[i] != bits[j, 0]).sum(axis=1)
            band = min(population.band[i], population.band[j])
            same = population.family[i] == population.family[j]
            group = counts.families.index(population.family[i]) if same else len(counts.families) - 1
            expected[0, band, group, apart[0]] += 1
            expected[1, band, group, apart.min()] += 1
    assert np.array_equal(counts.pairs, expected)


@slow
@needs_numba
def test_a_small_measurement_fills_the_document_and_draws_both_charts(tmp_path: Path) -> None:
    from benchmarks.accuracy.__main__ import SECTIONS, main  # noqa: PLC0415 - needs numba

    document = tmp_path / "accuracy.md"
    document.write_text("".join(f"<!-- {name} -->\n<!-- end {name} -->\n" for name in SECTIONS))
    main(["--pairs", "2e3", "--originals", "3", "--jobs", "1", "--render", str(document)])
    text = document.read_text()
    assert "| recompress | JPEG quality 90 |" in text
    for name in ("recall.svg", "false-matches.svg"):
        root = ET.parse(tmp_path / "accuracy" / name).getroot()  # noqa: S314 - written two lines above
        assert root.find("{http://www.w3.org/2000/svg}title") is not None
        assert root.find("{http://www.w3.org/2000/svg}desc") is not None


@slow
def test_changes_that_keep_the_picture_are_found_and_turns_only_by_orientations() -> None:
    copies, too_flat = changed_copies(4, seed=1, jobs=1)
    total = len(copies["PNG"].own)
    assert total + too_flat == 4
    assert copies["PNG"].found(31, turned=False) == total
    assert copies["rotate 180°"].found(31, turned=False) == 0


def test_a_copy_that_is_not_looked_up_is_not_found_at_any_radius() -> None:
    copies = Copies(group="blur", own=[NEVER, 10], turned=[NEVER, 4], not_looked_up=1)
    assert copies.found(256, turned=True) == 1
    assert copies.found(4, turned=False) == 0
