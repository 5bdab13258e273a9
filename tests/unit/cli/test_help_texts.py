"""docs/reference/command-line.md holds exactly the help texts that the program prints, of every command there is."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

import click
import pytest
from click.testing import CliRunner

from shelterwood.cli import command_line

if TYPE_CHECKING:
    from collections.abc import Iterator

DOCUMENT = Path(__file__).parents[3] / "docs" / "reference" / "command-line.md"
DOCUMENTED = dict(
    re.findall(r"^## ([^\n]+)\n\n```text\n(.*?)\n```$", DOCUMENT.read_text(), flags=re.MULTILINE | re.DOTALL)
)


def names_of(command: click.Command, name: str) -> Iterator[str]:
    yield name
    if isinstance(command, click.Group):
        context = click.Context(command)
        for child in command.list_commands(context):
            found = command.get_command(context, child)
            assert found is not None
            yield from names_of(found, f"{name} {child}")


NAMES = list(names_of(command_line, "shelterwood"))


@pytest.mark.parametrize("name", NAMES)
def test_the_documented_help_is_what_the_program_prints(name: str) -> None:
    arguments = [*name.split()[1:], "--help"]

    printed = CliRunner().invoke(command_line, arguments, prog_name="shelterwood", terminal_width=100).output.rstrip()

    assert DOCUMENTED.get(name) == printed, f"Put this under '## {name}' in {DOCUMENT.name}:\n{printed}"


def test_no_command_is_documented_that_does_not_exist() -> None:
    assert list(DOCUMENTED) == NAMES
