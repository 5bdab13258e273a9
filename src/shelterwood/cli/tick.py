"""`shelterwood tick`: one round of what the keeper does, for a machine where no service runs, or for cron."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from shelterwood.cli.serve import data_option, role_option, server_part

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["tick"]


@click.command()
@role_option
@data_option
def tick(service: str, data: Path | None) -> int:
    """Do one round: deliver what is due, run the clocks, tidy up.

    Where a service runs, its keeper does this all the time, and nothing is done here.
    Exit codes: 0 done, 2 a part failed.
    """
    server_part("roles").become(service, data=data)
    server_part("preparing").prepare_tables()
    ticked = server_part("ticking").tick()
    if ticked.kept:
        click.echo("A keeper is at work on this data; nothing was done.")
    for name in ticked.well:
        click.echo(f"    ok  {name}")
    for name in ticked.failed:
        click.echo(f"FAILED  {name}: see the log above.", err=True)
    return 2 if ticked.failed else 0
