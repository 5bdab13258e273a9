"""Measure recall and false matches, draw the charts, and put everything into docs/accuracy.md.

python -m benchmarks.accuracy [--pairs 1e9] [--originals 400] [--jobs 2] [--render docs/accuracy.md]
"""

from __future__ import annotations

import argparse
import math
import os
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks.accuracy.charts import false_matches_chart, recall_chart
from benchmarks.accuracy.copies import changed_copies
from benchmarks.accuracy.document import false_matches_table, families_table, recall_table, tiles_table
from benchmarks.accuracy.pairs import count_pairs
from benchmarks.accuracy.population import forms, tiles, unrelated_pictures
from benchmarks.machine import describe
from benchmarks.report import place

if TYPE_CHECKING:
    from collections.abc import Mapping

    from benchmarks.accuracy.copies import Copies
    from benchmarks.accuracy.pairs import Counts

__all__ = ["SECTIONS", "main", "measure"]

SECTIONS = (
    "recall",
    "false matches, as they are",
    "false matches, any turn",
    "families",
    "tiles",
    "forms",
    "measured",
)
"""The places of the document."""

# Share of the unrelated stream whose quality is 50 or more; the stated number of pairs is of these.
SHARE_LOOKED_UP = 0.6


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """Everything the document shows."""

    copies: dict[str, Copies]
    too_flat: int
    unrelated: Counts
    tiles: Counts
    forms: Counts


def _arguments(given: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.accuracy", description="Recall and false matches of PDQ."
    )
    parser.add_argument("--pairs", type=float, default=1e9, help="pairs of unrelated pictures of quality 50 and more")
    parser.add_argument("--originals", type=int, default=400, help="pictures whose changed copies are looked for")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1, help="processes")
    parser.add_argument("--render", type=Path, metavar="DOCUMENT", help="put tables here, charts into its folder")
    return parser.parse_args(given)


def measure(*, pairs: float, originals: int, seed: int, jobs: int) -> Figures:
    """Draw, fingerprint, compare; says on the terminal where it is."""
    count = math.ceil(math.sqrt(2 * pairs) / SHARE_LOOKED_UP) + 1  # n(n-1)/2 pairs of those looked up
    say = _Clock()
    population = unrelated_pictures(count, seed=seed, jobs=jobs)
    say(f"{count:,} unrelated pictures fingerprinted")
    unrelated = count_pairs(population, jobs=jobs)
    say("their pairs counted")
    others = count_pairs(tiles(), jobs=jobs), count_pairs(forms(min(1500, count)), jobs=jobs)
    say("tiles and forms counted")
    copies, too_flat = changed_copies(originals, seed=seed + 100, jobs=jobs)
    say(f"changed copies of {originals} pictures looked for")
    return Figures(copies=copies, too_flat=too_flat, unrelated=unrelated, tiles=others[0], forms=others[1])


class _Clock:
    def __init__(self) -> None:
        self.began = time.perf_counter()

    def __call__(self, words: str) -> None:
        print(f"{time.perf_counter() - self.began:6.0f} s  {words}", flush=True)


def _sections(figures: Figures, command: str) -> Mapping[str, str]:
    listed = len(next(iter(figures.copies.values())).own)
    machine = describe()
    return {
        "recall": f"{listed} originals of quality 50 and more ({figures.too_flat} of the drawn ones were too flat "
        f"to be listed), {len(figures.copies)} changes.\n\n{recall_table(figures.copies)}",
        "false matches, as they are": false_matches_table(figures.unrelated, turned=False),
        "false matches, any turn": false_matches_table(figures.unrelated, turned=True),
        "families": families_table(figures.unrelated),
        "tiles": tiles_table(figures.tiles),
        "forms": families_table(figures.forms),
        "measured": f"*`{command} --render docs/accuracy.md`, {machine['date']}; {_versions(machine['versions'])}.*",
    }


def _versions(versions: object) -> str:
    """Write only what decides a fingerprint or a picture."""
    known = versions if isinstance(versions, dict) else {}
    return ", ".join(f"{name} {known[name]}" for name in ("shelterwood", "numpy", "Pillow", "scikit-image"))


def main(given: list[str] | None = None) -> int:
    """Measure, print, and render."""
    chosen = _arguments(given)
    figures = measure(pairs=chosen.pairs, originals=chosen.originals, seed=chosen.seed, jobs=chosen.jobs)
    command = f"python -m benchmarks.accuracy --pairs {chosen.pairs:g} --originals {chosen.originals}"
    sections = _sections(figures, command)
    for name, text in sections.items():
        print(f"\n== {name}\n\n{text}")
        if chosen.render:
            place(chosen.render, name, text)
    if chosen.render:
        folder = chosen.render.with_suffix("")
        folder.mkdir(exist_ok=True)
        (folder / "recall.svg").write_text(recall_chart(figures.copies))
        (folder / "false-matches.svg").write_text(false_matches_chart(figures.unrelated))
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
