"""`shelterwood doctor`: what this machine gives and what it lacks, each with what to do about it."""

from __future__ import annotations

import ctypes.util
import platform
import sys
from dataclasses import dataclass
from enum import StrEnum
from importlib import metadata
from pathlib import Path
from typing import TYPE_CHECKING

import click
import numpy as np

import shelterwood
from shelterwood.cli.serve import provider_part, server_part
from shelterwood.cli.volume import Encryption, encryption_of
from shelterwood.errors import ShelterwoodError
from shelterwood.fingerprints import pdq
from shelterwood.index import HammingIndex
from shelterwood.media import sandbox_report

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["doctor"]

_ROOMS = ("basis.telling", "lists.telling", "evidence.telling", "scan.overdue")
"""The parts of the provider's wing that find something about their own data."""


class State(StrEnum):
    """How grave a finding is: `bad` means that scans are refused or wrong."""

    GOOD = "ok"
    UNKNOWN = "?"
    WARNING = "warning"
    BAD = "BAD"


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One thing that was looked at."""

    state: State
    what: str


@click.command()
@click.option(
    "--data",
    type=click.Path(exists=True, path_type=Path),
    default=Path(),
    metavar="DIR",
    help="Where lists and results are kept; by default the current folder.",
)
def doctor(data: Path) -> int:
    """Check this installation: Python, native code, sandbox, and whether the volume is encrypted.

    Exit codes: 0 nothing bad, 2 something that must be put right.
    """
    findings = [*_program(), *_native(), *_sandbox(), _volume(data), *_service(data)]
    colours = {State.GOOD: "green", State.WARNING: "yellow", State.BAD: "red", State.UNKNOWN: None}
    for finding in findings:
        click.echo(f"{click.style(f'{finding.state:>8}', fg=colours[finding.state])}  {finding.what}")
    return 2 if any(finding.state is State.BAD for finding in findings) else 0


def _program() -> Iterator[Finding]:
    yield Finding(state=State.GOOD, what=f"Shelterwood {shelterwood.__version__} on Python {platform.python_version()}")
    versions = ", ".join(f"{name} {metadata.version(name)}" for name in ("numpy", "pillow", "click", "lxml"))
    yield Finding(state=State.GOOD, what=versions)
    if sys.platform != "linux":
        yield Finding(state=State.BAD, what=f"{sys.platform} has no seccomp: untrusted files cannot be opened safely.")


def _native() -> Iterator[Finding]:
    yield Finding(state=State.GOOD, what=f"native code for fingerprints: {pdq.kernels()}")
    searching = HammingIndex.build(np.empty((0, 32), np.uint8)).info().kernels
    yield Finding(state=State.GOOD, what=f"native code for searching: {searching}")


def _sandbox() -> Iterator[Finding]:
    library = ctypes.util.find_library("seccomp")
    if library is None:
        yield Finding(state=State.WARNING, what="libseccomp is not installed (Debian: apt-get install libseccomp2).")
    else:
        yield Finding(state=State.GOOD, what=f"libseccomp: {library}")
    report = sandbox_report()
    for sentence in report.active:
        yield Finding(state=State.GOOD, what=sentence)
    for sentence in report.missing:
        yield Finding(state=State.WARNING if report.sufficient else State.BAD, what=sentence)
    if not report.sufficient:
        yield Finding(
            state=State.BAD, what="The decoder cannot be locked: scans refuse to start without --allow-unsandboxed."
        )


def _service(data: Path) -> Iterator[Finding]:
    """Look at what only a service has, where `data` is the directory of a provider's service."""
    role = data / "role"
    if not role.is_file() or role.read_text(encoding="utf-8").strip() != "provider":
        return
    try:
        server_part("roles").become("provider", data=data)
        server_part("preparing").prepare_tables()
    except ShelterwoodError as error:
        yield Finding(state=State.BAD, what=f"The service cannot start: {error.explain()}")
        return
    rooms = [server_part("telling"), *(provider_part(name, data=data) for name in _ROOMS)]
    for state, what in (finding for room in rooms for finding in room.findings()):
        yield Finding(state=State(state), what=what)


def _volume(data: Path) -> Finding:
    seen = encryption_of(data)
    if seen is Encryption.NOT_SEEN:
        what = f"No encryption is seen on the volume of {data.resolve()}. Keep lists and results on an encrypted one."
        return Finding(state=State.WARNING, what=what)
    return Finding(state=State.GOOD, what=f"The volume of {data.resolve()} is {seen}.")
