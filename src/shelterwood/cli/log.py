"""`shelterwood log`: check the record of what was done and seen, copy it, and sign where it stands."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

import click

from shelterwood.cli.serve import data_option, role_option, server_part

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import ModuleType

__all__ = ["log"]

_LINES_BETWEEN_DRAWINGS = 5000


@click.group()
def log() -> None:
    """Check, copy and sign the record: the hash-chained log of everything that was done and seen."""


def _the_record(service: str, data: Path | None) -> ModuleType:
    server_part("roles").become(service, data=data)
    return server_part("the_record")


def _progress(word: str) -> Callable[[int], None]:
    """Return what draws a count on a terminal, and nothing in a pipe."""
    if not sys.stderr.isatty():
        return lambda _count: None

    def draw(count: int) -> None:
        if count % _LINES_BETWEEN_DRAWINGS == 0:
            click.echo(f"\r{count:,} lines {word}", err=True, nl=False)

    return draw


_head_option = click.option(
    "--head",
    "heads",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    multiple=True,
    help="A signed head that was kept elsewhere; may be repeated.",
)


@log.command()
@_head_option
@click.option("--file", "file", type=click.Path(exists=True, dir_okay=False, path_type=Path), help="An exported copy.")
@click.option("--key", help="With --file: the public key that signed the heads (see 'log key').")
@role_option
@data_option
def verify(heads: tuple[Path, ...], file: Path | None, key: str | None, service: str, data: Path | None) -> None:
    """Walk along the whole record and name every line that was altered, is missing, out of order or not its own.

    Exit code 0: the record holds; 1: something is wrong with it; 2: it could not be checked.
    """
    signed = [path.read_text(encoding="ascii", errors="replace") for path in heads]
    if file is None:
        finding = _the_record(service, data).verify(signed, progress=_progress("checked"))
    else:
        if signed and not key:
            raise click.UsageError("With --file, heads are checked against --key: give it.")
        finding = server_part("the_copy").verify(file, signed, key=key or "", progress=_progress("checked"))
    _tell(finding, heads=len(signed))


def _tell(finding: object, *, heads: int) -> None:
    faults, end = finding.faults, finding.end  # type: ignore[attr-defined]
    for fault in faults:
        click.echo(fault.sentence)
    if faults:
        click.echo(f"The record does not hold: {len(faults):,} faults in {finding.lines:,} lines.")  # type: ignore[attr-defined]
        raise click.exceptions.Exit(1)
    fits = f", and fits {heads} signed head{'s' * (heads != 1)}" if heads else ""
    click.echo(f"The record holds: {end.seq:,} lines, the last with digest {end.digest[:16]}{fits}.")
    if not heads:
        click.echo("Whether its end was cut off, only a signed head kept elsewhere shows: give one with --head.")


@log.command()
@click.option(
    "--output", type=click.File("wb", lazy=False), required=True, help="Where the copy goes; - is standard output."
)
@role_option
@data_option
def export(output: BinaryIO, service: str, data: Path | None) -> None:
    """Copy every line as JSON Lines; what is personal about lines stays here."""
    count = _the_record(service, data).export(output, progress=_progress("copied"))
    click.echo(f"{count:,} lines copied.", err=True)


@log.command()
@role_option
@data_option
def head(service: str, data: Path | None) -> None:
    """Sign where the record stands, and print the statement: keep it on another machine, or on paper."""
    click.echo(_the_record(service, data).sign())


@log.command("key")
@role_option
@data_option
def show_key(service: str, data: Path | None) -> None:
    """Print the public key of this installation that signs heads."""
    click.echo(_the_record(service, data).public_key())
