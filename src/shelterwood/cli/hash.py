"""`shelterwood hash`: the fingerprints of files, a row a file, or the reason why there are none."""

from __future__ import annotations

import sys

import click

from shelterwood.cli.progress import Progress
from shelterwood.cli.scan import interruptible
from shelterwood.media import Mode, Sandbox
from shelterwood.scanning import (
    EnabledLists,
    FingerprintFormat,
    Plan,
    ResultsStream,
    check_sources,
    fingerprint_heading,
    fingerprint_lines_of,
    run,
)

__all__ = ["hash_files"]

FORMATS = click.Choice([form.value for form in FingerprintFormat])


@click.command(name="hash")
@click.argument("paths", nargs=-1, required=True, metavar="PATH...")
@click.option(
    "--format",
    "form",
    type=FORMATS,
    default="text",
    show_default=True,
    help="How rows look; 'list' is a file for 'list import'.",
)
@click.option(
    "--fast", is_flag=True, help="Decode JPEG as 'scan' does: quicker, a few bits off. Not for fingerprints in a list."
)
@click.option("--workers", type=click.IntRange(1, 256), metavar="N", help="Threads and decoding children; one a core.")
@click.option(
    "--allow-unsandboxed", is_flag=True, help="Open untrusted files even where this system cannot lock the decoder."
)
def hash_files(
    paths: tuple[str, ...],
    form: str,
    fast: bool,  # noqa: FBT001 - click's flag
    workers: int | None,
    allow_unsandboxed: bool,  # noqa: FBT001 - click's flag
) -> int:
    """Compute the fingerprints of files: PDQ and its quality, MD5, SHA-1, SHA-256.

    A PATH is a folder, a file, an archive, or - for standard input. A file that is no readable picture still gets its
    digests, and the row says why there is no PDQ.
    """
    check_sources(paths)
    if fast and form == FingerprintFormat.LIST:
        raise click.UsageError("A list needs exact fingerprints: leave out --fast.")
    plan = Plan(
        sources=paths,
        lists=EnabledLists.none(),
        workers=workers,
        sandbox=Sandbox.ALLOW_UNSANDBOXED if allow_unsandboxed else Sandbox.REQUIRED,
        mode=Mode.FAST if fast else Mode.STRICT,
    )
    sink = ResultsStream(sys.stdout.buffer)
    sink.write(fingerprint_heading(FingerprintFormat(form)))
    progress = Progress(sys.stderr if sys.stderr.isatty() else None)
    with interruptible(None), progress.counting(plan.sizes(after=None)):
        run(plan, sink, render=fingerprint_lines_of(FingerprintFormat(form)), on_file=progress.advance)
    return 0
