"""`shelterwood rescan`: look again at media that are already hosted, because a list has grown."""

from __future__ import annotations

import signal
import sys
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import click

from shelterwood.cli.progress import Counting
from shelterwood.cli.serve import data_option, provider_part

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["rescan"]


@click.command()
@click.argument("items", type=click.Path(exists=True, path_type=Path), metavar="ITEMS")
@click.option("--key", metavar="NAME", required=True, help="The API key that names service, surface and token.")
@click.option("--list", "list_name", metavar="NAME", required=True, help="The list that has grown.")
@click.option("--version", type=click.IntRange(1), help="Its version.  [default: the one in service]")
@click.option("--per-second", type=click.IntRange(1, 10_000), default=20, show_default=True, help="Items at most.")
@click.option("--again", is_flag=True, help="Begin anew, where a run over these items has not ended.")
@data_option
def rescan(
    items: Path,
    key: str,
    list_name: str,
    version: int | None,
    per_second: int,
    again: bool,  # noqa: FBT001 - click's flag
    data: Path | None,
) -> int:
    """Look again at hosted media, with every list in service, because one of them has grown.

    ITEMS is a folder whose file names are item ids, or JSON Lines of {"item": ..., "path": ...}. Needs a legal-basis
    token whose occasion is looking again, and an API key that names it; without it nothing is read. What matches is
    held and sealed as an upload would be; of what does not, only a number is kept. Interrupted, the same command
    goes on.

    Exit codes: 0 nothing found, 1 something found, 2 error or refused.
    """
    desk = provider_part("rescan.at_the_desk", data=data)
    counting = Counting(sys.stderr if sys.stderr.isatty() else None)
    with _interruptible(counting), counting:
        matched, said = desk.rescan(
            items,
            key=key,
            list_name=list_name,
            list_version=version,
            per_second=per_second,
            again=again,
            began=counting.begin,
            tell=counting.advance,
        )
    click.echo(said)
    return 1 if matched else 0


@contextmanager
def _interruptible(counting: Counting) -> Iterator[None]:
    """Let Ctrl-C and SIGTERM end it after the item that is being looked at; a second one ends it at once."""

    def stop(_number: int, _frame: object) -> None:
        counting.stop = True
        signal.signal(signal.SIGINT, signal.default_int_handler)

    before = {number: signal.signal(number, stop) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield
    except KeyboardInterrupt as interrupt:
        raise click.ClickException("Interrupted. Run the same command again to go on.") from interrupt
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
