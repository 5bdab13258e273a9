"""`shelterwood demo`: the whole way from pictures to a list to a scan, on coffee cups, for anyone to look at."""

from __future__ import annotations

import tempfile
import zipfile
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from shelterwood.cli.demo_pictures import CHANGES, cup, shapes
from shelterwood.lists import IndicatorList, read_rows
from shelterwood.media import Mode, Sandbox
from shelterwood.scanning import (
    EnabledLists,
    FingerprintFormat,
    Format,
    Outcome,
    Plan,
    ResultsFile,
    fingerprint_heading,
    fingerprint_lines_of,
    in_words,
    lines_of,
    run,
)

if TYPE_CHECKING:
    from shelterwood.scanning import Row

__all__ = ["demo"]


@click.command()
@click.option("--pictures", type=click.IntRange(0, 10_000), default=120, show_default=True, help="Unrelated pictures.")
@click.option("--allow-unsandboxed", is_flag=True, help="Run even where this system cannot lock the decoder.")
def demo(pictures: int, allow_unsandboxed: bool) -> int:  # noqa: FBT001 - click's flag
    """Make a list of ten pictures of coffee cups, hide changed copies of them among other pictures, find them.

    Nothing real is involved: every picture is drawn by this program. The folder stays, for looking at it.
    """
    folder = Path(tempfile.mkdtemp(prefix="shelterwood-demo-"))
    sandbox = Sandbox.ALLOW_UNSANDBOXED if allow_unsandboxed else Sandbox.REQUIRED
    _say('The "known material" of this demo is ten pictures of coffee cups, drawn by this program.')
    _draw_known(folder / "known")
    _make_list(folder, sandbox)
    _say(f"Hiding a changed copy of each, and one more in an archive, among {pictures} pictures of shapes ...")
    _draw_storage(folder / "storage", pictures)
    _say(f"$ shelterwood scan {folder}/storage --list {folder}/cups.swl")
    found, summary = _scan(folder, sandbox)
    click.echo(_table(found, folder / "storage"))
    _say(summary)
    _say(f"The pictures, the list and results.jsonl are in {folder}")
    return 0


def _say(text: str) -> None:
    click.echo(f"\n{text}")


def _draw_known(folder: Path) -> None:
    folder.mkdir()
    for number in range(len(CHANGES)):
        cup(number).save(folder / f"cup{number}.png")


def _make_list(folder: Path, sandbox: Sandbox) -> None:
    """Fingerprint the known pictures and import the result, as `hash --format list` and `list import` do."""
    _say(f"$ shelterwood hash {folder}/known --format list > cups.csv")
    form = FingerprintFormat.LIST
    lines = [fingerprint_heading(form)]
    plan = Plan(sources=[str(folder / "known")], lists=EnabledLists.none(), sandbox=sandbox, mode=Mode.STRICT)
    results = ResultsFile(folder / "cups.csv", settings={}, heading=lines[0])
    run(plan, results, render=fingerprint_lines_of(form))
    results.close()
    _say(f"$ shelterwood list import cups.csv --into {folder}/cups.swl --source demo")
    rows = read_rows(folder / "cups.csv", source="demo")
    report = IndicatorList.create(folder / "cups.swl", rows, now=datetime.now(UTC), name="coffee cups")
    for sentence in report.sentences():
        click.echo(sentence)


def _draw_storage(folder: Path, pictures: int) -> None:
    folder.mkdir()
    for number, (how, (suffix, change)) in enumerate(CHANGES.items()):
        (folder / f"{how.replace(' ', '-')}{suffix}").write_bytes(change(cup(number)))
    with zipfile.ZipFile(folder / "holiday.zip", "w") as archive:
        archive.writestr("beach/mirrored.jpg", CHANGES["mirrored"][1](cup(0)))
    with click.progressbar(range(pictures), label="drawing") as numbers:
        for number in numbers:
            shapes(number).save(folder / f"shape{number:04}.jpg", quality=85)
    (folder / "notes.txt").write_text("milk, sugar\n", encoding="utf-8")
    whole = (folder / "shape0000.jpg").read_bytes() if pictures else b"\xff\xd8\xff"
    (folder / "cut-off.jpg").write_bytes(whole[: len(whole) // 2])


def _scan(folder: Path, sandbox: Sandbox) -> tuple[list[Row], str]:
    found: list[Row] = []

    def keep(row: Row) -> str:
        if row.outcome is not Outcome.NO_MATCH:
            found.append(row)
        return lines_of(Format.JSONL)(row)

    with IndicatorList.open(folder / "cups.swl") as opened:
        plan = Plan(
            sources=[str(folder / "storage")],
            lists=EnabledLists.of([opened], at=datetime.now(UTC)),
            sandbox=sandbox,
        )
        results = ResultsFile(folder / "results.jsonl", settings={})
        run(plan, results, render=keep)
        results.close()
        return found, in_words(results.tally, plan.lists.at_work())


def _table(rows: list[Row], folder: Path) -> str:
    lines = [f"{'file':<36} {'outcome':<12} {'entry':<10} {'distance':>8}  turn or reason"]
    for row in rows:
        name = row.path.removeprefix(f"{folder}/")
        if row.matches:
            best = row.matches[0]
            lines.append(
                f"{name:<36} {'match':<12} {best.entry:<10} {best.distance:>8}  {best.orientation or 'same file'}"
            )
        else:
            lines.append(f"{name:<36} {'not scanned':<12} {'':<10} {'':>8}  {row.reason}")
    return "\n".join(lines)
