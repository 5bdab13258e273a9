"""`shelterwood basis`: on what ground a service looks, told on a terminal; issuing needs a person who signs in."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from shelterwood.cli.serve import data_option, provider_part

if TYPE_CHECKING:
    from pathlib import Path
    from types import ModuleType

__all__ = ["basis"]


@click.group()
def basis() -> None:
    """Show on what legal ground a provider's service looks at content."""


def _telling(data: Path | None) -> ModuleType:
    return provider_part("basis.telling", data=data)


@basis.command()
@data_option
def show(data: Path | None) -> None:
    """Print each service: looked at or not, why, until when, and who answers for it."""
    click.echo(_telling(data).show())


@basis.command()
@data_option
def keys(data: Path | None) -> None:
    """Print the keys that may sign, and those that wait for a second person."""
    click.echo(_telling(data).show_keys())
