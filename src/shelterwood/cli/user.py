"""`shelterwood user`: let people in from the command line; whoever may read the data directory may run it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from shelterwood.cli.serve import data_option, role_option, server_part

if TYPE_CHECKING:
    from pathlib import Path
    from types import ModuleType

__all__ = ["user"]

# Shown in --help without importing the server; a test compares them with the real ones.
_ROLES = ("reviewer", "senior-reviewer", "filing-officer", "administrator", "auditor")


@click.group()
def user() -> None:
    """Let people in: accounts come from one-time links, there is no self-registration."""


def _letting_in(role: str, data: Path | None) -> ModuleType:
    server_part("roles").become(role, data=data)
    server_part("preparing").prepare_tables()
    return server_part("letting_in")


@user.command()
@click.argument("name")
@click.option("--role", "roles", type=click.Choice(_ROLES), multiple=True, required=True, help="May be repeated.")
@role_option
@data_option
def invite(name: str, roles: tuple[str, ...], service: str, data: Path | None) -> None:
    """Make an account NAME (a pseudonym such as reviewer-3) and print its one-time link."""
    click.echo(_letting_in(service, data).invite(name, roles))


@user.command("renew-link")
@click.argument("name")
@role_option
@data_option
def renew_link(name: str, service: str, data: Path | None) -> None:
    """Print a new link for NAME; of an account in use everything else is taken away first."""
    click.echo(_letting_in(service, data).renew_link(name))


@user.command()
@click.argument("name")
@role_option
@data_option
def deactivate(name: str, service: str, data: Path | None) -> None:
    """Close the account NAME and end its sessions."""
    click.echo(_letting_in(service, data).deactivate(name))


@user.command()
@click.option("--outside-body", required=True, help="Who hears complaints and gives second opinions instead.")
@click.option("--outside-contact", required=True, help="The address at which people reach it.")
@role_option
@data_option
def solo(outside_body: str, outside_contact: str, service: str, data: Path | None) -> None:
    """Run as a service of one person; the page /about says so to everyone."""
    click.echo(_letting_in(service, data).go_solo(outside_body, outside_contact))
