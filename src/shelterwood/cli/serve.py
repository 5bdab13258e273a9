"""`shelterwood serve ROLE`: start a service on this machine; needs the packages of `shelterwood[server]`."""

from __future__ import annotations

import importlib
from pathlib import Path
from typing import TYPE_CHECKING

import click

from shelterwood.errors import ShelterwoodError

if TYPE_CHECKING:
    from types import ModuleType

__all__ = ["ServerNotInstalled", "data_option", "provider_part", "role_option", "serve", "server_part"]

_ROLE_NAMES = ("provider",)

data_option = click.option(
    "--data",
    type=click.Path(file_okay=False, path_type=Path),
    help="Directory of everything this service keeps.  [default: $SHELTERWOOD_DATA]",
)
role_option = click.option(
    "--service",
    type=click.Choice(_ROLE_NAMES),
    default="provider",
    show_default=True,
    help="The role of the service whose data this is.",
)


class ServerNotInstalled(ShelterwoodError):
    """The packages that a service needs are not installed."""


def server_part(name: str) -> ModuleType:
    """Import a part of `shelterwood.web.hall.running`; raise ServerNotInstalled if its packages are missing."""
    try:
        return importlib.import_module(f"shelterwood.web.hall.running.{name}")
    except ModuleNotFoundError as error:
        if (error.name or "").startswith("shelterwood"):
            raise
        raise ServerNotInstalled(
            f"The package '{error.name}', which a service needs, is not installed.",
            remedy="Install shelterwood[server].",
        ) from error


def provider_part(name: str, *, data: Path | None) -> ModuleType:
    """Open a provider's data directory, and return a part of `shelterwood.web.provider` (as in `lists.telling`)."""
    server_part("roles").become("provider", data=data)
    server_part("preparing").prepare_tables()
    return importlib.import_module(f"shelterwood.web.provider.{name}")


@click.command()
@click.argument("role", type=click.Choice(_ROLE_NAMES))
@click.option("--port", type=click.IntRange(1, 65535), default=8000, show_default=True, help="Port on 127.0.0.1.")
@click.option("--workers", type=click.IntRange(1, 64), default=1, show_default=True, help="Processes that answer.")
@data_option
def serve(role: str, port: int, workers: int, data: Path | None) -> None:
    """Start the service of ROLE on this machine, until Ctrl-C.

    It answers on 127.0.0.1 only; a web server of yours in front speaks TLS to the world. A keeper runs
    beside it for deliveries and clocks; whatever dies is started again.
    """
    server_part("roles").become(role, data=data, port=port)
    server_part("preparing").prepare()
    click.echo(f"Shelterwood ({role}) answers on http://localhost:{port}. Stop it with Ctrl-C.", err=True)
    server_part("supervisor").serve(port=port, workers=workers)
