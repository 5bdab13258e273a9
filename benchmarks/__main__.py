"""Run benchmarks by name, print their tables, keep the figures in a file, and put them into the docs.

python -m benchmarks [NAME ...] [--full] [--json FILE] [--render DOCUMENT]
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from benchmarks.cases import CASES
from benchmarks.machine import describe
from benchmarks.report import Table, place, to_markdown
from benchmarks.run import Run, Scale

__all__ = ["main"]


def _arguments(given: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description="Compare Shelterwood with its peers.")
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"which: {', '.join(CASES)} (default: all)")
    parser.add_argument("--full", action="store_true", help="ten million fingerprints, more pictures: half an hour")
    parser.add_argument(
        "--tiny", action="store_true", help="seconds only, to see that it runs; the figures mean nothing"
    )
    parser.add_argument("--json", type=Path, metavar="FILE", help="keep the figures here; other benchmarks' stay")
    parser.add_argument("--render", type=Path, metavar="DOCUMENT", help="put the figures of --json into this document")
    parser.add_argument("--no-run", action="store_true", help="measure nothing: only render what --json holds")
    parser.add_argument("--folder", type=Path, help="where files are made (default: a temporary folder)")
    chosen = parser.parse_args(given)
    unknown = [name for name in chosen.names if name not in CASES]
    if unknown:
        parser.error(f"no benchmark is named {', '.join(unknown)}; there are {', '.join(CASES)}")
    if chosen.render and not chosen.json:
        parser.error("--render takes its figures from --json FILE")
    return chosen


def _measure(name: str, run: Run) -> dict[str, Any]:
    print(f"\n== {name}: {CASES[name].TITLE} ({run.scale})", flush=True)
    machine, began = describe(), time.perf_counter()
    table = CASES[name].run(run)
    took = time.perf_counter() - began
    result = {"machine": machine, "scale": str(run.scale), "seconds": round(took), "table": table.as_json()}
    print(to_markdown(table, _measured_on(result)), flush=True)
    return result


def _measured_on(result: dict[str, Any]) -> str:
    machine = result["machine"]
    features = ", ".join(machine["features"]) or "none of note"
    versions = ", ".join(f"{package} {version}" for package, version in machine["versions"].items())
    return (
        f"Measured {machine['date']} on {machine['cores']} cores of {machine['processor']} ({features}), "
        f"{machine['memory_gib']} GiB, Linux {machine['kernel']}, Python {machine['python']}, load "
        f"{machine['load']} at the start; {versions}. Scale: {result['scale']}; took {result['seconds']} s."
    )


def _keep(path: Path, results: dict[str, Any]) -> dict[str, Any]:
    """Merge into what the file holds, so that one benchmark can be measured again alone."""
    kept = json.loads(path.read_text()) if path.exists() else {}
    kept |= results
    path.write_text(json.dumps(kept, indent=1, ensure_ascii=False) + "\n")
    return kept


def render(document: Path, kept: dict[str, Any]) -> None:
    """Put every kept benchmark between its markers."""
    for name, result in kept.items():
        place(document, name, to_markdown(Table.from_json(result["table"]), _measured_on(result)))


def main(given: list[str] | None = None) -> int:
    """Measure, print, keep, render; 1 when a goal was measured and missed."""
    chosen = _arguments(given)
    scale = Scale.FULL if chosen.full else Scale.TINY if chosen.tiny else Scale.QUICK
    results: dict[str, Any] = {}
    kept: dict[str, Any] = json.loads(chosen.json.read_text()) if chosen.json and chosen.json.exists() else {}
    with tempfile.TemporaryDirectory(prefix="benchmarks-") as temporary:
        folder = chosen.folder or Path(temporary)
        folder.mkdir(parents=True, exist_ok=True)
        for name in [] if chosen.no_run else chosen.names or list(CASES):
            results[name] = _measure(name, Run(scale=scale, folder=folder))
            kept = _keep(chosen.json, {name: results[name]}) if chosen.json else results
    if chosen.render:
        render(chosen.render, kept)
    return int(any(_missed(result) for result in results.values()))


def _missed(result: dict[str, Any]) -> bool:
    return any(goal.verdict == "**no**" for goal in Table.from_json(result["table"]).goals)


if __name__ == "__main__":
    sys.exit(main())
