"""The command line's frame: commands loaded when asked for, errors as one sentence, exit codes as clamscan's.

0 nothing found, 1 something found, 2 the run as a whole failed. An uncaught Python exception would end with 1, which
here means "found": everything is therefore caught in `run`.
"""

from __future__ import annotations

import contextlib
import importlib
import os
import sys
import traceback
from typing import TYPE_CHECKING, ClassVar

import click

import shelterwood
from shelterwood.errors import ShelterwoodError

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["command_line", "run"]


class CommandsOnDemand(click.Group):
    """A group that imports a command's module when the command is used, so that `--version` answers at once."""

    homes: ClassVar[dict[str, str]] = {
        "hash": "shelterwood.cli.hash:hash_files",
        "scan": "shelterwood.cli.scan:scan",
        "list": "shelterwood.cli.list:list_group",
        "index": "shelterwood.cli.index:index_group",
        "doctor": "shelterwood.cli.doctor:doctor",
        "demo": "shelterwood.cli.demo:demo",
        "serve": "shelterwood.cli.serve:serve",
        "tick": "shelterwood.cli.tick:tick",
        "user": "shelterwood.cli.user:user",
        "basis": "shelterwood.cli.basis:basis",
        "provider-list": "shelterwood.cli.provider_list:provider_list",
        "rescan": "shelterwood.cli.rescan:rescan",
        "evidence": "shelterwood.cli.evidence:evidence",
        "webhook": "shelterwood.cli.webhook:webhook",
        "log": "shelterwood.cli.log:log",
    }

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click's signature
        """Return the names in the order in which a person meets them."""
        return list(self.homes)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002 - click's
        """Return the command, or None if there is no such name."""
        home = self.homes.get(cmd_name)
        if home is None:
            return None
        module, name = home.split(":")
        command: click.Command = getattr(importlib.import_module(module), name)
        return command


@click.group(cls=CommandsOnDemand, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(shelterwood.__version__, "--version", prog_name="shelterwood", message="%(prog)s %(version)s")
def command_line() -> None:
    """Find known material by fingerprint, in what you already hold.

    Exit codes: 0 nothing found, 1 something found, 2 error.
    """


def run(arguments: Sequence[str] | None = None) -> int:
    """Run the command line and return its exit code; every error is one sentence on standard error."""
    try:
        answer = command_line.main(args=arguments, prog_name="shelterwood", standalone_mode=False)
    except (click.Abort, KeyboardInterrupt):
        return _say("Interrupted.")
    except Exception as error:  # noqa: BLE001 - an uncaught exception would end with 1, "something found"
        return _explain(error)
    return answer if isinstance(answer, int) else 0


def _explain(error: Exception) -> int:
    if isinstance(error, click.ClickException):
        error.show()
        return 2
    if isinstance(error, ShelterwoodError):
        return _say(error.explain(), exit_code=error.exit_code)
    if isinstance(error, BrokenPipeError):
        return _reader_left()
    if isinstance(error, OSError):
        return _say(f"{error.strerror or error}{f': {error.filename}' if error.filename else ''}.")
    return _defect(error)


def _say(sentence: str, *, exit_code: int = 2) -> int:
    with contextlib.suppress(OSError):
        click.echo(f"shelterwood: {sentence}", err=True)
    return exit_code


def _reader_left() -> int:
    """Whoever read our output closed it: end quietly, and keep Python from flushing into the closed pipe."""
    with contextlib.suppress(OSError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return 2


def _defect(error: Exception) -> int:
    if os.environ.get("SHELTERWOOD_TRACEBACK"):
        traceback.print_exc()
    return _say(
        f"A defect of the program stopped the run ({type(error).__name__}: {error}). "
        "Set SHELTERWOOD_TRACEBACK=1, run it again and report what it says; it holds no media."
    )
