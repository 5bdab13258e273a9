"""The command line `shelterwood`: thin, one file per command group; what it does lives in the packages below."""

from shelterwood.cli.app import command_line, run

__all__ = ["command_line", "run"]
