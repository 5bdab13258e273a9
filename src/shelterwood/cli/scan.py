"""`shelterwood scan`: check files against indicator lists; what was found in rows, what it means in a summary."""

from __future__ import annotations

import contextlib
import os
import signal
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

import shelterwood
from shelterwood.cli.opening import opened_lists
from shelterwood.cli.progress import Progress
from shelterwood.fingerprints import pdq
from shelterwood.media import Sandbox
from shelterwood.scanning import (
    EnabledLists,
    Format,
    Plan,
    ResultsFile,
    ResultsStream,
    check_sources,
    heading,
    in_words,
    lines_of,
    run,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from shelterwood.scanning import ResultsSink, Row

__all__ = ["scan"]

FORMATS = click.Choice([form.value for form in Format])


@click.command()
@click.argument("sources", nargs=-1, required=True, metavar="SOURCE...")
@click.option(
    "--list",
    "lists",
    multiple=True,
    required=True,
    type=click.Path(exists=True, path_type=Path),
    metavar="FILE_OR_DIR",
    help="An indicator list made by 'list import', or a list file (CSV, JSON Lines, VICS, NCMEC) for this run only. "
    "May be given several times.",
)
@click.option(
    "--radius",
    type=click.IntRange(0, pdq.BITS),
    default=pdq.DEFAULT_RADIUS,
    show_default=True,
    help="How many of the 256 bits of a PDQ may differ.",
)
@click.option(
    "--output",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="Write the rows to FILE. If the scan is interrupted, the same command goes on where it stopped.",
)
@click.option(
    "--format", "form", type=FORMATS, help="How rows look.  [default: what FILE's ending says, otherwise text]"
)
@click.option("--workers", type=click.IntRange(1, 256), metavar="N", help="Threads and decoding children; one a core.")
@click.option(
    "--allow-unsandboxed", is_flag=True, help="Open untrusted files even where this system cannot lock the decoder."
)
def scan(
    sources: tuple[str, ...],
    lists: tuple[Path, ...],
    radius: int,
    output: Path | None,
    form: str | None,
    workers: int | None,
    allow_unsandboxed: bool,  # noqa: FBT001 - click's flag
) -> int:
    """Check files against indicator lists.

    A SOURCE is a folder (links in it are not followed), a file, an archive (ZIP, TAR), or - for standard input.
    Rows go to standard output or FILE, the summary to standard error. The text format leaves out files without a
    match; jsonl has one row for every file. "Not scanned" is never "no match": its reason stands in the row.

    Exit codes: 0 nothing found, 1 something found, 2 error.
    """
    check_sources(sources)
    now = datetime.now(UTC)
    with opened_lists(lists, now=now) as opened:
        plan = Plan(
            sources=sources,
            lists=EnabledLists.of(opened, at=now, radius=radius),
            workers=workers,
            sandbox=Sandbox.ALLOW_UNSANDBOXED if allow_unsandboxed else Sandbox.REQUIRED,
            leave_out=ResultsFile.belongings(output) if output else frozenset(),
        )
        return run_plan(plan, output=output, form=Format(form or form_of(output)))


def form_of(output: Path | None) -> Format:
    """Return the format that the ending of the output file promises: `.jsonl`, `.csv`, otherwise text."""
    ending = output.suffix.removeprefix(".").lower() if output else ""
    return next((form for form in Format if form == ending), Format.TEXT)


def run_plan(plan: Plan, *, output: Path | None, form: Format) -> int:
    """Scan as planned, with progress on a terminal and a summary; return the exit code."""
    with _sink(plan, output, form) as sink, interruptible(output):
        progress = Progress(sys.stderr if sys.stderr.isatty() else None)
        with progress.counting(plan.sizes(after=sink.position)):
            run(plan, sink, render=_beside(progress, lines_of(form)), on_file=progress.advance)
    click.echo(in_words(sink.tally, plan.lists.at_work(), notes=plan.lists.replaced()), err=True, nl=False)
    return 1 if sink.tally.matches else 0


def _beside(progress: Progress, render: Callable[[Row], str]) -> Callable[[Row], str]:
    """Return `render`, taking the progress line away before a row appears on the same terminal."""
    if progress.stream is None or not sys.stdout.isatty():
        return render

    def render_on_terminal(row: Row) -> str:
        lines = render(row)
        if lines:
            progress.clear()
        return lines

    return render_on_terminal


@contextlib.contextmanager
def _sink(plan: Plan, output: Path | None, form: Format) -> Iterator[ResultsSink]:
    if output is None:
        stream = ResultsStream(sys.stdout.buffer)
        stream.write(heading(form))
        yield stream
        return
    results = ResultsFile(output, settings=settings(plan, form), heading=heading(form))
    if results.resumed:
        click.echo(f"Going on after {results.tally.files:,} files.", err=True)
    try:
        yield results
    finally:
        results.close()


def settings(plan: Plan, form: Format) -> dict[str, Any]:
    """Return what must be the same when a scan goes on; anything else would mix two scans in one file."""
    return {
        "shelterwood": shelterwood.__version__,
        "sources": [source if source == "-" else os.path.abspath(source) for source in plan.sources],  # noqa: PTH100
        "lists": [f"{used.name} version {used.version} ({used.digest})" for used in plan.lists.at_work()],
        "radius": plan.lists.radius,
        "format": form.value,
    }


@contextlib.contextmanager
def interruptible(output: Path | None) -> Iterator[None]:
    """Let SIGTERM end a scan as Ctrl-C does, and say what to do next."""
    before = signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        yield
    except KeyboardInterrupt as interrupt:
        remedy = "Run the same command again to go on." if output else "With --output FILE a scan can go on later."
        raise click.ClickException(f"The scan was interrupted. {remedy}") from interrupt
    finally:
        signal.signal(signal.SIGTERM, before)
