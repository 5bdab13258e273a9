"""`shelterwood basis`: on what ground a service looks, told on a terminal; issuing needs a person who signs in."""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING

import click

from shelterwood.cli.serve import data_option, server_part

if TYPE_CHECKING:
    from pathlib import Path
    from types import ModuleType

__all__ = ["basis", "telling"]


@click.group()
def basis() -> None:
    """Show on what legal ground a provider's service looks at content."""


def telling(data: Path | None) -> ModuleType:
    """Open a provider's data directory, and return the part that tells about its legal basis."""
    server_part("roles").become("provider", data=data)
    server_part("preparing").prepare_tables()
    return importlib.import_module("shelterwood.web.provider.basis.telling")


@basis.command()
@data_option
def show(data: Path | None) -> None:
    """Print each service: looked at or not, why, until when, and who answers for it."""
    click.echo(telling(data).show())


@basis.command()
@data_option
def keys(data: Path | None) -> None:
    """Print the keys that may sign, and those that wait for a second person."""
    click.echo(telling(data).show_keys())
