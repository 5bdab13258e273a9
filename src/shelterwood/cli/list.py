"""`shelterwood list`: make and update indicator lists, see what one holds, compare two versions, verify the files."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from shelterwood.lists import (
    DEFAULT_DELIVERY,
    ChangeKind,
    Delivery,
    Format,
    IndicatorList,
    Returning,
    Withdrawal,
    count_changes,
    diff,
    format_of,
    read_rows,
)
from shelterwood.scanning import on_one_line

if TYPE_CHECKING:
    from shelterwood.lists import Change, Record

__all__ = ["list_group"]

LIST = click.Path(exists=True, file_okay=False, path_type=Path)


@click.group(name="list")
def list_group() -> None:
    """Make, show, compare and verify indicator lists."""


@list_group.command(name="import")
@click.argument(
    "files", nargs=-1, required=True, type=click.Path(exists=True, dir_okay=False, path_type=Path), metavar="FILE..."
)
@click.option("--into", required=True, type=click.Path(path_type=Path), metavar="DIR", help="The list, as NAME.swl.")
@click.option("--format", "form", type=click.Choice([f.value for f in Format]), help="If the content does not tell.")
@click.option("--source", metavar="NAME", help="Whose entries these are, where the file does not say.")
@click.option("--owner", metavar="NAME", help="Who owns the entries, where the file does not say.")
@click.option("--name", metavar="NAME", help="Name of a new list; by default that of its folder.")
@click.option("--class", "classes", multiple=True, metavar="LABEL", help="Take only entries of this class.")
@click.option(
    "--delivery",
    type=click.Choice([d.value for d in Delivery]),
    help="What leaving something out means: 'whole' that it was withdrawn, 'items' so for each item named, 'entries' "
    "nothing. By default as is usual for the format.",
)
@click.option("--allow-returning", is_flag=True, help="Let this delivery bring back what was withdrawn.")
def import_files(  # noqa: PLR0913, PLR0917 - one argument an option
    files: tuple[Path, ...],
    into: Path,
    form: str | None,
    source: str | None,
    owner: str | None,
    name: str | None,
    classes: tuple[str, ...],
    delivery: str | None,
    allow_returning: bool,  # noqa: FBT001 - click's flag
) -> int:
    """Import list files (CSV, JSON Lines, VICS, NCMEC) into a list, as its first or its next version.

    What is skipped is counted and said; if a file is broken as a whole, the list stays as it was.
    """
    now = datetime.now(UTC)
    rows = read_rows(list(files), format=form, source=source, owner=owner, classes=classes or None)
    meaning = Delivery(delivery) if delivery else DEFAULT_DELIVERY[Format(form) if form else format_of(files[0])]
    if (into / "current").exists():
        returning = Returning.ALLOWED if allow_returning else Returning.REFUSED
        report = IndicatorList.update(into, rows, now=now, delivery=meaning, returning=returning)
    else:
        report = IndicatorList.create(into, rows, now=now, name=name, owner=owner, delivery=meaning)
    for sentence in report.sentences():
        click.echo(sentence)
    return 0


@list_group.command()
@click.argument("path", type=LIST, metavar="DIR")
@click.option("--version", "number", type=click.IntRange(1), metavar="N", help="An earlier version that was kept.")
def show(path: Path, number: int | None) -> int:
    """Show name, version, digest, counts, and how much of a list can be matched here."""
    with IndicatorList.open(path, version=number) as opened:
        manifest, counts = opened.manifest, opened.counts
        facts = {
            "name": manifest.name,
            "owner": manifest.owner or "not stated",
            "version": str(manifest.version),
            "made": manifest.created_at.isoformat(timespec="seconds"),
            "digest": manifest.digest,
            "items": f"{counts.items:,}, {counts.items_live:,} of them live",
            "entries": f"{counts.entries_live:,} live, {counts.entries_withdrawn:,} withdrawn",
            "live by kind": ", ".join(f"{kind} {count:,}" for kind, count in counts.kinds.items()) or "none",
            "versions": ", ".join(map(str, opened.versions())),
        }
        for fact, value in facts.items():
            click.echo(f"{fact:<13} {on_one_line(value)}")
        for sentence in counts.sentences():
            click.echo(sentence)
    return 0


@list_group.command(name="diff")
@click.argument("older", type=LIST, metavar="OLDER")
@click.argument("newer", type=LIST, required=False, metavar="[NEWER]")
@click.option(
    "--from", "first", type=click.IntRange(1), metavar="N", help="Version of OLDER; default: before the last."
)
@click.option("--to", "last", type=click.IntRange(1), metavar="N", help="Version of NEWER; default: the last.")
@click.option("--counts", is_flag=True, help="Only how many.")
def diff_lists(older: Path, newer: Path | None, first: int | None, last: int | None, counts: bool) -> int:  # noqa: FBT001
    """Say what came, went, returned and changed between two versions of a list, or two lists."""
    if newer is None and first is None:
        with IndicatorList.open(older) as current:
            earlier = [version for version in current.versions() if version < current.version]
        if not earlier:
            raise click.UsageError("The list has one version only: name another list to compare with.")
        first = earlier[-1]
    with IndicatorList.open(older, version=first) as left, IndicatorList.open(newer or older, version=last) as right:
        if not counts:
            for change in diff(left, right):
                click.echo(_in_words(change))
        totals = count_changes(left, right)
    click.echo(", ".join(f"{totals[kind]:,} {kind}" for kind in ChangeKind))
    return 0


def _in_words(change: Change) -> str:
    record = change.after or change.before
    return f"{change.kind:<9} {_named(record)}" if record else str(change.kind)


def _named(record: Record) -> str:
    value = "the whole item" if isinstance(record, Withdrawal) else f"{record.kind} {record.value[:64]}"
    return on_one_line(f"{record.source} {record.entry_id} {value}")


@list_group.command()
@click.argument("path", type=LIST, metavar="DIR")
def verify(path: Path) -> int:
    """Check every part of a list against its digest. Takes time: everything is read."""
    with IndicatorList.open(path) as opened:
        opened.verify()
        click.echo(f"{on_one_line(opened.name)} version {opened.version} is sound, digest {opened.digest}.")
    return 0
