"""`shelterwood provider-list`: what an operator does with a service's lists from the machine itself.

Deciding is not among it: proposing and approving need people who sign in.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from shelterwood.cli.serve import data_option, provider_part
from shelterwood.lists import Delivery

if TYPE_CHECKING:
    from types import ModuleType

__all__ = ["provider_list"]


@click.group(name="provider-list")
def provider_list() -> None:
    """Import into the lists of a provider's service, and see how they stand."""


def _telling(data: Path | None) -> ModuleType:
    return provider_part("lists.telling", data=data)


@provider_list.command()
@data_option
def status(data: Path | None) -> None:
    """Print each list: its state, its version, what it lacks, and whether it can be looked up."""
    click.echo(_telling(data).status())


@provider_list.command(name="import")
@click.argument("name")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--source", metavar="NAME", help="Whose entries these are, where the file does not say.")
@click.option(
    "--delivery",
    type=click.Choice([d.value for d in Delivery]),
    help="What leaving something out means; by default as is usual for the format.",
)
@data_option
def import_file(name: str, file: Path, source: str | None, delivery: str | None, data: Path | None) -> int:
    """Make FILE the next version of the list NAME, and run the benign set against it.

    A list in service goes on to it only where it is clean and, if need be, signed.
    """
    done, said = _telling(data).import_file(name, file, source=source, delivery=delivery)
    click.echo(said, err=not done)
    return 0 if done else 2


@provider_list.command()
@click.argument("name")
@click.argument("folder", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option("--uploads-per-day", type=click.IntRange(1), required=True, help="Pictures uploaded to you a day.")
@click.option("--minutes-per-match", type=click.IntRange(1, 600), default=3, show_default=True, help="Of a person.")
@data_option
def forecast(name: str, folder: Path, uploads_per_day: int, minutes_per_match: int, data: Path | None) -> None:
    """Count the matches of the list NAME in FOLDER, a sample of your own uploads that you know to be harmless."""
    said = _telling(data).forecast(name, folder, uploads_per_day=uploads_per_day, minutes_per_match=minutes_per_match)
    click.echo(said)
