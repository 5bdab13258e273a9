"""`shelterwood webhook`: whom a provider's service tells what happened; what the page Webhooks does, in a terminal."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from shelterwood.cli.serve import data_option, provider_part

if TYPE_CHECKING:
    from pathlib import Path
    from types import ModuleType

__all__ = ["webhook"]

_service_argument = click.argument("service")
_person_option = click.option(
    "--person", metavar="NAME", required=True, help="The account of the administrator who answers for it."
)


@click.group()
def webhook() -> None:
    """Have a server of yours told what is to be hidden and shown, one server a SERVICE."""


def _desk(data: Path | None) -> ModuleType:
    return provider_part("webhooks.at_the_desk", data=data)


@webhook.command(name="list")
@data_option
def list_webhooks(data: Path | None) -> None:
    """Print one line a webhook: its service, its state, how much was not heard yet, its address."""
    for line in _desk(data).lines():
        click.echo(line)


@webhook.command()
@_service_argument
@data_option
def show(service: str, data: Path | None) -> None:
    """Print the webhook of SERVICE: address, ids of secrets, latest events. Never a secret."""
    for line in _desk(data).show(service):
        click.echo(line)


@webhook.command()
@_service_argument
@click.argument("url")
@_person_option
@data_option
def add(service: str, url: str, person: str, data: Path | None) -> None:
    """Tell URL (https) what happens in SERVICE, and print its secret: the only time that it is shown."""
    click.echo(_desk(data).add(service, url, person=person))


@webhook.command()
@_service_argument
@click.option(
    "--hours",
    type=click.IntRange(0, 720),
    default=24,
    show_default=True,
    help="So long the old secret signs too; 0 if it has leaked.",
)
@_person_option
@data_option
def rotate(service: str, hours: int, person: str, data: Path | None) -> None:
    """Make a new secret for the webhook of SERVICE, and print it: the only time that it is shown."""
    click.echo(_desk(data).rotate(service, hours=hours, person=person))


@webhook.command()
@_service_argument
@_person_option
@data_option
def test(service: str, person: str, data: Path | None) -> None:
    """Have the running service send a test event to the webhook of SERVICE."""
    click.echo(_desk(data).test(service, person=person))


@webhook.command()
@_service_argument
@_person_option
@data_option
def end(service: str, person: str, data: Path | None) -> None:
    """End the webhook of SERVICE: nothing more is told there, not even what waits."""
    click.echo(_desk(data).end(service, person=person))
