"""What `--list` accepts: an indicator list as `list import` made it, or a list file, imported for this run only."""

from __future__ import annotations

import tempfile
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import click

from shelterwood.lists import IndicatorList, read_rows

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import datetime

__all__ = ["opened_lists"]


@contextmanager
def opened_lists(paths: Sequence[Path], *, now: datetime) -> Iterator[list[IndicatorList]]:
    """Open every list; a file is imported into a temporary folder first, and what was skipped of it is said."""
    with ExitStack() as stack:
        folder: Path | None = None
        opened = []
        for number, path in enumerate(paths):
            home = path
            if not path.is_dir():
                folder = folder or Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="shelterwood-")))
                home = folder / f"{number}.swl"
                _import(path, home, now=now)
            opened.append(stack.enter_context(IndicatorList.open(home)))
        yield opened


def _import(file: Path, home: Path, *, now: datetime) -> None:
    rows = read_rows(file, source=file.stem)
    report = IndicatorList.create(home, rows, now=now, name=file.stem)
    if report.tally.total:
        click.echo(f"{file}: {report.tally.total:,} rows or fingerprints were skipped.", err=True)
        for line in report.tally.sentences():
            click.echo(f"  {line}", err=True)
