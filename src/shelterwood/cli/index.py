"""`shelterwood index`: a search index by itself, as a list keeps one: build, describe, verify, measure."""

from __future__ import annotations

import time
from pathlib import Path
from typing import TYPE_CHECKING

import click
import numpy as np

from shelterwood.fingerprints import pdq
from shelterwood.index import HammingIndex, Verification
from shelterwood.lists import Entry, read_entries
from shelterwood.scanning import on_one_line

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["index_group"]

INDEX = click.Path(exists=True, file_okay=False, path_type=Path)
_SINGLE, _BATCH, _PLANTED, _CHANGED = 2000, 8192, 100, 16


@click.group(name="index")
def index_group() -> None:
    """Build, describe, verify and measure search indexes.

    A list brings its own index ('list import'); these commands are for one by itself.
    """


@index_group.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path), metavar="FILE")
@click.option("--into", required=True, type=click.Path(path_type=Path), metavar="DIR", help="The index directory.")
def build(file: Path, into: Path) -> int:
    """Index the PDQ fingerprints of a list file; the id of each is its number among them, from 0."""
    if into.exists():
        raise click.UsageError(f"{into} exists already: name another directory.")
    values = [e.value for e in read_entries(file, source=file.stem) if isinstance(e, Entry) and e.kind == "pdq"]
    codes = np.frombuffer(bytes.fromhex("".join(values)), np.uint8).reshape(-1, pdq.BITS // 8)
    HammingIndex.build(codes).save(into)
    click.echo(f"{len(values):,} PDQ fingerprints are in {into}.")
    return 0


@index_group.command()
@click.argument("path", type=INDEX, metavar="DIR")
def info(path: Path) -> int:
    """Say what an index holds: fingerprints, additions, tombstones, size."""
    with HammingIndex.open(path) as index:
        facts = index.info()
    for name in facts.__dataclass_fields__:
        value = getattr(facts, name)
        shown = f"{value:,}" if type(value) is int else str(value)
        click.echo(f"{name.replace('_', ' '):<15} {on_one_line(shown)}")
    return 0


@index_group.command()
@click.argument("path", type=INDEX, metavar="DIR")
def verify(path: Path) -> int:
    """Compare everything in an index with its checksums. Takes time: everything is read."""
    with HammingIndex.open(path) as index:
        outcome: Verification = index.verify()
    if not outcome.sound:
        raise click.ClickException(
            f"{outcome.bad:,} of {outcome.blocks:,} blocks are damaged. Make the index again from its list."
        )
    click.echo(f"Sound: {outcome.blocks:,} blocks checked.")
    return 0


@index_group.command()
@click.option("--size", type=click.IntRange(1), default=1_000_000, show_default=True, help="Random fingerprints.")
@click.option("--radius", type=click.IntRange(0, pdq.BITS), default=pdq.DEFAULT_RADIUS, show_default=True)
def bench(size: int, radius: int) -> int:
    """Measure look-ups among random fingerprints on this machine, and check that planted ones are found."""
    chance = np.random.default_rng(1)
    codes = chance.integers(0, 256, (size, 32), dtype=np.uint8)
    began = time.perf_counter()
    index = HammingIndex.build(codes, radius=radius)
    click.echo(f"build            {time.perf_counter() - began:.2f} s for {size:,} fingerprints")
    queries = chance.integers(0, 256, (_SINGLE, 32), dtype=np.uint8)
    times = sorted(_seconds(index, queries[number : number + 1]) for number in range(_SINGLE))
    click.echo(
        f"one look-up      {times[_SINGLE // 2] * 1e6:.1f} us median, {times[_SINGLE * 99 // 100] * 1e6:.1f} us p99"
    )
    batch = chance.integers(0, 256, (_BATCH, 32), dtype=np.uint8)
    click.echo(f"batch, 1 thread  {_BATCH / _seconds(index, batch):,.0f} look-ups a second")
    return _report_planted(index, codes, radius)


def _seconds(index: HammingIndex, queries: NDArray[np.uint8]) -> float:
    began = time.perf_counter()
    index.search(queries)
    return time.perf_counter() - began


def _report_planted(index: HammingIndex, codes: NDArray[np.uint8], radius: int) -> int:
    """Look for copies with a few changed bits: an exact index finds every one."""
    changed = min(_CHANGED, radius)
    near = codes[:_PLANTED].copy()
    near[:, : changed // 8] ^= 0xFF
    found = {(int(q), int(i)) for q, i in zip(*index.search(near)[:2], strict=True)}
    count = sum((number, number) in found for number in range(len(near)))
    click.echo(f"planted          {count} of {len(near)} found")
    if count < len(near):
        raise click.ClickException("The index missed fingerprints within its radius. Please report this.")
    return 0
