"""`shelterwood evidence`: see what is sealed and until when; set, extend and lift legal holds. No content."""

from __future__ import annotations

from datetime import UTC, timedelta
from typing import TYPE_CHECKING

import click

from shelterwood.cli.serve import data_option, provider_part

if TYPE_CHECKING:
    import uuid
    from datetime import datetime
    from pathlib import Path
    from types import ModuleType

__all__ = ["evidence"]

# Shown in --help without importing the server; a test compares them with the real ones.
_HOLD_REASONS = ("redress", "investigation", "proceedings")
_LIFT_REASONS = ("withdrawn", "mistaken")

_until_option = click.option(
    "--until", type=click.DateTime(["%Y-%m-%d"]), required=True, help="The last day of the hold (UTC)."
)
_person_option = click.option(
    "--person", metavar="NAME", required=True, help="The account of the filing officer who answers for it."
)


@click.group()
def evidence() -> None:
    """See what a provider's service keeps, and do what an authority asks about it."""


def _desk(data: Path | None) -> ModuleType:
    return provider_part("evidence.at_the_desk", data=data)


@evidence.command(name="list")
@click.option("--show", type=click.Choice(["here", "destroyed", "all"]), default="here", show_default=True)
@click.option("--clock", type=click.Choice(["any", "soon", "ended"]), default="any", show_default=True)
@click.option("--held", type=click.Choice(["any", "yes", "no"]), default="any", show_default=True)
@data_option
def list_objects(show: str, clock: str, held: str, data: Path | None) -> None:
    """Print one line an object: its id, its end, its hold, its event. The look is recorded.

    --clock soon: ends within seven days; ended: only a hold keeps it.
    """
    for line in _desk(data).lines(kept=show, clock=clock, held=held):
        click.echo(line)


@evidence.command()
@click.argument("object_or_event", metavar="ID")
@click.option("--authority", metavar="CODE", required=True, help="Who asks, such as court-of-appeal-7.")
@click.option("--reference", metavar="CODE", required=True, help="The authority's reference of the request.")
@click.option("--reason", type=click.Choice(_HOLD_REASONS), required=True, help="Why it is to be kept.")
@_until_option
@_person_option
@data_option
def hold(
    object_or_event: str,
    authority: str,
    reference: str,
    reason: str,
    until: datetime,
    person: str,
    data: Path | None,
) -> None:
    """Keep the object ID (or that of the event ID) until a day, because an authority asks so.

    A hold does not stop the clock of the object; nothing is destroyed while a hold stands.
    """
    said = _desk(data).hold(
        object_or_event,
        authority=authority,
        reference=reference,
        reason=reason,
        until=_over(until),
        person=person,
    )
    click.echo(said)


@evidence.command()
@click.argument("hold_id", type=click.UUID, metavar="HOLD")
@_until_option
@_person_option
@data_option
def extend(hold_id: uuid.UUID, until: datetime, person: str, data: Path | None) -> None:
    """Give the hold HOLD a later end."""
    click.echo(_desk(data).extend(hold_id, until=_over(until), person=person))


@evidence.command()
@click.argument("hold_id", type=click.UUID, metavar="HOLD")
@click.option("--reason", type=click.Choice(_LIFT_REASONS), required=True, help="Why it ends before its day.")
@_person_option
@data_option
def release(hold_id: uuid.UUID, reason: str, person: str, data: Path | None) -> None:
    """Lift the hold HOLD. An object whose clock has ended is destroyed within a minute of it."""
    click.echo(_desk(data).release(hold_id, reason=reason, person=person))


def _over(last_day: datetime) -> datetime:
    """Return the instant at which the day is over (UTC)."""
    return last_day.replace(tzinfo=UTC) + timedelta(days=1)
